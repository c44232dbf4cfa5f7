// Members one level too deep or too shallow. Each fault is made only where every name has exactly one level to go back to.
import { type Path, changeEntries, changeAt } from "../edit.ts";
import type { ArgumentFault } from "../fault.ts";
import type { Random } from "../random.ts";
import { type Node, type Place, type Shape, namesOf } from "../shape.ts";
import { isNear } from "../words.ts";
import { isMembers, type Members } from "../../../test/support/json.ts";

interface Here {
  readonly place: Place;
  readonly value: Members;
  readonly names: readonly string[];
  readonly shape: Shape;
}

const named = { class: "wrong nesting", fix: "one" } as const;

const isStrange = (word: string, names: readonly string[]): boolean => !names.some((name) => isNear(word, name));

export const nestingFaults = (place: Place, shape: Shape, random: Random): readonly ArgumentFault[] => {
  const { value } = place;
  if (!isMembers(value) || Object.keys(value).length === 0 || place.isSecret) return [];
  const here: Here = { place, value, names: namesOf(place.all), shape };
  const wrapped = place.path.length === 0 ? wrappedWhole(here, random) : [];
  return [...wrapped, ...grouped(here, random), ...intoSibling(here), ...intoItself(here), ...hoisted(here)];
};

const wrappedWhole = ({ names }: Here, random: Random): readonly ArgumentFault[] => {
  const name = random.pick(["arguments", "input", "params", "args"].filter((one) => isStrange(one, names)));
  if (name === undefined) return [];
  return [{ ...named, kind: "everything in one more object", touched: [], apply: (args) => ({ [name]: args }) }];
};

/** Some members in an object that nobody asked for. */
const grouped = ({ place, value, names }: Here, random: Random): readonly ArgumentFault[] => {
  const name = random.pick(["options", "details", "payload"].filter((one) => isStrange(one, names)));
  const inside = random.shuffle(Object.keys(value).filter((one) => names.includes(one))).slice(0, 1 + random.below(2));
  if (name === undefined || inside.length === 0 || inside.length === Object.keys(value).length) return [];
  const group: ArgumentFault["apply"] = (args) =>
    changeEntries(args, place.path, (entries) => {
      // Beside another fault they may have other names by now.
      const named = entries.filter(([own]) => inside.includes(own));
      const moved = named.length > 0 ? named : entries.slice(0, 1);
      return [...entries.filter((entry) => !moved.includes(entry)), [name, Object.fromEntries(moved)]];
    });
  return [{ ...named, kind: "members in a group", touched: place.path, apply: group }];
};

/** A member inside the object beside it. */
const intoSibling = ({ place, value, names, shape }: Here): readonly ArgumentFault[] => {
  const objects = Object.entries(value).filter(([name, item]) => isMembers(item) && names.includes(name));
  return objects.flatMap(([object]) => {
    const inner = namesOf(shape.memberOf(place.all, object));
    const member = Object.keys(value).find((name) => name !== object && names.includes(name) && isStrange(name, inner));
    if (member === undefined || inner.length === 0) return [];
    const item = value[member];
    const move: ArgumentFault["apply"] = (args) =>
      changeEntries(args, place.path, (entries) =>
        entries
          .filter(([name]) => name !== member)
          .map(([name, own]) => [name, name === object ? { ...Object(own), [member]: item } : own]),
      );
    return [{ ...named, kind: "a member in the object beside it", touched: place.path, apply: move }];
  });
};

/** `{"amount": {"amount": 5}}` */
const intoItself = ({ place, value, names, shape }: Here): readonly ArgumentFault[] => {
  const plain = Object.entries(value).find(
    ([name, item]) => names.includes(name) && !isMembers(item) && !takesMembers(shape.memberOf(place.all, name)),
  );
  if (plain === undefined) return [];
  const path: Path = [...place.path, plain[0]];
  const apply: ArgumentFault["apply"] = (args) => changeAt(args, path, (item) => ({ [plain[0]]: item }));
  return [{ ...named, kind: "a value in an object of its name", touched: path, apply }];
};

const takesMembers = (nodes: readonly Node[]): boolean =>
  nodes.some(({ schema }) => [schema["type"]].flat().some((type) => type === undefined || type === "object")) &&
  !nodes.some(({ schema }) => [schema["type"]].flat().some((type) => type !== undefined && type !== "object"));

/** Members of an object beside the object: all of them, or one. */
const hoisted = ({ place, value, names, shape }: Here): readonly ArgumentFault[] => {
  const objects = names.filter((name) => namesOf(shape.memberOf(place.all, name)).length > 0);
  return Object.entries(value).flatMap(([object, item]) => {
    if (!objects.includes(object) || !isMembers(item)) return [];
    const others = objects
      .filter((name) => name !== object)
      .flatMap((name) => namesOf(shape.memberOf(place.all, name)));
    const inner = namesOf(shape.memberOf(place.all, object));
    const members = Object.keys(item);
    const isClear = members.every((name) => inner.includes(name) && isStrange(name, names) && isStrange(name, others));
    const [first] = members;
    if (first === undefined || !isClear) return [];
    const faults = [{ kind: "an object's members without the object", moved: members }];
    if (members.length > 1) faults.push({ kind: "a member beside its object", moved: [first] });
    return faults.map(({ kind, moved }): ArgumentFault => ({
      ...named,
      kind,
      touched: place.path,
      apply: (args) => hoist(args, place.path, object, moved),
    }));
  });
};

const hoist = (args: unknown, path: Path, object: string, moved: readonly string[]): unknown =>
  changeEntries(args, path, (entries) =>
    entries.flatMap(([name, item]) => {
      if (name !== object || !isMembers(item)) return [[name, item] as const]; // a text by now
      const own = Object.entries(item);
      const out = own.filter(([inner]) => moved.includes(inner));
      const left = own.filter(([inner]) => !moved.includes(inner));
      return left.length === 0 ? out : [[name, Object.fromEntries(left)] as const, ...out];
    }),
  );

// Members of an object: under another name, one too many, one too few.
import { type Path, changeEntries, pointerOf } from "../edit.ts";
import type { ArgumentFault } from "../fault.ts";
import type { Random } from "../random.ts";
import { type Place, type Shape, keywordOf, namesOf, requiredOf, valuesOf } from "../shape.ts";
import { clarityOf, isNear, misspellingsOf } from "../words.ts";
import { isMembers } from "../../../test/support/json.ts";

export interface Around {
  readonly shape: Shape;
  readonly random: Random;
  readonly pins: readonly string[];
}

/** One in another style and one with an edit, of every member that the schema names. */
export const misspeltMembers = (place: Place, { shape, random }: Around): readonly ArgumentFault[] => {
  const { value, path, all } = place;
  if (!isMembers(value)) return [];
  const names = namesOf(all);
  return Object.keys(value)
    .filter((name) => names.includes(name))
    .flatMap((right) => {
      const others = names.filter((name) => !Object.hasOwn(value, name));
      const words = misspellingsOf(right, random).filter(({ word }) => !names.includes(word));
      const chosen = ["style", "edit"].flatMap((kind) => words.find((one) => one.kind === kind) ?? []);
      const isSecret = place.isSecret || isSecretMember(shape, place, right);
      return chosen.map(({ kind, word }): ArgumentFault => {
        const fix = isSecret ? "none" : clarityOf(word, right, others);
        const told = {
          class: "fix_arguments",
          path: pointerOf([...path, word]),
          keyword: "properties",
          value: right,
        } as const;
        return {
          class: "misspelt member",
          kind: kind === "style" ? "name in another style" : "name with an edit",
          fix,
          ...(fix === "one" ? {} : { told }),
          touched: [...path, right],
          renamed: { object: path, wrong: word, right },
          apply: (args) => rename(args, path, right, word),
        };
      });
    });
};

const isSecretMember = (shape: Shape, { meant }: Place, name: string): boolean =>
  shape.memberOf(meant, name).some(({ schema }) => schema["x-secret"] === true);

const rename = (args: unknown, path: Path, from: string, to: string): unknown =>
  changeEntries(args, path, (entries) => entries.map(([name, item]) => [name === from ? to : name, item]));

const SURPLUS = ["zq_trace", "xx_memo", "qq_hint", "confidence_zz"];

/** Dropping what the agent says would be another call: no fix. */
export const extraMembers = (place: Place, { random, pins }: Around): readonly ArgumentFault[] => {
  const { value, path, all, meant } = place;
  if (!isMembers(value)) return [];
  const names = namesOf(all);
  const [accepted] = namesOf(meant);
  const surplus = random.pick(SURPLUS.filter((name) => !names.some((other) => isNear(name, other))));
  const pin = path.length === 0 ? pins.find((name) => !names.includes(name)) : undefined;
  const added = [surplus, pin].filter((name) => name !== undefined);
  const said = random.pick(["yes", "7", "x"]);
  return added.map((name): ArgumentFault => ({
    class: "extra member",
    kind: name === pin ? "what only the sidecar sets" : "a member of no meaning",
    fix: "none",
    told: toldOf(name === pin, pointerOf([...path, name]), accepted),
    touched: [...path, name],
    apply: (args) => changeEntries(args, path, (entries) => [...entries, [name, said]]),
  }));
};

const toldOf = (isPin: boolean, path: string, name: string | undefined): NonNullable<ArgumentFault["told"]> => {
  if (isPin) return { class: "fix_arguments", path, isOpen: true };
  return { class: "fix_arguments", path, keyword: "properties", ...(name === undefined ? {} : { value: name }) };
};

/** What says something about a value. */
const ASSERTIONS = [
  "type",
  "const",
  "enum",
  "format",
  "pattern",
  "minimum",
  "maximum",
  "minLength",
  "maxLength",
  "required",
];

export const missingMembers = (place: Place, { shape }: Around): readonly ArgumentFault[] => {
  const { value, path, meant, all } = place;
  if (!isMembers(value)) return [];
  return requiredOf(meant)
    .filter((name) => Object.hasOwn(value, name))
    .map((name): ArgumentFault => {
      const own = shape.memberOf(meant, name);
      const legal = valuesOf(own)?.length ?? Infinity;
      const everywhere = valuesOf(shape.memberOf(all, name))?.length ?? Infinity;
      const isSecret = own.some(({ schema }) => schema["x-secret"] === true);
      // Without it another branch of a union may be meant.
      const isAnyBranch = all.some((node) => namesOf([node]).length > 0 && !requiredOf([node]).includes(name));
      const fix = isAnyBranch ? "unclear" : legal !== 1 || isSecret ? "none" : everywhere === 1 ? "one" : "unclear";
      const isOpen = ASSERTIONS.every((keyword) => keywordOf(own, keyword) === undefined);
      const told = {
        class: "fix_arguments",
        path: pointerOf([...path, name]),
        ...(isOpen ? { isOpen: true as const } : {}),
      } as const;
      return {
        class: "missing member",
        kind: legal === 1 ? "one legal value" : "many legal values",
        fix,
        ...(fix === "one" ? {} : { told }),
        touched: [...path, name],
        apply: (args) => changeEntries(args, path, (entries) => entries.filter(([own]) => own !== name)),
      };
    });
};

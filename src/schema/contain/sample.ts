// Some values of a node, to find one that another node refuses: on and beside bounds, with and without each member. All of
// them are valid, as the validator says; that there are none says nothing.
import { exampleOf } from "../format-words.ts";
import { formsOf } from "./forms.ts";
import { type Form, type Node, accepts, keyOf } from "./node.ts";
import { numbersAround, rangeOf } from "./number.ts";
import { countsOf, isUnique, itemNode, memberNode, namesIn, requiredIn } from "./places.ts";
import { textsForPattern } from "./sample-pattern.ts";
import { lengthsOf } from "./text.ts";

const MOST_SAMPLES = 24;

export const samplesOf = (node: Node): readonly unknown[] => {
  const { samples } = node.document;
  const key = keyOf(node);
  const known = samples.get(key);
  if (known !== undefined) return known;
  // What needs itself inside finds nothing there, and takes another way.
  samples.set(key, []);
  const tries = (formsOf(node) ?? []).map((form) => [...notesOf(form), ...valuesOf(form)]);
  // A few of each form before more of the first.
  const found = tries.flatMap((values) => values.filter((value) => accepts(node, value)).slice(0, MOST_SAMPLES));
  samples.set(key, found);
  return found;
};

/** The author's own examples. */
const notesOf = ({ parts }: Form): readonly unknown[] =>
  parts.flatMap(({ examples, default: preset }) => [
    ...(Array.isArray(examples) ? examples : []),
    ...(preset === undefined ? [] : [preset]),
  ]);

const valuesOf = (form: Form): readonly unknown[] => {
  if (form.values !== undefined) return form.values;
  if (form.type === "number") return numbersAround([rangeOf(form)]);
  if (form.type === "string") return textsOf(form, lengthsOf(form));
  return form.type === "array" ? listsOf(form, countsOf(form, "Items")) : objectsOf(form);
};

/** Longer texts are no values to try. */
const LONGEST = 1_000_000;

/** Texts of these lengths, and of the form's patterns and formats. */
export const textsOf = ({ parts }: Form, lengths: readonly number[]): readonly string[] => {
  const near = [...new Set([...lengths, 0, 1, ...lengths.map((length) => length + 1)])].filter(
    (length) => length >= 0 && length <= LONGEST,
  );
  const shaped = parts.flatMap(({ pattern, format }) => [
    ...(typeof pattern === "string" ? textsForPattern(pattern, near) : []),
    ...(typeof format === "string" ? [exampleOf(format)] : []),
  ]);
  const sized = near.map((length) => "a".repeat(length));
  return [...new Set([...shaped, ...sized])].filter((text) => text !== undefined);
};

const LARGEST = 100;

/** Lists of these sizes, with an item that changes from one to the next. */
export const listsOf = (form: Form, sizes: readonly number[]): readonly (readonly unknown[])[] => {
  const near = [...new Set([...sizes, ...sizes.map((size) => size + 1), 1, 2])];
  return near
    .filter((size) => size >= 0 && size <= LARGEST)
    .flatMap((size) => {
      const list = Array.from({ length: size }, (_item, index) => itemAt(form, index));
      return list.includes(undefined) ? [] : [list, ...(isUnique(form) ? [] : [list.map(() => list[0])])];
    });
};

const itemAt = (form: Form, index: number): unknown => {
  const all = samplesOf(itemNode(form, index));
  return all[index % all.length];
};

/** A list of the form with this value at this place; none where the rest has no value. */
export const listWith = (form: Form, index: number, value: unknown): readonly unknown[] => {
  const [from] = countsOf(form, "Items");
  const list = Array.from({ length: Math.max(from, index + 1) }, (_item, at) =>
    at === index ? value : itemAt(form, at),
  );
  return list.includes(undefined) ? [] : [list];
};

/** Objects with what is required, each with one member more, and with all. */
export const objectsOf = (form: Form): readonly object[] => {
  const needed = membersOf(form, requiredIn(form));
  if (needed === undefined) return [];
  const optional = namesIn(form).flatMap((name) => {
    const [value] = needed.has(name) ? [] : samplesOf(memberNode(form, name));
    return value === undefined ? [] : [[name, value] as const];
  });
  const all = [[], ...optional.map((one) => [one]), optional];
  return all.map((more) => Object.fromEntries([...needed, ...more]));
};

const membersOf = (form: Form, names: Iterable<string>): ReadonlyMap<string, unknown> | undefined => {
  const members = new Map<string, unknown>();
  for (const name of names) {
    const [value] = samplesOf(memberNode(form, name));
    if (value === undefined) return undefined;
    members.set(name, value);
  }
  return members;
};

/** Objects of the form with this member beside what is required. */
export const objectsWith = (form: Form, name: string, value: unknown): readonly object[] => {
  const others = [...requiredIn(form)].filter((one) => one !== name);
  const needed = membersOf(form, others);
  return needed === undefined ? [] : [Object.fromEntries([...needed, [name, value]])];
};

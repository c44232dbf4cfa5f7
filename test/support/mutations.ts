// One change to a JSON value: what agents get wrong. Whether the result is invalid is for a validator to say.
import fc from "fast-check";
import { isMembers } from "./json.ts";

type Path = readonly (string | number)[];

/** Every place in a value, the whole first. */
export const placesIn = (value: unknown, path: Path = []): readonly Path[] => {
  if (Array.isArray(value)) return [path, ...value.flatMap((item, index) => placesIn(item, [...path, index]))];
  if (!isMembers(value)) return [path];
  return [path, ...Object.entries(value).flatMap(([name, item]) => placesIn(item, [...path, name]))];
};

export const valueAt = (value: unknown, [step, ...rest]: Path): unknown =>
  step === undefined ? value : valueAt(Object(value)[step], rest);

const changeAt = (value: unknown, [step, ...rest]: Path, change: (value: unknown) => unknown): unknown => {
  if (step === undefined) return change(value);
  if (Array.isArray(value)) return value.map((item, index) => (index === step ? changeAt(item, rest, change) : item));
  return Object.fromEntries(
    Object.entries(Object(value)).map(([name, item]) => [name, name === step ? changeAt(item, rest, change) : item]),
  );
};

/** Another type: mostly what is nearest, such as the text of a number. */
const retyped = (value: unknown): readonly unknown[] => {
  if (typeof value === "number") return [String(value), [value], null, value + 0.5, { value }, 1e15, -1e15, -1];
  if (typeof value === "string")
    return [[value], null, `${value} `, value.toUpperCase(), "", `${value}x`, "x".repeat(300), 7, true, {}];
  if (typeof value === "boolean") return [String(value), Number(value), null];
  if (value === null) return ["null", 0, false, {}, []];
  return Array.isArray(value)
    ? [value[0] ?? null, {}, [...value, ...value], [...value, null], []]
    : [[value], JSON.stringify(value), null, {}];
};

/** Members gone, added, misspelt. */
const reshaped = (value: unknown): readonly unknown[] => {
  if (!isMembers(value)) return [];
  const entries = Object.entries(value);
  const without = entries.map(([name]) => Object.fromEntries(entries.filter(([own]) => own !== name)));
  const misspelt = entries.map(([name]) =>
    Object.fromEntries(entries.map(([own, item]) => [own === name ? `${own}s` : own, item])),
  );
  const added = ["extra", "constructor", "toString", "admin", ""].map((name) => ({ ...value, [name]: true }));
  return [...without, ...misspelt, ...added];
};

/** The value with one change in one place. */
export const mutationsOf = (value: unknown): fc.Arbitrary<unknown> =>
  fc.constantFrom(...placesIn(value)).chain((path) => {
    const here = valueAt(value, path);
    return fc.constantFrom(...reshaped(here), ...retyped(here)).map((changed) => changeAt(value, path, () => changed));
  });

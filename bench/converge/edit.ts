// Changes to a JSON value at a place, on a copy. Written for the injector alone: what repairs is another's code (rfc6902).

export type Path = readonly (string | number)[];

export const pointerOf = (path: Path): string =>
  path.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

export const valueAt = (value: unknown, [step, ...rest]: Path): unknown =>
  step === undefined ? value : valueAt(Object(value)[step], rest);

/** What stands at the place becomes what `change` makes of it. */
export const changeAt = (value: unknown, [step, ...rest]: Path, change: (value: unknown) => unknown): unknown => {
  if (step === undefined) return change(value);
  if (Array.isArray(value)) return value.map((item, index) => (index === step ? changeAt(item, rest, change) : item));
  return fromEntries(
    Object.entries(Object(value)).map(([name, item]) => [name, name === step ? changeAt(item, rest, change) : item]),
  );
};

export const setAt = (value: unknown, path: Path, put: unknown): unknown => changeAt(value, path, () => put);

/** The entries of the object at the place become others, in their order. */
export const changeEntries = (
  value: unknown,
  path: Path,
  change: (entries: readonly (readonly [string, unknown])[]) => readonly (readonly [string, unknown])[],
): unknown => changeAt(value, path, (object) => fromEntries(change(Object.entries(Object(object)))));

/** `__proto__` is a name like any other. */
const fromEntries = (entries: readonly (readonly [string, unknown])[]): unknown => Object.fromEntries(entries);

export const isWithin = (path: Path, outer: Path): boolean =>
  outer.length <= path.length && outer.every((step, index) => step === path[index]);

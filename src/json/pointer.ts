// JSON Pointer (RFC 6901): written and followed here alone, so that every path in a refusal means the same place.

export const escapePointer = (name: string): string => name.replaceAll("~", "~0").replaceAll("/", "~1");

/** One reference token to the name it stands for. `~1` goes first: the other way round `~01` would become `/`. */
export const unescapePointer = (token: string): string => token.replaceAll("~1", "/").replaceAll("~0", "~");

const arrayIndex = /^(?:0|[1-9]\d*)$/;

const memberAt = (value: unknown, name: string): unknown => {
  if (typeof value !== "object" || value === null) return undefined;
  // An array's `length` is its own member, and no item.
  if (Array.isArray(value) && !arrayIndex.test(name)) return undefined;
  return Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
};

/** The value at a JSON Pointer (`""` or starting with `/`), through own members alone; undefined when there is none. */
export const valueAt = (root: unknown, pointer: string): unknown => {
  let value = root;
  for (const token of pointer.split("/").slice(1)) value = memberAt(value, unescapePointer(token));
  return value;
};

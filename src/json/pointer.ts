// JSON Pointer (RFC 6901): written and followed here alone, so that every path in a refusal means the same place.

export const escapePointer = (name: string): string =>
  /[~/]/.test(name) ? name.replaceAll("~", "~0").replaceAll("/", "~1") : name;

/** In a sentence, where the pointer to the whole, an empty text, would not be seen. */
export const namePlace = (pointer: string): string =>
  pointer === "" ? "the arguments" : pointer.replace(/[\r\n\t\u2028\u2029]+/g, " ");

/** One reference token to the name it stands for. `~1` goes first: the other way round `~01` would become `/`. */
export const unescapePointer = (token: string): string =>
  token.includes("~") ? token.replaceAll("~1", "/").replaceAll("~0", "~") : token;

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

/** A member of what stands at a place, or one of its members, and so on. */
export const below = (pointer: string, ...names: readonly string[]): string =>
  [pointer, ...names.map(escapePointer)].join("/");

/** Where the object or list stands that holds this place. */
export const parentOf = (pointer: string): string => pointer.slice(0, Math.max(0, pointer.lastIndexOf("/")));

/** The member or item that the place is. */
export const nameOf = (pointer: string): string => unescapePointer(pointer.slice(pointer.lastIndexOf("/") + 1));

/** Of a place in a call's arguments, the argument; the empty text for all of them together. */
export const argumentOf = (pointer: string): string => unescapePointer(pointer.split("/", 2)[1] ?? "");

/** A value, and where it stands. */
export interface Placed {
  readonly path: string;
  readonly value: unknown;
}

/** Every value at a JSON Pointer in which `*` stands for each entry of an array and each member of an object, in order. */
export const valuesAt = (root: unknown, pattern: string): readonly Placed[] => {
  let found: readonly Placed[] = [{ path: "", value: root }];
  for (const token of pattern.split("/").slice(1))
    found = token === "*" ? found.flatMap(entriesOf) : found.flatMap((place) => memberOf(place, token));
  return found;
};

const entriesOf = ({ path, value }: Placed): readonly Placed[] =>
  typeof value === "object" && value !== null
    ? Object.entries(value).map(([name, inner]) => ({ path: `${path}/${escapePointer(name)}`, value: inner }))
    : [];

const memberOf = ({ path, value }: Placed, token: string): readonly Placed[] => {
  const inner = memberAt(value, unescapePointer(token));
  return inner === undefined ? [] : [{ path: `${path}/${token}`, value: inner }];
};

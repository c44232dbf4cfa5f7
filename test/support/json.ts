// Foreign JSON, taken apart without trusting its shape.

export type Members = Readonly<Record<string, unknown>>;

export const isMembers = (value: unknown): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value);
export const membersOf = (value: unknown): Members => (isMembers(value) ? value : {});
export const entriesOf = (value: unknown): readonly (readonly [string, unknown])[] => Object.entries(membersOf(value));
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
/** An own member, or undefined. */
export const memberOf = (value: unknown, name: string): unknown =>
  isMembers(value) && Object.hasOwn(value, name) ? value[name] : undefined;

/** One text for equal JSON values: members sorted, -0 as 0. */
export const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isMembers(value)) return JSON.stringify(value) ?? "undefined";
  const members = Object.keys(value).sort();
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
};

/** The same, with every scalar as the text that stands for it on the wire: 12 and "12" are one. */
export const canonicalText = (value: unknown): string => {
  if (Array.isArray(value)) return canonical(value.map(canonicalText));
  if (isMembers(value))
    return canonical(Object.fromEntries(entriesOf(value).map(([name, item]) => [name, canonicalText(item)])));
  return String(value === 0 ? 0 : value);
};

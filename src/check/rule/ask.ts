// The only way to the author's functions. They see frozen values and a clock of their own, so that nothing they do changes
// what is judged or sent; whatever they give back is read, and copied, before it counts. What throws or gives nonsense denies.
import { type JsonObject, type JsonValue, isJsonObject } from "../../call.ts";
import type { RuleContext } from "../../contract/rule/rule.ts";

/** A mistake of the author, or of ours: the call is denied, the operator is told. */
export type OnFault = (what: string, error: unknown) => void;

/** The function's answer as `read` understands it; undefined when there is none, and then the operator is told. */
export const ask = <T>(
  what: string,
  onFault: OnFault,
  read: (answer: unknown) => T | undefined,
  answer: () => unknown,
): T | undefined => {
  try {
    const given = answer();
    const value = read(given);
    if (value !== undefined) return value;
    silence(given);
    onFault(`${what} gave what it may not give`, new TypeError(`got ${describeKind(given)}`));
  } catch (error) {
    onFault(`${what} threw`, error);
  }
  return undefined;
};

/** Nobody awaits what an async function gives: its rejection would end the process. */
const silence = (given: unknown): void => {
  for (const one of Array.isArray(given) ? given : [given]) if (one instanceof Promise) one.catch(() => undefined);
};

const describeKind = (value: unknown): string => {
  if (typeof value !== "object" || value === null) return typeof value === "number" ? "an unfit number" : typeof value;
  return value instanceof Promise ? "a promise: rules are synchronous" : "an unfit object";
};

/** What a function sees: a Date can be set, frozen or not, so each gets its own. */
export const viewOf = <T extends RuleContext>(context: T): Readonly<T> =>
  Object.freeze({ ...context, now: new Date(context.now) });

export const readBoolean = (answer: unknown): boolean | undefined => (typeof answer === "boolean" ? answer : undefined);

/** A copy of a JSON value; undefined when it is none. Nothing in it may be undefined: what is missing is about nothing. */
export const readJson = (answer: unknown): JsonValue | undefined => copy(answer, false);

/** The same, but members that are undefined are absent: how authors leave out an optional argument. */
export const readArguments = (answer: unknown): JsonObject | undefined => {
  const value = copy(answer, true);
  return isJsonObject(value) ? value : undefined;
};

const copy = (value: unknown, dropsUndefined: boolean): JsonValue | undefined => {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value !== "object") return undefined;
  return Array.isArray(value) ? copyItems(value, dropsUndefined) : copyMembers(value, dropsUndefined);
};

const copyItems = (items: readonly unknown[], dropsUndefined: boolean): JsonValue | undefined => {
  // Array.from visits holes, too.
  const copies = Array.from(items, (item) => copy(item, dropsUndefined));
  return copies.every((item) => item !== undefined) ? copies : undefined;
};

const copyMembers = (value: object, dropsUndefined: boolean): JsonObject | undefined => {
  const kind: unknown = Object.getPrototypeOf(value);
  if (kind !== Object.prototype && kind !== null) return undefined;
  const members: (readonly [string, JsonValue])[] = [];
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined && dropsUndefined) continue;
    const own = copy(member, dropsUndefined);
    if (own === undefined) return undefined;
    members.push([name, own]);
  }
  return Object.fromEntries(members);
};

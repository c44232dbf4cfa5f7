// Small builders for JSON Schema keywords that several kinds share.
import type { SchemaObject } from "../../schema/schema.ts";
import type { Subject, ZodCheck } from "./walk.ts";

/** What one of zod's own checks says; its members depend on the check, so they are read as unknown. */
export type CheckDef = Readonly<Record<string, unknown>> & { readonly check?: string };

// A definition is a plain object; zod's types give each check another shape, which the closed lists here narrow again.
export const checkDef = (check: ZodCheck): CheckDef => check._zod.def as unknown as CheckDef;

/** Puts fragments side by side: the first to use a keyword has it, a later one goes into `allOf`. */
export const joinSchemas = (fragments: readonly SchemaObject[]): SchemaObject => {
  const joined: Record<string, unknown> = {};
  const rest: SchemaObject[] = [];
  for (const fragment of fragments) {
    const isFree = Object.keys(fragment).every((keyword) => !Object.hasOwn(joined, keyword));
    if (isFree) Object.assign(joined, fragment);
    else rest.push(fragment);
  }
  if (rest.length > 0) joined["allOf"] = rest;
  return joined;
};

interface Lengths {
  minimum: number;
  maximum: number;
}

const narrow = (lengths: Lengths, { check, minimum, maximum, length }: CheckDef): boolean => {
  const from = check === "min_length" ? minimum : check === "length_equals" ? length : undefined;
  const to = check === "max_length" ? maximum : check === "length_equals" ? length : undefined;
  if (typeof from === "number" && !(from <= lengths.minimum)) lengths.minimum = from;
  if (typeof to === "number" && !(to >= lengths.maximum)) lengths.maximum = to;
  return from !== undefined || to !== undefined;
};

/** `min`, `max` and `length` of strings (code points, as in zod and JSON Schema) and arrays; the other checks are left over. */
export const readLengths = (
  { checks, place, walk }: Subject,
  unit: "Length" | "Items",
  start = 0,
): { readonly schema: SchemaObject; readonly rest: readonly ZodCheck[] } => {
  const lengths: Lengths = { minimum: start, maximum: Number.POSITIVE_INFINITY };
  const rest = checks.filter((check) => !narrow(lengths, checkDef(check)));
  const [minimum, maximum] = [Math.ceil(lengths.minimum), Math.floor(lengths.maximum)];
  if (!(minimum <= maximum) || minimum === Number.POSITIVE_INFINITY) {
    walk.refuse(place, "can never be satisfied: the least length is above the greatest", "correct the lengths");
    return { schema: {}, rest };
  }
  const least = minimum > 0 ? { [`min${unit}`]: minimum } : {};
  return { schema: maximum === Number.POSITIVE_INFINITY ? least : { ...least, [`max${unit}`]: maximum }, rest };
};

/** What is left over after a kind has taken its checks: refused by name. */
export const refuseChecks = ({ place, walk }: Subject, checks: readonly ZodCheck[]): void => {
  for (const check of checks) {
    const { check: name, tx } = checkDef(check);
    if (typeof tx === "function") {
      walk.refuse(
        place,
        "changes the value (trim, toLowerCase, overwrite …)",
        "leave it out: a contract checks, it does not change",
      );
    } else {
      walk.refuse(
        place,
        `the check '${String(name)}' is not supported here`,
        "say it with another check, or with .refine()",
      );
    }
  }
};

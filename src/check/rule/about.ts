// How a call and an earlier one are about the same thing, where the contract says it by names of arguments.
import { type JsonObject, type JsonValue, memberOf } from "../../call.ts";
import { escapePointer } from "../../json/pointer.ts";

type Pairs = readonly (readonly [here: string, there: string])[];
type Named = readonly (readonly [name: string, value: JsonValue])[];

export type About =
  | { readonly ok: true; readonly there: Named }
  /** Paths of the arguments that this call lacks. */
  | { readonly ok: false; readonly missing: readonly string[] };

/** This call's values under the names that they have in the earlier call, sorted by name. */
export const aboutOf = (pairs: Pairs, args: JsonObject): About => {
  const missing = pairs.filter(([here]) => !Object.hasOwn(args, here)).map(([here]) => pathOf(here));
  if (missing.length > 0) return { ok: false, missing };
  const there = pairs.map(([here, name]) => [name, memberOf(args, here) ?? null] as const);
  return { ok: true, there: there.sort(([left], [right]) => (left < right ? -1 : 1)) };
};

/** What a call itself is about, by these names; undefined when it lacks one of them, and so is about no such thing. */
export const namedOf = (names: readonly string[], args: JsonObject): Named | undefined => {
  const about = aboutOf(
    names.map((name) => [name, name]),
    args,
  );
  return about.ok ? about.there : undefined;
};

export const pathOf = (argument: string): string => `/${escapePointer(argument)}`;

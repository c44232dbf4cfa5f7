// What a request of the REST ingress brings and no argument takes: told as a mistake, and kept by its name for whoever looks
// for the argument that was meant.
import type { JsonValue, Stray } from "../call.ts";
import { listNearest } from "../nearest.ts";
import { MOST_ISSUES } from "../refusal.ts";
import type { Pair } from "./read-parameter.ts";

/** As it was found; kept as a Stray where it has one value. */
export interface FoundStray {
  readonly name: string;
  /** Undefined where it stands more than once, or is no text. */
  readonly value: JsonValue | undefined;
  readonly in: Stray["in"];
  /** What kind of place it stands in, in words. */
  readonly place: string;
}

/** Names and texts that no parameter has taken. Throws a URIError for a name that cannot be decoded. */
export const straysOf = (
  pairs: readonly Pair[],
  decode: (text: string) => string,
): readonly Pick<FoundStray, "name" | "value">[] => {
  const found = new Map<string, string | undefined>();
  for (const pair of pairs) {
    const name = decode(pair.name);
    if (found.size > MOST_ISSUES && !found.has(name)) continue; // nobody reads more
    found.set(name, found.has(name) ? undefined : decodeOrLeave(pair.value, decode));
  }
  return [...found].map(([name, value]) => ({ name, value }));
};

/** A value that nobody asked for may be no text at all. */
const decodeOrLeave = (value: string, decode: (text: string) => string): string | undefined => {
  try {
    return decode(value);
  } catch {
    return undefined;
  }
};

/** Characters of names in a message. */
const MOST_LISTED = 160;

/** `accepted`: the names that its place takes. */
export const describeStray = (tool: string, { name, place }: FoundStray, accepted: readonly string[]): string => {
  const mend = accepted.length === 0 ? "leave it out" : `accepted: ${listNearest(name, accepted, MOST_LISTED)}`;
  return `is not a ${place} of ${tool}; ${mend}`;
};

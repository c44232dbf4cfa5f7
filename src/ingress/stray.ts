// What a request of the REST ingress brings and no argument takes: told as a mistake, and kept by its name for whoever looks
// for the argument that was meant.
import type { JsonValue } from "../call.ts";
import type { Pair } from "./read-parameter.ts";

export interface Stray {
  readonly name: string;
  /** Undefined where it stands more than once. */
  readonly value: JsonValue | undefined;
  /** What kind of place it stands in. */
  readonly place: string;
}

/** Names and texts that no parameter has taken. May throw a URIError. */
export const straysOf = (pairs: readonly Pair[], decode: (text: string) => string): readonly Omit<Stray, "place">[] => {
  const found = new Map<string, string | undefined>();
  for (const pair of pairs) {
    const name = decode(pair.name);
    found.set(name, found.has(name) ? undefined : decode(pair.value));
  }
  return [...found].map(([name, value]) => ({ name, value }));
};

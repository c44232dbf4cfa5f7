// Definitions of a schema: which one a reference means, and which are referred to at all. Those that a hidden argument alone
// referred to tell of it.
import { isJsonObject } from "../call.ts";
import { unescapePointer } from "../json/pointer.ts";

type Definitions = Readonly<Record<string, unknown>>;

/** `place`: where they stand in the document, a pointer: "/$defs". References elsewhere are not followed. */
export const keepReachable = (definitions: Definitions, from: unknown, place: string): Definitions => {
  const reached = new Set<string>();
  const waiting: unknown[] = [from];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    const names = namesIn(value, place).filter((name) => !reached.has(name) && Object.hasOwn(definitions, name));
    for (const name of names) reached.add(name);
    waiting.push(...names.map((name) => definitions[name]));
  }
  return Object.fromEntries(Object.entries(definitions).filter(([name]) => reached.has(name)));
};

const namesIn = (value: unknown, place: string): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap((item) => namesIn(item, place));
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([keyword, member]) => {
    const name = keyword === "$ref" && typeof member === "string" ? definitionIn(member, place) : undefined;
    return name === undefined ? namesIn(member, place) : [name];
  });
};

/** The definition that a reference names or leads into. RFC 6901, section 6: in a fragment a pointer is percent-encoded. */
export const definitionIn = (reference: string, place: string): string | undefined => {
  const prefix = `#${place}/`;
  if (!reference.startsWith(prefix)) return undefined;
  const [token = ""] = reference.slice(prefix.length).split("/");
  try {
    return unescapePointer(decodeURIComponent(token));
  } catch {
    return undefined; // no reference, but a value that looks like one: what is loaded has others only
  }
};

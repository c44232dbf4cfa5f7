// What `$id` names and what `$ref` asks for in draft-07, as JSON Pointers into the author's document. There `$id` is
// also how an anchor is written (`"#name"`), and what stands beside a `$ref` names nothing. Nothing is ever fetched.
// https://json-schema.org/draft-07/draft-handrews-json-schema-01#rfc.section.8
import { escapePointer, unescapePointer } from "../json/pointer.ts";
import type { SchemaObject } from "./schema.ts";

export type Report = (pointer: string, message: string, mend: string) => void;

/** What the document is called while it has no `$id`. */
export const localBase = "checkrein:/schema";

const plainName = /^[A-Za-z][-A-Za-z0-9.:_]*$/;

interface Uri {
  readonly resource: string;
  readonly fragment: string;
}

/** Only what stands before the `#` is parsed: a URL parser drops line breaks, which are names in a pointer. */
const readUri = (reference: string, base: string): Uri | undefined => {
  const at = reference.indexOf("#");
  const path = at < 0 ? reference : reference.slice(0, at);
  const resource = path === "" ? base : URL.parse(path, base)?.href;
  return resource === undefined ? undefined : { resource, fragment: at < 0 ? "" : reference.slice(at + 1) };
};

const decodeFragment = (fragment: string): string | undefined => {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return undefined;
  }
};

/** One writing for every pointer to the same place: places are found by their text. */
const normalize = (pointer: string): string =>
  pointer
    .split("/")
    .map((token) => escapePointer(unescapePointer(token)))
    .join("/");

/** What a reference asks for: a named schema, and from there a pointer. An anchor's identifier is `<resource>#<name>`. */
interface Wanted {
  readonly identifier: string;
  readonly pointer: string;
}

export const readReference = (reference: string, base: string): Wanted | undefined => {
  const uri = readUri(reference, base);
  const fragment = uri === undefined ? undefined : decodeFragment(uri.fragment);
  if (uri === undefined || fragment === undefined) return undefined;
  if (fragment === "") return { identifier: uri.resource, pointer: "" };
  return fragment.startsWith("/")
    ? { identifier: uri.resource, pointer: normalize(fragment) }
    : { identifier: `${uri.resource}#${fragment}`, pointer: "" };
};

/** The names that a schema object gives itself, and the base of what stands inside it. */
interface Identity {
  readonly base: string;
  readonly identifiers: readonly string[];
}

/** The object has no `$ref`: beside one, an `$id` says nothing. */
export const readIdentity = (schema: SchemaObject, base: string, pointer: string, report: Report): Identity => {
  const id = schema["$id"];
  const uri = typeof id === "string" ? readUri(id, base) : undefined;
  if (uri === undefined) {
    if (Object.hasOwn(schema, "$id"))
      report(`${pointer}/$id`, "The keyword $id must be a URI reference.", "Write a URI reference there.");
    return { base, identifiers: [] };
  }
  const { resource, fragment } = uri;
  const isNamed = plainName.test(fragment);
  if (fragment !== "" && !isNamed)
    report(
      `${pointer}/$id`,
      `The $id ${id} has a fragment that is no name.`,
      "Use letters, digits, '-', '.', ':' and '_' behind the '#', with a letter first.",
    );
  return {
    base: resource,
    identifiers: [...(resource === base ? [] : [resource]), ...(isNamed ? [`${resource}#${fragment}`] : [])],
  };
};

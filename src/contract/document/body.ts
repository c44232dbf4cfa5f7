// OpenAPI 3.0/3.1, Request Body Object and Media Type Object: which media type is sent, and whether the body is one plain
// object whose members can be arguments of their own.
import type { JsonObject } from "../../call.ts";
import type { SchemaProblem } from "../../schema/schema.ts";
import type { BodyPlan } from "../contract.ts";
import { bareMediaType } from "./parameter.ts";
import { entriesOf, listOf, member, resolve, step } from "./reference.ts";

export interface DocumentBody {
  readonly mediaType: BodyPlan["mediaType"];
  readonly required: boolean;
  readonly schema: unknown;
  readonly pointer: string;
}

interface BodyReading {
  readonly body: DocumentBody | undefined;
  readonly notices: readonly string[];
  readonly problems: readonly SchemaProblem[];
}

const NO_BODY: BodyReading = { body: undefined, notices: [], problems: [] };

/** In order of preference. A range such as any type takes JSON. */
const SENT: readonly (readonly [string, BodyPlan["mediaType"]])[] = [
  ["application/json", "application/json"],
  ["application/*", "application/json"],
  ["*/*", "application/json"],
  ["application/x-www-form-urlencoded", "application/x-www-form-urlencoded"],
  ["text/plain", "text/plain"],
];

/** The body that is sent. What cannot be sent is a problem when the body is required, else a notice: it is left out. */
export const readBody = (
  root: JsonObject,
  item: unknown,
  at: { readonly pointer: string; readonly method: string },
): BodyReading => {
  if (item === undefined) return NO_BODY;
  const resolved = resolve(root, item, at.pointer);
  if (!resolved.ok) return { ...NO_BODY, problems: [resolved.problem] };
  const { value, pointer } = resolved;
  const required = member(value, "required") === true;
  const content = entriesOf(member(value, "content"));
  const without = (message: string, mend: string): BodyReading =>
    required
      ? { ...NO_BODY, problems: [{ pointer, message, mend }] }
      : { ...NO_BODY, notices: [`${pointer}: ${message}; it is never sent`] };
  if (at.method === "GET" || at.method === "HEAD")
    return without(`a ${at.method} request carries no body`, "describe its members as query parameters");
  const chosen = choose(content);
  if (chosen === undefined) {
    const names = content.map(([name]) => name).join(", ");
    return without(
      `a body of ${names || "no media type"} is not supported yet`,
      "offer application/json, application/x-www-form-urlencoded or text/plain",
    );
  }
  const { mediaType, name, media } = chosen;
  const problems =
    mediaType === "application/x-www-form-urlencoded" ? encodingProblems(media, step(pointer, "content", name)) : [];
  const schema = member(media, "schema") ?? (mediaType === "text/plain" ? { type: "string" } : true);
  const body = {
    mediaType,
    required,
    schema,
    pointer: step(pointer, "content", name, "schema"),
  };
  return { body, notices: [], problems };
};

interface Chosen {
  readonly mediaType: BodyPlan["mediaType"];
  readonly name: string;
  readonly media: unknown;
}

const choose = (content: readonly (readonly [string, unknown])[]): Chosen | undefined => {
  for (const [known, mediaType] of SENT) {
    const found = content.find(([name]) => bareMediaType(name) === known);
    if (found !== undefined) return { mediaType, name: found[0], media: found[1] };
  }
  return undefined;
};

/** Form bodies are written as `name=value`, lists as repeated names. */
const encodingProblems = (media: unknown, pointer: string): readonly SchemaProblem[] =>
  entriesOf(member(media, "encoding")).flatMap(([name, encoding]) => {
    const [style, explode] = [member(encoding, "style") ?? "form", member(encoding, "explode") ?? true];
    if (style === "form" && explode === true && member(encoding, "contentType") === undefined) return [];
    return [
      {
        pointer: step(pointer, "encoding", name),
        message: "this encoding of a form member is not supported yet",
        mend: "use style form with explode",
      },
    ];
  });

export const namesOf = (value: unknown): readonly string[] => listOf(value).filter((name) => typeof name === "string");

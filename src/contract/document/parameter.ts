// OpenAPI 3.0/3.1, Parameter Object: where a parameter stands and how it is written. `allowReserved` counts as false:
// a value is always percent-encoded, and receivers that decode once see the same value. `allowEmptyValue` is deprecated
// and ignored.
import { type JsonObject, isJsonObject } from "../../call.ts";
import type { SchemaProblem } from "../../schema/schema.ts";
import type { Parameter, Style } from "../contract.ts";
import { type Located, entriesOf, listOf, member, resolve, step, text } from "./reference.ts";

export interface DocumentParameter {
  readonly name: string;
  /** The name that the request is built with; another one only in paths that the document writes twice. */
  readonly wireName: string;
  readonly in: Parameter["in"];
  readonly style: Style;
  readonly explode: boolean;
  readonly json: boolean;
  readonly required: boolean;
  readonly description: string | undefined;
  readonly deprecated: boolean;
  /** Marked `x-secret: true`, beside the schema. */
  readonly secret: boolean;
  /** As the document has it, and where. */
  readonly schema: unknown;
  readonly pointer: string;
}

const STYLES: Readonly<Record<Parameter["in"], readonly Style[]>> = {
  path: ["simple", "label", "matrix"],
  query: ["form", "spaceDelimited", "pipeDelimited", "deepObject"],
  header: ["simple"],
  cookie: ["form"],
};

/**
 * OpenAPI 3.1: "If in is header and the name is Accept, Content-Type or Authorization, the definition SHALL be ignored".
 * So is the other header that an agent's own key travels in: what it shows to the sidecar is no argument for a backend.
 */
const IGNORED_HEADERS: ReadonlySet<string> = new Set(["accept", "content-type", "authorization", "x-api-key"]);

/** Headers of one connection (RFC 9110, 7.6.1), of framing and routing, and those that the sidecar writes itself. */
const RESERVED_HEADERS: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "proxy-authenticate",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "host",
  "content-length",
  "content-encoding",
  "expect",
  "accept-encoding",
  "cookie",
  "traceparent",
  "tracestate",
  "forwarded",
  "via",
]);

export const isReservedHeader = (name: string): boolean =>
  RESERVED_HEADERS.has(name.toLowerCase()) || /^(?:x-forwarded-|checkrein-)/i.test(name);

/** RFC 9110, 5.1: a field name is a token. */
export const isHeaderName = (name: string): boolean => /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name);

interface ParameterReading {
  readonly parameters: readonly DocumentParameter[];
  readonly notices: readonly string[];
  readonly problems: readonly SchemaProblem[];
}

interface Draft {
  readonly root: JsonObject;
  readonly found: Map<string, DocumentParameter>;
  readonly notices: string[];
  readonly problems: SchemaProblem[];
}

/** The parameters of an operation: those of its path item, replaced by its own where place and name are equal. */
export const readParameters = (
  root: JsonObject,
  lists: readonly { readonly value: unknown; readonly pointer: string }[],
): ParameterReading => {
  const draft: Draft = { root, found: new Map(), notices: [], problems: [] };
  for (const { value, pointer } of lists)
    listOf(value).forEach((item, index) => readParameter(draft, item, step(pointer, index)));
  return { parameters: [...draft.found.values()], notices: draft.notices, problems: draft.problems };
};

const readParameter = (draft: Draft, item: unknown, pointer: string): void => {
  const resolved = resolve(draft.root, item, pointer);
  if (!resolved.ok) return void draft.problems.push(resolved.problem);
  const name = text(member(resolved.value, "name"));
  const place = placeOf(member(resolved.value, "in"));
  if (name === undefined || name === "" || place === undefined) {
    return void draft.problems.push({
      pointer,
      message: "the parameter has no name or no known `in`",
      mend: "write name, and in: path, query, header or cookie",
    });
  }
  if (place !== "header") return keep(draft, resolved, name, place);
  if (IGNORED_HEADERS.has(name.toLowerCase())) return;
  if (!isHeaderName(name))
    return void draft.problems.push({
      pointer,
      message: `${JSON.stringify(name)} is no header name`,
      mend: "correct the name",
    });
  if (!isReservedHeader(name)) return keep(draft, resolved, name, place);
  const message = `the header '${name}' belongs to the connection or to the sidecar and cannot be an argument`;
  if (member(resolved.value, "required") === true)
    draft.problems.push({ pointer, message, mend: "remove the parameter from the document" });
  else draft.notices.push(`${pointer}: ${message}; it is left out`);
};

const placeOf = (place: unknown): Parameter["in"] | undefined =>
  place === "path" || place === "query" || place === "header" || place === "cookie" ? place : undefined;

const keep = (draft: Draft, { value, pointer }: Located, name: string, place: Parameter["in"]): void => {
  const wire = readWire(draft, value, pointer, place);
  if (wire === undefined) return;
  draft.found.set(`${place} ${place === "header" ? name.toLowerCase() : name}`, {
    name,
    wireName: name,
    in: place,
    required: place === "path" || member(value, "required") === true,
    description: text(member(value, "description")),
    deprecated: member(value, "deprecated") === true,
    secret: member(value, "x-secret") === true,
    ...wire,
  });
};

type Wire = Pick<DocumentParameter, "style" | "explode" | "json" | "schema" | "pointer">;

const readWire = (draft: Draft, value: JsonObject, pointer: string, place: Parameter["in"]): Wire | undefined => {
  const styles = STYLES[place];
  const written = member(value, "style") ?? styles[0];
  const style = styles.find((known) => known === written);
  if (style === undefined) {
    draft.problems.push({
      pointer: step(pointer, "style"),
      message: `the style ${JSON.stringify(written)} does not exist in ${place}`,
      mend: `use ${styles.join(", ")}`,
    });
    return undefined;
  }
  const explode = member(value, "explode") ?? style === "form";
  const content = member(value, "content");
  if (content === undefined)
    return {
      style,
      explode: explode === true,
      json: false,
      schema: member(value, "schema") ?? true,
      pointer: step(pointer, "schema"),
    };
  const [[mediaType, media] = ["", undefined], ...others] = entriesOf(content);
  if (others.length > 0 || !isJson(mediaType)) {
    draft.problems.push({
      pointer: step(pointer, "content"),
      message: "only one JSON media type can be written into a parameter",
      mend: "use application/json or schema and style",
    });
    return undefined;
  }
  const schema = isJsonObject(media) ? (member(media, "schema") ?? true) : true;
  return { style, explode: false, json: true, schema, pointer: step(pointer, "content", mediaType, "schema") };
};

/** The media type in lower case without its parameters. */
export const bareMediaType = (mediaType: string): string => (mediaType.split(";", 1)[0] ?? "").trim().toLowerCase();

export const isJson = (mediaType: string): boolean =>
  /^application\/(?:json|[^/]+\+json)$/.test(bareMediaType(mediaType));

// The REST ingress: the backend's own method, path, query, headers and body, read into the flat arguments of the contract
// that owns the route. It knows syntax and no meaning; what it can map onto no argument becomes an issue of the verdict.
import { type JsonValue, type Run, type Stray, isJsonObject } from "../call.ts";
import type { IncomingMessage } from "node:http";
import type { BodyPlan, Contract, Parameter, RestOperation, Segment, ValueSource } from "../contract/contract.ts";
import { type Checked, type Issue, MOST_ISSUES, accept, refuse } from "../refusal.ts";
import { escapePointer } from "../json/pointer.ts";
import { parseStrictJson } from "../json/strict-json.ts";
import { pinsArgument } from "../run/narrow.ts";
import { readMediaType } from "./media-type.ts";
import { type Pair, decodeQuery, decodeSegment, readHeader, readPairs, readPath, splitPair } from "./read-parameter.ts";
import { type FoundStray, describeStray, straysOf } from "./stray.ts";
import { splitSegment } from "../contract/document/template.ts";
import { type WireType, readWireType } from "../contract/wire-type.ts";

interface RestRequest {
  readonly run: Run;
  readonly segments: readonly string[];
  /** Raw, without `?`. */
  readonly query: string;
  readonly message: IncomingMessage;
  readonly body: Uint8Array | undefined;
  readonly maxDepth: number;
}

interface RestArguments {
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly issues: readonly Issue[];
  readonly strays?: readonly Stray[];
}

/** Arguments and issues under way. Arguments are kept in a Map: their names are foreign where a body is open. */
interface Reading {
  readonly contract: Contract;
  readonly operation: RestOperation;
  readonly request: RestRequest;
  readonly values: Map<string, unknown>;
  readonly issues: Issue[];
  readonly strays: Stray[];
}

type Step = Checked<undefined>;
const DONE: Step = accept(undefined);

export const readRestArguments = (
  contract: Contract,
  operation: RestOperation,
  request: RestRequest,
): Checked<RestArguments> => {
  const reading: Reading = { contract, operation, request, values: new Map(), issues: [], strays: [] };
  try {
    for (const step of [readSegments, readQuery, readHeaders, readCookies, readBody]) {
      const read = step(reading);
      if (!read.ok) return read;
    }
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return refuse(
      "malformed_target",
      "The path or query has a `%` that is not followed by two hex digits of valid UTF-8.",
    );
  }
  const { values, issues, strays } = reading;
  const read = { arguments: Object.fromEntries(values), issues };
  return accept(strays.length === 0 ? read : { ...read, strays });
};

const report = ({ issues }: Reading, name: string, code: string, message: string): void => {
  if (issues.length < MOST_ISSUES) issues.push({ path: `/${escapePointer(name)}`, code, message });
};

/** Keeps a value under its argument; a pinned member may be sent only as the value that the sidecar sets. */
const put = (reading: Reading, source: ValueSource, name: string, value: unknown): void => {
  if ("argument" in source) reading.values.set(source.argument, value);
  else if (JSON.stringify(value) !== JSON.stringify(source.pinned)) {
    report(reading, name, "pinned", "is set by the sidecar: leave it out");
  }
};

/** What stands in a place that takes no such name; `places` are those that it has. */
const reportUnknown = (reading: Reading, stray: FoundStray, places: Parameters<typeof namesOf>[1]): void => {
  if (reading.issues.length >= MOST_ISSUES) return; // comparing names costs, and nobody reads more
  const { name, value, in: place } = stray;
  if (value !== undefined && name !== "__proto__") reading.strays.push({ name, value, in: place });
  report(reading, name, "unknown", describeStray(reading.contract.tool, stray, namesOf(reading, places)));
};

/** The names that an agent may use: pinned ones are not shown. */
const namesOf = (
  { contract: { tool, claimPins }, request: { run } }: Reading,
  places: readonly { readonly name: string; readonly source: ValueSource }[],
): readonly string[] => {
  const isOpen = (argument: string): boolean =>
    !Object.hasOwn(claimPins, argument) && !pinsArgument(run, tool, argument);
  return places.filter(({ source }) => "argument" in source && isOpen(source.argument)).map(({ name }) => name);
};

const wireTypes = new WeakMap<object, WireType>();
const wireTypeOf = (place: Pick<Parameter, "schema">): WireType => {
  const known = wireTypes.get(place);
  if (known !== undefined) return known;
  const wire = readWireType(place.schema);
  wireTypes.set(place, wire);
  return wire;
};

/** Issues of a parameter that is JSON point into the parameter: the agent wants them in its arguments. */
const inside = ({ name, source }: Parameter): ((issue: Issue) => Issue) => {
  const argument = escapePointer("argument" in source ? source.argument : name);
  return (issue) => ({ ...issue, path: `/${argument}${issue.path}` });
};

const putRead = (reading: Reading, parameter: Parameter, read: Checked<unknown>): Step => {
  if (!read.ok) return { ok: false, refusal: { ...read.refusal, issues: read.refusal.issues.map(inside(parameter)) } };
  if (read.value !== undefined) put(reading, parameter.source, parameter.name, read.value);
  return DONE;
};

const readSegments = (reading: Reading): Step => {
  for (const [index, segment] of reading.operation.path.segments.entries()) {
    if (segment.every((part) => "literal" in part)) continue; // the route has compared it
    const read = readSegment(reading, segment, reading.request.segments[index] ?? "");
    if (!read.ok) return read;
  }
  return DONE;
};

/** A segment that is one parameter keeps its raw text, for lists; one with text around its parameters is split decoded. */
const readSegment = (reading: Reading, segment: Segment, raw: string): Step => {
  const names = segment.flatMap((part) => ("parameter" in part ? [part.parameter] : []));
  const texts = segment.length === 1 ? [raw] : splitSegment(segment, decodeSegment(raw));
  if (texts === undefined || texts === "ambiguous") {
    return refuse("malformed_target", `The path's part with ${names.join(" and ")} can be read in more than one way.`);
  }
  for (const [index, name] of names.entries()) {
    const parameter = reading.operation.parameters.find((one) => one.in === "path" && one.name === name);
    if (parameter === undefined) continue;
    const raws = texts[index] ?? "";
    const read = putRead(
      reading,
      parameter,
      readPath(parameter, segment.length === 1 ? raws : encodeURIComponent(raws), wireTypeOf(parameter)),
    );
    if (!read.ok) return read;
  }
  return DONE;
};

const readQuery = (reading: Reading): Step => {
  const { query } = reading.request;
  const pairs = query === "" ? [] : query.split("&").map(splitPair);
  if (pairs.some(({ name }) => name === ""))
    return refuse("malformed_target", "The query has a member without a name: name it, or leave it out.");
  return readPlaced(reading, "query", "query parameter", pairs);
};

/** Parameters that take every name left over come last. */
const readPlaced = (reading: Reading, place: Parameter["in"], word: string, pairs: Pair[]): Step => {
  const placed = reading.operation.parameters.filter((parameter) => parameter.in === place);
  const decode = place === "cookie" ? decodeSegment : decodeQuery;
  const isGreedy = (parameter: Parameter): number =>
    Number(wireTypeOf(parameter).others !== undefined && parameter.style === "form");
  for (const parameter of placed.length > 1 ? placed.sort((a, b) => isGreedy(a) - isGreedy(b)) : placed) {
    const read = putRead(reading, parameter, readPairs(parameter, pairs, wireTypeOf(parameter), decode));
    if (!read.ok) return read;
  }
  if (place === "query")
    for (const stray of straysOf(pairs, decode)) reportUnknown(reading, { ...stray, in: "query", place: word }, placed);
  return DONE;
};

const readHeaders = (reading: Reading): Step => {
  for (const parameter of reading.operation.parameters) {
    if (parameter.in !== "header") continue;
    const values = rawHeaderValues(reading.request.message, parameter.name.toLowerCase());
    const [text] = values;
    if (values.length > 1)
      return refuse("ambiguous_request", `The header field ${parameter.name} may stand once only.`, { close: true });
    if (text === undefined) continue;
    const read = putRead(reading, parameter, readHeader(parameter, text, wireTypeOf(parameter)));
    if (!read.ok) return read;
  }
  return DONE;
};

const rawHeaderValues = ({ rawHeaders }: IncomingMessage, name: string): readonly string[] => {
  const values: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() === name) values.push(rawHeaders[index + 1] ?? "");
  }
  return values;
};

const readCookies = (reading: Reading): Step => {
  if (!reading.operation.parameters.some((parameter) => parameter.in === "cookie")) return DONE;
  const pairs = rawHeaderValues(reading.request.message, "cookie").flatMap((field) =>
    field.split(/; ?/).map(splitPair),
  );
  return readPlaced(reading, "cookie", "cookie", pairs.filter(hasReadableName)); // others belong to somebody else
};

const hasReadableName = ({ name }: Pair): boolean => {
  try {
    return decodeSegment(name) !== "";
  } catch {
    return false;
  }
};

const readBody = (reading: Reading): Step => {
  const { body, message, maxDepth } = reading.request;
  const plan = reading.operation.body;
  if (body === undefined || body.length === 0) return readNoBody(reading, plan);
  if (plan === undefined) {
    reading.issues.push({
      path: "",
      code: "unknown",
      message: `must come without a body: ${reading.contract.tool} takes none`,
    });
    return DONE;
  }
  const mediaType = readMediaType(message.headers["content-type"]);
  if (mediaType !== plan.mediaType)
    return refuse("unsupported_media_type", `Send the body as ${plan.mediaType}, in UTF-8.`);
  if (mediaType === "application/x-www-form-urlencoded") return readForm(reading, plan, body);
  const parsed =
    mediaType === "text/plain" ? readPlainText(body) : parseStrictJson(body, { maxDepth, unsafeNumbers: "refuse" });
  return parsed.ok ? putBody(reading, plan, parsed.value) : parsed;
};

/** No bytes are no body, but for a text: its media type says that the empty one is meant. */
const readNoBody = (reading: Reading, plan: BodyPlan | undefined): Step => {
  const isText =
    plan?.mediaType === "text/plain" && readMediaType(reading.request.message.headers["content-type"]) === "text/plain";
  return isText ? putBody(reading, plan, "") : DONE;
};

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const readPlainText = (body: Uint8Array): Checked<unknown> => {
  try {
    return accept(utf8.decode(body));
  } catch {
    return refuse("invalid_encoding", "The body is not valid UTF-8.");
  }
};

const putBody = (reading: Reading, { shape }: BodyPlan, value: unknown): Step => {
  if (shape.kind === "whole") {
    put(reading, shape.source, "body", value);
    return DONE;
  }
  if (!isJsonObject(value)) {
    reading.issues.push({ path: "", code: "type", message: "must come as one JSON object in the body" });
    return DONE;
  }
  for (const [name, member] of Object.entries(value)) putMember(reading, shape, name, member);
  return DONE;
};

type MembersShape = Extract<BodyPlan["shape"], { kind: "members" }>;

const putMember = (reading: Reading, shape: MembersShape, name: string, member: JsonValue): void => {
  const known = shape.members.find((one) => one.name === name);
  if (known !== undefined) put(reading, known.source, name, member);
  else if (shape.open && !reading.values.has(name) && !isBound(reading, shape, name)) reading.values.set(name, member);
  else reportUnknown(reading, { name, value: member, in: "body", place: "member of the body" }, shape.members);
};

/** Whether an argument of this name belongs to another place: an open body must not reach it. */
const isBound = (reading: Reading, shape: MembersShape, name: string): boolean =>
  [...reading.operation.parameters, ...shape.members].some(
    ({ source }) => "argument" in source && source.argument === name,
  );

const readForm = (reading: Reading, plan: BodyPlan, body: Uint8Array): Step => {
  const text = readPlainText(body);
  if (!text.ok) return text;
  const pairs = String(text.value).split("&").map(splitPair);
  if (plan.shape.kind !== "members") return refuse("unsupported_media_type", "This body cannot be sent as a form.");
  try {
    return readFormPairs(reading, plan.shape, pairs);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return refuse("invalid_encoding", "The form has a `%` that is not followed by two hex digits of valid UTF-8.");
  }
};

const readFormPairs = (reading: Reading, shape: MembersShape, pairs: Pair[]): Step => {
  for (const member of shape.members) {
    const read = readPairs({ name: member.name, style: "form", explode: true, json: false }, pairs, wireTypeOf(member));
    if (!read.ok) return read;
    if (read.value !== undefined) put(reading, member.source, member.name, read.value);
  }
  for (const stray of straysOf(pairs, decodeQuery))
    reportUnknown(reading, { ...stray, in: "body", place: "member of the form" }, shape.members);
  return DONE;
};

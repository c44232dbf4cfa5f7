// The pure step from checked arguments to the upstream request. It sees contract, pins and arguments, never the agent's
// request, so no byte of that can slip through. What cannot be expressed is refused with the argument's name.
import { type JsonObject, type JsonValue, type RestRequest, isJsonObject } from "../call.ts";
import type { BodyPlan, Parameter, RestOperation, Segment, ValueSource } from "../contract/contract.ts";
import { splitSegment } from "../contract/document/template.ts";
import { type Checked, accept, refuse } from "../refusal.ts";
import { type FilledMember, type Filling, fillMembers, objectOf, report, valueOf } from "./members.ts";
import { type Written, encodeLiteral, writeCookie, writeHeader, writePath, writeQuery } from "./style.ts";

interface Draft extends Filling {
  readonly operation: RestOperation;
}

/** Builds method, target, headers and body; all that cannot be built is reported at once. */
export const buildRequest = (operation: RestOperation, checked: JsonObject): Checked<RestRequest> => {
  const draft: Draft = { operation, arguments: checked, issues: [] };
  const path = buildPath(draft);
  const query = buildPairs(draft, "query", writeQuery).join("&");
  const headers = buildHeaders(draft);
  const body = operation.body === undefined ? undefined : buildBody(draft, operation.body);
  if (body !== undefined && operation.body !== undefined) headers.push("content-type", operation.body.mediaType);
  if (draft.issues.length > 0) {
    return refuse("invalid_arguments", "The arguments cannot be written into the tool's request.", {
      issues: draft.issues,
    });
  }
  const target = query === "" ? path : `${path}?${query}`;
  return accept({ kind: "rest", method: operation.method, target, headers, body });
};

const take = (draft: Draft, source: ValueSource, text: Written<string>): string => {
  if (text.ok) return text.value;
  report(draft, source, text.message);
  return "";
};

const buildPath = (draft: Draft): string => {
  const { path, paths, canRenderElsewhere } = draft.operation;
  const decoded: string[] = [];
  let target = "";
  for (const segment of path.segments) {
    const encodedSegment = buildSegment(draft, segment);
    target += `/${encodedSegment}`;
    if (canRenderElsewhere) decoded.push(decodeURIComponent(encodedSegment));
  }
  if (draft.issues.length > 0) return target;
  if (canRenderElsewhere && paths.match(decoded) !== path) reportElsewhere(draft);
  else if (target.includes("%2F") && isElsewhere(draft, target)) reportElsewhere(draft);
  return target;
};

/** For backends that decode before they split, and for those that merge slashes as well. */
const isElsewhere = ({ operation }: Draft, target: string): boolean => {
  const steps = decodeURIComponent(target).slice(1).split("/");
  const merged = steps.filter((step) => step !== "");
  return [steps, merged].some((path) => {
    const owner = operation.paths.match(path);
    return owner !== undefined && (owner !== operation.path || path === steps);
  });
};

/** The rule that no argument reaches another operation: the backend would route this path somewhere else. */
const reportElsewhere = (draft: Draft): void => {
  for (const parameter of draft.operation.parameters) {
    if (parameter.in !== "path" || "pinned" in parameter.source) continue;
    report(draft, parameter.source, "spells the path of another operation of this API: use another value");
  }
};

const buildSegment = (draft: Draft, segment: Segment): string => {
  let text = "";
  let last: Parameter | undefined;
  for (const part of segment) {
    if ("literal" in part) {
      text += encodeLiteral(part.literal);
      continue;
    }
    last = draft.operation.parameters.find(({ name, in: place }) => place === "path" && name === part.parameter);
    if (last !== undefined) text += buildPathValue(draft, last);
  }
  if (segment.length > 2 && last !== undefined && splitSegment(segment, decodeURIComponent(text)) === "ambiguous") {
    report(draft, last.source, "makes a path that can be read in more than one way");
  }
  // No encoding helps: receivers treat %2e%2e as `..` too (WHATWG URL, 4.5).
  if (last !== undefined && (text === "." || text === ".."))
    report(draft, last.source, `cannot be "${text}": that is a path step`);
  return text;
};

const EMPTY = "is part of the path and cannot be empty";

const buildPathValue = (draft: Draft, parameter: Parameter): string => {
  const value = valueOf(draft, parameter.source);
  if (value === undefined || value === "") {
    report(draft, parameter.source, EMPTY);
    return "";
  }
  const written = writePath(parameter, value);
  const text = take(draft, parameter.source, written);
  // A list of one empty text is as empty as the text.
  if (written.ok && text === "") report(draft, parameter.source, EMPTY);
  if (!text.includes("%2F")) return text;
  if (parameter.encodedSlash !== true) report(draft, parameter.source, "is one part of a path and cannot contain `/`");
  else if (text.split("%2F").some((step) => step === "." || step === ".."))
    report(draft, parameter.source, "cannot contain path steps");
  return text;
};

type PlacedWriter = (parameter: Parameter, value: JsonValue) => Written<string>;

const buildPairs = (draft: Draft, place: Parameter["in"], write: PlacedWriter): string[] => {
  const pairs: string[] = [];
  let taken: Set<string> | undefined;
  for (const parameter of draft.operation.parameters) {
    if (parameter.in !== place) continue;
    const value = valueOf(draft, parameter.source);
    if (value === undefined) continue;
    pairs.push(take(draft, parameter.source, write(parameter, value)));
    if (isSpread(parameter, value)) spread(draft, parameter, value, (taken ??= new Set()));
  }
  return pairs;
};

/** Whether the members of an object stand under their own names (`form` with explode). */
const isSpread = ({ style, explode, json }: Omit<Spread, "source">, value: JsonValue): value is JsonObject =>
  explode && style === "form" && !json && isJsonObject(value);

type Spread = Pick<Parameter, "style" | "explode" | "json" | "others" | "source">;

/** A member under the name of another parameter would set that one, unchecked, or beside what the sidecar pins. */
const spread = (draft: Draft, { others = [], source }: Spread, value: JsonObject, taken: Set<string>): void => {
  for (const name of Object.keys(value)) {
    if (others.includes(name) || taken.has(name))
      report(draft, source, `cannot have the member ${JSON.stringify(name)}: another parameter has this name`);
    taken.add(name);
  }
};

const buildHeaders = (draft: Draft): string[] => {
  const headers: string[] = [];
  for (const parameter of draft.operation.parameters) {
    if (parameter.in !== "header") continue;
    const value = valueOf(draft, parameter.source);
    if (value !== undefined)
      headers.push(parameter.name.toLowerCase(), take(draft, parameter.source, writeHeader(parameter, value)));
  }
  const cookies = buildPairs(draft, "cookie", writeCookie);
  if (cookies.length > 0) headers.push("cookie", cookies.join("; "));
  return headers;
};

const buildBody = (draft: Draft, plan: BodyPlan): string | undefined => {
  if (plan.shape.kind === "whole") {
    const value = valueOf(draft, plan.shape.source);
    if (value === undefined) return undefined;
    if (plan.mediaType === "text/plain") return typeof value === "string" ? value : JSON.stringify(value);
    return JSON.stringify(value);
  }
  const members = fillMembers(draft, plan.shape, draft.operation.parameters);
  if (members.length === 0 && !plan.required) return undefined;
  return plan.mediaType === "application/x-www-form-urlencoded" ? formBody(draft, members) : jsonBody(members);
};

const jsonBody = (members: readonly FilledMember[]): string => JSON.stringify(objectOf(members));

const formBody = (draft: Draft, members: readonly FilledMember[]): string => {
  const own = draft.operation.body?.shape;
  const names = own?.kind === "members" ? own.members.map(({ name }) => name) : [];
  const taken = new Set<string>();
  const write = ([name, value, source]: FilledMember): string => {
    const form = { name, style: "form", explode: true, json: false, source } as const;
    if (isSpread(form, value))
      spread(draft, { ...form, others: names.filter((other) => other !== name) }, value, taken);
    return take(draft, source, writeQuery(form, value));
  };
  return members.map(write).join("&");
};

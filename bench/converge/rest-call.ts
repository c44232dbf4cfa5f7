// A tool call in the form of the backend's own request, for a validator that knows the document and no tools. Names that the
// contract does not know go where an agent would put them: into the body where there is one, else into the query.
import type { Contract, RestOperation, ValueSource } from "../../src/contract/contract.ts";
import { isMembers, type Members } from "../../test/support/json.ts";
import { type OpenApiOperation, keyOf } from "../../test/support/openapi-document.ts";
import { writeRest } from "../../test/support/rest-form.ts";
import type { AgentRequest } from "../../test/support/running-app.ts";
import type { Subject } from "./fault.ts";

export interface RestCall {
  readonly request: AgentRequest;
  /** Where each argument went: `/body/amount` to `/amount`. */
  readonly arguments: ReadonlyMap<string, string>;
}

export interface RestParts {
  readonly contract: Contract;
  readonly operation: RestOperation;
  /** As a second reading of the document has it. */
  readonly described: OpenApiOperation;
  readonly claims: Subject["claims"];
}

/** Undefined for arguments that are no object: nobody can say which of them stands where. */
export const writeRestCall = (parts: RestParts, args: unknown): RestCall | undefined => {
  if (!isMembers(args)) return undefined;
  const left = new Map(Object.entries({ ...claimed(parts), ...args }));
  const named = new Map<string, string>();
  const placed = new Map<string, unknown>();
  const take = (source: ValueSource, place: string): readonly unknown[] => {
    if ("pinned" in source) return [source.pinned];
    if (!left.has(source.argument)) return [];
    const value = left.get(source.argument);
    left.delete(source.argument);
    named.set(place, `/${source.argument}`);
    return [value];
  };
  for (const parameter of parts.operation.parameters)
    for (const value of take(parameter.source, `/${placeOf(parameter.in)}/${parameter.name}`))
      placed.set(keyOf(parameter), value);
  for (const value of takeBody(parts.operation, take, left)) placed.set("body", value);
  const request = writeRest(parts.described, placed, "");
  return { request: withQuery(request, left), arguments: named };
};

/** As the validator calls them. */
const placeOf = (place: string): string => (place === "header" ? "headers" : place === "path" ? "params" : place);

const claimed = ({ contract, claims }: RestParts): Members =>
  Object.fromEntries(Object.entries(contract.claimPins).map(([name, { claim }]) => [name, claims[claim]]));

const takeBody = (
  { body }: RestOperation,
  take: (source: ValueSource, place: string) => readonly unknown[],
  left: Map<string, unknown>,
): readonly unknown[] => {
  if (body === undefined) return [];
  if (body.shape.kind === "whole") return take(body.shape.source, "/body");
  const own = body.shape.members.flatMap(({ name, source }) =>
    take(source, `/body/${name}`).map((value): [string, unknown] => [name, value]),
  );
  const all = [...own, ...left];
  left.clear();
  return all.length > 0 || body.required ? [Object.fromEntries(all)] : [];
};

const withQuery = (request: AgentRequest, left: ReadonlyMap<string, unknown>): AgentRequest => {
  const pairs = [...left].map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(textOf(value))}`);
  if (pairs.length === 0) return request;
  const mark = request.target.includes("?") ? "&" : "?";
  return { ...request, target: `${request.target}${mark}${pairs.join("&")}` };
};

const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/** The argument's own place, for a place of the request. */
export const argumentPath = ({ arguments: named }: RestCall, path: string): string => {
  const known = [...named].find(([place]) => path === place || path.startsWith(`${place}/`));
  if (known !== undefined) return `${known[1]}${path.slice(known[0].length)}`;
  return path.replace(/^\/(?:body|query|params|headers)(?=\/|$)/, "");
};

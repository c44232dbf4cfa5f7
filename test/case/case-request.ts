// A call of the catalogue in the form of the backend's own API, written by contracts.json's `http` part and nothing of ours:
// so the REST ingress and POST /call can be compared on the same call.
import set from "../data/cases/contracts.json" with { type: "json" };
import { keyOf } from "../support/openapi-document.ts";
import { writeRest } from "../support/rest-form.ts";
import type { Case, CaseRequest } from "./case.ts";

type Tool = (typeof set.tools)[number];

/** The case as a REST request, or undefined for a case that names no call. */
export const inRestForm = (one: Case): Case | undefined => {
  const tool = set.tools.find(({ name }) => name === one.call?.tool);
  if (one.call === undefined || tool === undefined) return undefined;
  const given = new Map<string, unknown>(Object.entries(Object(JSON.parse(one.call.arguments_text))));
  return { ...one, request: requestOf(tool, given) };
};

const requestOf = ({ http }: Tool, given: ReadonlyMap<string, unknown>): CaseRequest => {
  const params = http.params.filter(({ arg }) => given.has(arg));
  const members = params.filter((param) => param.in === "body").map(({ arg, name }) => [name, given.get(arg)] as const);
  const placed = new Map(params.map((param) => [keyOf(param), given.get(param.arg)]));
  if (members.length > 0) placed.set("body", Object.fromEntries(members));
  const { method, target, headers, body } = writeRest(operationOf(http), placed, "");
  const [path = "", query] = target.split("?");
  return {
    method,
    path,
    headers,
    ...(query === undefined ? {} : { query }),
    ...(body === undefined ? {} : { body_text: String(body) }),
  };
};

/** As the catalogue's text has it: lists in a query repeat their name, and bodies are JSON. */
const operationOf = ({ method, path, params }: Tool["http"]): Parameters<typeof writeRest>[0] => ({
  method,
  template: path,
  parameters: params.map(({ name, in: place }) => {
    const isQuery = place === "query";
    return {
      name,
      in: place,
      style: isQuery ? "form" : "simple",
      explode: isQuery,
      isJson: false,
      required: true,
      schema: true,
    };
  }),
  body: { mediaType: "application/json", required: false, schema: true },
});

// A call of the catalogue in the form of the backend's own API, written by contracts.json's `http` part and nothing of ours:
// so the REST ingress and POST /call can be compared on the same call.
import set from "../data/cases/contracts.json" with { type: "json" };
import type { Case, CaseRequest } from "./case.ts";

type Pair = readonly [name: string, value: string];

/** The case as a REST request, or undefined for a case that names no call. */
export const inRestForm = (one: Case): Case | undefined => {
  const tool = set.tools.find(({ name }) => name === one.call?.tool);
  if (one.call === undefined || tool === undefined) return undefined;
  const given = new Map<string, unknown>(Object.entries(Object(JSON.parse(one.call.arguments_text))));
  return { ...one, request: writeRest(tool, given) };
};

const writeRest = (tool: (typeof set.tools)[number], given: ReadonlyMap<string, unknown>): CaseRequest => {
  const taken = (place: string): Pair[] =>
    tool.http.params
      .filter((param) => param.in === place && given.has(param.arg))
      .flatMap(({ arg, name }) => [given.get(arg)].flat().map((value): Pair => [name, String(value)]));
  const path = taken("path").reduce(
    (text, [name, value]) => text.replace(`{${name}}`, encodeURIComponent(value)),
    tool.http.path,
  );
  const query = taken("query").map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  const members = tool.http.params.filter((param) => param.in === "body" && given.has(param.arg));
  const body = Object.fromEntries(members.map(({ arg, name }) => [name, given.get(arg)]));
  return {
    method: tool.http.method,
    path,
    headers: [...taken("header"), ...(members.length > 0 ? [["Content-Type", "application/json"] as const] : [])],
    ...(query.length > 0 ? { query: query.join("&") } : {}),
    ...(members.length > 0 ? { body_text: JSON.stringify(body) } : {}),
  };
};

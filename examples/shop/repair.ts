// How an agent goes on after a refused call, whatever the tool: it takes the fixes that the refusal offers and follows its
// `next`. One rule is its own: a member that is unknown, or set by the sidecar, it leaves out. It never changes what is asked:
// where no fix is offered (an amount over the limit) it gives up, as it should.
import { type Json, type JsonObject, isObject } from "./json.ts";
import { type Operation, applyPatch } from "./patch.ts";
import type { Request } from "./steps.ts";

/** A request, and how the agent came to it: of its own, or by a refusal. */
export interface Attempt {
  readonly how: "asked" | "mended" | "renamed" | "named" | "again" | "repeated";
  readonly request: Request;
  /** What mended it. */
  readonly patch?: readonly Operation[];
}

/** What to send now, one after the other; nothing when the refusal offers nothing. */
export const repair = (request: Request, refusal: Json): readonly Attempt[] => {
  if (!isObject(refusal)) return [];
  if (refusal["class"] === "fix_arguments") return mend(request, listOf(refusal["issues"]));
  if (refusal["class"] === "fix_order") return callFirst(request, listOf(refusal["next"]));
  return refusal["code"] === "unknown_tool" ? rename(request, listOf(refusal["next"])) : [];
};

const listOf = (value: Json | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? value.filter((one) => isObject(one)) : [];

/** All fixes together, in the order of the issues. Half a repair would only be refused again. */
const mend = (request: Request, issues: readonly JsonObject[]): readonly Attempt[] => {
  const patch = issues.flatMap(mendIssue);
  const touched = new Set(patch.flatMap(({ path, from = path }) => [from, path]));
  if (patch.length === 0 || !issues.every(({ path }) => touched.has(String(path)))) return [];
  const mended = withArguments(request, (args) => applyPatch(args, patch));
  return mended === undefined ? [] : [{ how: "mended", request: mended, patch }];
};

const mendIssue = ({ code, path, fix }: JsonObject): readonly Operation[] => {
  if (Array.isArray(fix)) return fix as readonly Operation[]; // as a refusal is written
  return code === "unknown" || code === "pinned" ? [{ op: "remove", path: String(path) }] : [];
};

/** The arguments are the body of the API's own requests, and a member of POST /call. */
const withArguments = (request: Request, change: (args: Json) => Json | undefined): Request | undefined => {
  const { door, body = null } = request;
  if (door !== "call" || !isObject(body)) {
    const changed = change(body);
    return changed === undefined ? undefined : { ...request, body: changed };
  }
  const changed = change(body["arguments"] ?? {});
  return changed === undefined ? undefined : { ...request, body: { ...body, arguments: changed } };
};

/** The calls that have to come first stand in the refusal, ready to be made. Then the same call once more. */
const callFirst = (request: Request, next: readonly JsonObject[]): readonly Attempt[] => {
  const calls = next.filter((call) => isObject(call["arguments"]));
  if (calls.length === 0) return [];
  const named = calls.map(({ tool = null, arguments: args = null }): Attempt => {
    const body = { tool, arguments: args };
    return { how: "named", request: { door: "call", method: "POST", path: "/call", body } };
  });
  return [...named, { how: "again", request }];
};

/** One name is the tool that was meant; of several, none is certain. */
const rename = (request: Request, [meant, ...others]: readonly JsonObject[]): readonly Attempt[] => {
  if (meant?.["tool"] === undefined || others.length > 0 || !isObject(request.body)) return [];
  return [{ how: "renamed", request: { ...request, body: { ...request.body, tool: meant["tool"] } } }];
};

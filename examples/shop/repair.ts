// How an agent mends a refused call: from the refusal alone, by rules that fit every tool. It changes how something is
// said, or what is called before, never what is asked: where that would be needed (an amount over the limit) it gives up, as
// it should.
import { type Json, type JsonObject, isObject } from "./json.ts";
import type { Request } from "./steps.ts";

/** One issue of a refusal, as far as it is read here. */
interface Issue {
  readonly code: string;
  /** Names on the way to the value, outermost first. */
  readonly path: readonly string[];
  readonly accepts: JsonObject;
}

/** A request, and how the agent came to it: of its own, or by a refusal. */
export interface Attempt {
  readonly how: "asked" | "mended" | "named" | "again";
  readonly request: Request;
}

/** What to send now, one after the other; nothing when there is nothing mechanical to do. */
export const repair = (request: Request, refusal: Json): readonly Attempt[] => {
  if (!isObject(refusal)) return [];
  if (refusal["code"] === "precondition_missing") return callFirst(request, refusal);
  const mended = isObject(request.body) ? mendRequest(request, request.body, refusal) : undefined;
  return mended === undefined ? [] : [{ how: "mended", request: mended }];
};

/** The calls that have to come first stand in the refusal, ready to be made. Then the same call once more. */
const callFirst = (request: Request, refusal: JsonObject): readonly Attempt[] => {
  const calls = nextOf(refusal).filter((next) => isObject(next["arguments"]));
  if (calls.length === 0) return [];
  const named = calls.map(({ tool, arguments: args }): Attempt => {
    const body = { tool: tool ?? null, arguments: args ?? null };
    return { how: "named", request: { door: "call", method: "POST", path: "/call", body } };
  });
  return [...named, { how: "again", request }];
};

const nextOf = ({ next }: JsonObject): readonly JsonObject[] => (Array.isArray(next) ? next.filter(isObject) : []);

const mendRequest = (request: Request, body: JsonObject, refusal: JsonObject): Request | undefined => {
  if (refusal["code"] === "unknown_tool") return useNearestTool(request, body, refusal);
  if (refusal["code"] !== "invalid_arguments") return undefined;
  const issues = readIssues(refusal["issues"]);
  if (request.door !== "call") return withBody(request, mend(body, issues));
  const mended = mend(body["arguments"] ?? {}, issues);
  return mended === undefined ? undefined : withBody(request, { ...body, arguments: mended });
};

const withBody = (request: Request, body: Json | undefined): Request | undefined =>
  body === undefined ? undefined : { ...request, body };

const useNearestTool = (request: Request, body: JsonObject, refusal: JsonObject): Request | undefined => {
  const [next] = nextOf(refusal);
  return next === undefined ? undefined : { ...request, body: { ...body, tool: next["tool"] ?? null } };
};

const readIssues = (issues: Json | undefined): readonly Issue[] =>
  (Array.isArray(issues) ? issues : []).filter(isObject).map((issue) => ({
    code: String(issue["code"]),
    path: String(issue["path"])
      .split("/")
      .slice(1)
      .map((name) => name.replaceAll("~1", "/").replaceAll("~0", "~")),
    accepts: isObject(issue["accepts"]) ? issue["accepts"] : {},
  }));

/** Every issue mended, or undefined: half a repair only makes another refused call. */
const mend = (value: Json, issues: readonly Issue[]): Json | undefined => {
  const missing = issues.filter(({ code }) => code === "required");
  let mended: Json = value;
  for (const issue of issues) {
    if (issue.code === "required") continue; // found a value when the misspelt member is renamed
    const next = mendOne(mended, issue, missing);
    if (next === undefined) return undefined;
    mended = next;
  }
  return missing.every(({ path }) => read(mended, path) !== undefined) && issues.length > 0 ? mended : undefined;
};

const mendOne = (value: Json, issue: Issue, missing: readonly Issue[]): Json | undefined => {
  const { code, path, accepts } = issue;
  const current = read(value, path);
  if (current === undefined) return undefined;
  if (code === "unknown" || code === "pinned") {
    const [other, ...more] = missing.filter((one) => parentOf(one) === parentOf(issue));
    const without = write(value, path, undefined);
    return other === undefined || more.length > 0 ? without : write(without, other.path, current);
  }
  const said =
    code === "type" ? convert(current, accepts["type"]) : code === "enum" ? nearest(current, accepts) : undefined;
  return said === undefined ? undefined : write(value, path, said);
};

const parentOf = ({ path }: Issue): string => path.slice(0, -1).join("/");

/** The same value in the type that is accepted. */
const convert = (value: Json, type: Json | undefined): Json | undefined => {
  if (type === "integer" && typeof value === "string" && /^-?\d+$/.test(value)) return Number(value);
  if (type === "string" && typeof value === "number") return String(value);
  if (type !== "object" || typeof value !== "string") return undefined;
  try {
    return JSON.parse(value) as Json; // what JSON.parse gives is JSON
  } catch {
    return undefined;
  }
};

const nearest = (value: Json, accepts: JsonObject): Json | undefined =>
  Array.isArray(accepts["enum"])
    ? accepts["enum"].find((one) => String(one).toLowerCase() === String(value).toLowerCase())
    : undefined;

const read = (value: Json | undefined, path: readonly string[]): Json | undefined => {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  return isObject(value) && Object.hasOwn(value, name) ? read(value[name], rest) : undefined;
};

/** A copy with the member set, or without it when there is nothing to set. */
const write = (value: Json, path: readonly string[], member: Json | undefined): Json => {
  const [name, ...rest] = path;
  if (name === undefined) return member ?? null;
  const members = new Map(Object.entries(isObject(value) ? value : {}));
  if (rest.length === 0 && member === undefined) members.delete(name);
  else members.set(name, write(members.get(name) ?? {}, rest, member));
  return Object.fromEntries(members);
};

// How an agent mends a refused call: from the refusal alone, by rules that fit every tool. It changes how something is
// said, never what is asked: where that would be needed (an amount over the limit) it gives up, as it should.
import { type Json, type JsonObject, isObject } from "./json.ts";
import type { Request } from "./steps.ts";

/** One issue of a refusal, as far as it is read here. */
interface Issue {
  readonly code: string;
  /** Names on the way to the value, outermost first. */
  readonly path: readonly string[];
  readonly accepts: JsonObject;
}

/** The mended request, or undefined when there is nothing mechanical to do. */
export const repair = (request: Request, refusal: Json): Request | undefined => {
  if (!isObject(refusal) || !isObject(request.body)) return undefined;
  if (refusal["code"] === "unknown_tool") return useNearestTool(request, request.body, refusal);
  if (refusal["code"] !== "invalid_arguments") return undefined;
  const issues = readIssues(refusal["issues"]);
  if (request.door !== "call") return withBody(request, mend(request.body, issues));
  const mended = mend(request.body["arguments"] ?? {}, issues);
  return mended === undefined ? undefined : withBody(request, { ...request.body, arguments: mended });
};

const withBody = (request: Request, body: Json | undefined): Request | undefined =>
  body === undefined ? undefined : { ...request, body };

const useNearestTool = (request: Request, body: JsonObject, refusal: JsonObject): Request | undefined => {
  const [next] = Array.isArray(refusal["next"]) ? refusal["next"] : [];
  return isObject(next) ? { ...request, body: { ...body, tool: next["tool"] ?? null } } : undefined;
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

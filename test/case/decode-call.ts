// A request in the backend's own form taken back to the call that it stands for, by contracts.json and a validator set up
// without src/: the oracle of every test that asks whether what arrived at the backend may have been sent.
import type { ValidateFunction } from "ajv/dist/2020.js";
import set from "../data/cases/contracts.json" with { type: "json" };
import { canonical, isMembers, memberOf } from "../support/json.ts";
import { type Fields, fieldValues } from "../support/raw-http.ts";
import type { RecordedRequest } from "../support/scripted-backend.ts";
import { createSecondOpinion } from "../support/second-opinion.ts";
import { BACKEND_TOKEN } from "./sidecar.ts";

type Tool = (typeof set.tools)[number];
type Param = Tool["http"]["params"][number];
type Values = Record<string, unknown>;

const ajv = createSecondOpinion();
const validators: ReadonlyMap<string, ValidateFunction> = new Map(
  set.tools.map(({ name, args }) => [name, ajv.compile(args)]),
);

/** One text for a call; undefined where it is no instance of a contract. */
export const callKey = (tool: unknown, args: unknown): string | undefined =>
  validators.get(String(tool))?.(args) === true ? `${String(tool)} ${canonical(args)}` : undefined;

/** RFC 3986, without raw bytes, and without a `+`, which backends read in two ways. */
const TARGET = /^\/[A-Za-z0-9\-._~!$&'()*,;=:@/?%]*$/;

/** Fields that the sidecar writes itself; the value of some is known. */
const OWN_FIELDS: ReadonlyMap<string, RegExp> = new Map([
  ["host", /^127\.0\.0\.1:\d+$/],
  ["connection", /^keep-alive$/],
  ["accept", /^[a-z*]+\/[a-z*+.-]+(?:;q=[\d.]+)?(?:, [a-z*]+\/[a-z*+.-]+(?:;q=[\d.]+)?)*$/],
  ["accept-encoding", /^identity$/],
  ["user-agent", /^checkrein$/],
  ["content-type", /^application\/json$/],
  ["content-length", /^\d+$/],
  ["authorization", new RegExp(`^Bearer ${BACKEND_TOKEN}$`)],
  ["traceparent", /^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/],
]);

/** What arrived at the backend, as the key of its call, or why nobody may have sent it. */
export const readForwarded = (request: RecordedRequest): { readonly key: string } | { readonly problem: string } => {
  const told = `${request.method} ${request.target} ${request.body.toString("latin1")}`;
  if (!TARGET.test(request.target)) return { problem: `raw bytes in the target: ${told}` };
  const tool = toolOf(request);
  if (tool === undefined) return { problem: `no contract's operation: ${told}` };
  for (const [field, value] of request.headers) {
    const name = field.toLowerCase();
    const isArgument = tool.http.params.some((param) => param.in === "header" && param.name.toLowerCase() === name);
    if (!isArgument && OWN_FIELDS.get(name)?.test(value) !== true)
      return { problem: `the field ${field}: ${value} in ${told}` };
    if (fieldValues(request.headers, name).length > 1) return { problem: `the field ${field} twice in ${told}` };
  }
  const args = argumentsOf(tool, request, true);
  const key = args === undefined ? undefined : callKey(tool.name, args);
  return key === undefined ? { problem: `no instance of ${tool.name}: ${told}` } : { key };
};

/** The key of the call that an agent's request in the backend's form can only mean; undefined where it means none. */
export const readRestCall = (request: RecordedRequest): string | undefined => {
  const tool = toolOf(request);
  const args = tool === undefined ? undefined : argumentsOf(tool, request, false);
  return tool === undefined || args === undefined ? undefined : callKey(tool.name, args);
};

const pathOf = (target: string): readonly string[] => (target.split("?", 1)[0] ?? "").split("/").slice(1);

const toolOf = ({ method, target }: RecordedRequest): Tool | undefined => {
  const segments = pathOf(target);
  if (segments.join("/") === "labels/all") return undefined; // an operation of its own, and in no contract
  return set.tools.find(({ http }) => {
    const parts = pathOf(http.path);
    const isSame = parts.every((part, index) => part.startsWith("{") || part === segments[index]);
    return http.method === method && parts.length === segments.length && isSame;
  });
};

/** Undefined for what cannot be decoded, and for members that the tool does not have. */
const argumentsOf = (tool: Tool, request: RecordedRequest, isForwarded: boolean): Values | undefined => {
  try {
    const args: Values = {};
    const left = { query: queryOf(request.target), body: bodyOf(request.body) };
    for (const param of tool.http.params) {
      const value = takeValue(tool, param, request, left);
      if (value !== undefined) args[param.arg] = value;
    }
    for (const { in: place, name, value } of tool.http.pinned ?? []) {
      const seen = place === "body" ? left.body[name] : (left.query.get(name) ?? undefined);
      // An agent that follows the API's document sends the pinned value, too.
      if (seen === undefined ? isForwarded : seen !== value) return undefined;
      if (place === "body") delete left.body[name];
      else left.query.delete(name);
    }
    return left.query.size + Object.keys(left.body).length === 0 ? args : undefined;
  } catch {
    return undefined;
  }
};

const queryOf = (target: string): URLSearchParams => new URLSearchParams(target.split("?").slice(1).join("?"));

const bodyOf = (body: Buffer): Values => {
  if (body.length === 0) return {};
  const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body));
  if (!isMembers(value)) throw new Error("the body is no object");
  return { ...value };
};

interface Left {
  readonly query: URLSearchParams;
  readonly body: Values;
}

const takeValue = (tool: Tool, { arg, in: place, name }: Param, request: RecordedRequest, left: Left): unknown => {
  if (place === "path")
    return decodeURIComponent(pathOf(request.target)[pathOf(tool.http.path).indexOf(`{${name}}`)] ?? "");
  if (place === "header") return headerOf(request.headers, name);
  if (place === "body") {
    const value = left.body[name];
    delete left.body[name];
    return value;
  }
  const texts = left.query.getAll(name);
  left.query.delete(name);
  const type = memberOf(memberOf(tool.args.properties, arg), "type");
  if (texts.length === 0 || type === "array") return texts.length === 0 ? undefined : texts;
  if (texts.length > 1) throw new Error(`${name} twice`);
  return type === "string" ? texts[0] : JSON.parse(texts[0] ?? "");
};

const headerOf = (headers: Fields, name: string): string | undefined => {
  const values = fieldValues(headers, name.toLowerCase());
  if (values.length > 1) throw new Error(`${name} twice`);
  return values[0];
};

// A call of the catalogue as an MCP tools/call: its arguments are pasted unparsed, in either era.
import set from "../data/cases/contracts.json" with { type: "json" };
import { isMembers, memberOf } from "../support/json.ts";
import { type RawAnswer, fieldValues } from "../support/raw-http.ts";
import type { Case, ExpectedUpstream } from "./case.ts";

type Tool = (typeof set.tools)[number];

/** Headers of a session, or none, for the legacy era. */
export type McpForm = "modern" | { readonly session: string | undefined };

const META = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientInfo": { name: "catalogue", version: "1.0.0" },
  "io.modelcontextprotocol/clientCapabilities": {},
};

const ACCEPT = [
  ["Content-Type", "application/json"],
  ["Accept", "application/json, text/event-stream"],
] as const;

/** Undefined for a case that names no call. */
export const inMcpForm = (one: Case, form: McpForm, path = "/mcp"): Case | undefined => {
  if (one.call === undefined) return undefined;
  const { tool, arguments_text: given } = one.call;
  const isModern = form === "modern";
  const meta = isModern ? `"_meta":${JSON.stringify(META)},` : "";
  const body = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{${meta}"name":${JSON.stringify(tool)},"arguments":${given}}}`;
  const modern = [
    ["MCP-Protocol-Version", "2026-07-28"],
    ["Mcp-Method", "tools/call"],
    ["Mcp-Name", tool],
  ] as const;
  const session = isModern || form.session === undefined ? [] : [["Mcp-Session-Id", form.session] as const];
  const headers = [...ACCEPT, ...(isModern ? modern : session)];
  return { ...one, transport: "mcp", request: { method: "POST", path, headers, body_text: body } };
};

/** A valid REST case with the call that its upstream request stands for. */
export const withCall = (one: Case): Case | undefined => {
  const { upstream } = one.expect;
  if (upstream === undefined) return undefined;
  const tool = set.tools.find(({ http }) => http.method === upstream.method && isPath(http.path, upstream));
  if (tool === undefined) return undefined;
  return { ...one, call: { tool: tool.name, arguments_text: JSON.stringify(argumentsOf(tool, upstream)) } };
};

const isPath = (template: string, { path_segments: segments }: ExpectedUpstream): boolean => {
  const parts = template.split("/").slice(1);
  return (
    parts.length === segments.length && parts.every((part, index) => part.startsWith("{") || part === segments[index])
  );
};

const argumentsOf = (tool: Tool, upstream: ExpectedUpstream): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    tool.http.params.flatMap(({ arg, in: place, name }) => {
      const value = valueOf(tool, upstream, { place, name, arg });
      return value === undefined ? [] : [[arg, value] as const];
    }),
  );

interface Param {
  readonly arg: string;
  readonly place: string;
  readonly name: string;
}

const valueOf = (tool: Tool, upstream: ExpectedUpstream, { arg, place, name }: Param): unknown => {
  if (place === "body") return memberOf(upstream.json, name);
  if (place === "header") return upstream.headers?.[name.toLowerCase()];
  if (place === "path") return upstream.path_segments[tool.http.path.split("/").slice(1).indexOf(`{${name}}`)];
  const values = upstream.query.filter(([key]) => key === name).map(([, value]) => value);
  const type = memberOf(memberOf(tool.args.properties, arg), "type");
  if (values.length === 0 || type === "array") return values.length === 0 ? undefined : values;
  return type === "string" ? values[0] : JSON.parse(values[0] ?? "null");
};

/** `tool_error`, `rpc_error`, or undefined for a result and for what is no JSON-RPC. */
export const mcpOutcome = (answer: RawAnswer | undefined): "tool_error" | "rpc_error" | undefined => {
  const message = readMessage(answer);
  if (isMembers(memberOf(message, "error"))) return "rpc_error";
  return memberOf(memberOf(message, "result"), "isError") === true ? "tool_error" : undefined;
};

/** The refusal inside of a JSON-RPC answer. */
export const mcpRefusal = (answer: RawAnswer | undefined): unknown => {
  const message = readMessage(answer);
  return (
    memberOf(memberOf(message, "error"), "data") ??
    memberOf(memberOf(memberOf(message, "result"), "_meta"), "checkrein/refusal")
  );
};

/** The text that a model reads of a refused call; undefined for anything else. */
export const mcpText = (answer: RawAnswer | undefined): string | undefined => {
  const content = memberOf(memberOf(readMessage(answer), "result"), "content");
  const text = Array.isArray(content) ? memberOf(content[0], "text") : undefined;
  return typeof text === "string" ? text : undefined;
};

const readMessage = (answer: RawAnswer | undefined): unknown => {
  const [mediaType = ""] = fieldValues(answer?.headers ?? [], "content-type");
  const isJson = mediaType.startsWith("application/json") && answer !== undefined && answer.body.length > 0;
  const message: unknown = isJson ? JSON.parse(answer.body.toString("utf8")) : undefined;
  return memberOf(message, "jsonrpc") === "2.0" ? message : undefined;
};

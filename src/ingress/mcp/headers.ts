// Mcp-Method, Mcp-Name and Mcp-Param-*: what a modern request says twice. Whoever reads the body has to see that both are
// the same, or a gateway in front that looks at headers alone would judge another call. MCP 2026-07-28, Server Validation.
import type { IncomingHttpHeaders } from "node:http";
import { isJsonObject, memberOf } from "../../call.ts";
import type { Contract } from "../../contract/contract.ts";
import { argumentAt, decodeHeaderValue } from "../../mcp.ts";
import { headerOf, mismatch } from "./era.ts";
import type { RpcRejection, RpcRequest } from "./message.ts";

/** Which member of `params` the header Mcp-Name repeats. */
const NAMED: ReadonlyMap<string, string> = new Map([
  ["tools/call", "name"],
  ["prompts/get", "name"],
  ["resources/read", "uri"],
]);

export const checkHeaders = (request: RpcRequest, headers: IncomingHttpHeaders): RpcRejection | undefined => {
  if (headerOf(headers, "mcp-method") === undefined) return mismatch(request, "the header Mcp-Method is missing");
  const member = NAMED.get(request.method);
  if (member === undefined) return undefined;
  const field = headerOf(headers, "mcp-name");
  const value = memberOf(request.params, member);
  if (field === undefined)
    return typeof value === "string" ? mismatch(request, "the header Mcp-Name is missing") : undefined;
  const name = decodeHeaderValue(field);
  if (name === undefined) return mismatch(request, "the header Mcp-Name cannot be decoded");
  // Without the member in the body the request is refused for its params.
  return typeof value === "string" && name !== value
    ? mismatch(request, `the header Mcp-Name names something else than params.${member}`)
    : undefined;
};

/** An argument that travels as a header, too: `x-mcp-header` at a property of the input schema. */
export interface MirroredArgument {
  /** `mcp-param-region`, lower case. */
  readonly header: string;
  /** Names of members from the arguments on. */
  readonly path: readonly string[];
}

/** All of a contract, reachable through `properties` alone. */
export const mirroredArguments = ({ inputSchema }: Pick<Contract, "inputSchema">): readonly MirroredArgument[] =>
  mirroredIn(inputSchema, []);

const mirroredIn = (schema: unknown, path: readonly string[]): readonly MirroredArgument[] => {
  if (!isJsonObject(schema)) return [];
  const properties = memberOf(schema, "properties");
  const name = path.length > 0 ? memberOf(schema, "x-mcp-header") : undefined;
  const own = typeof name === "string" && name !== "" ? [{ header: `mcp-param-${name.toLowerCase()}`, path }] : [];
  if (!isJsonObject(properties)) return own;
  return [...own, ...Object.entries(properties).flatMap(([key, child]) => mirroredIn(child, [...path, key]))];
};

export const checkMirrored = (
  request: RpcRequest,
  mirrored: readonly MirroredArgument[],
  headers: IncomingHttpHeaders,
): RpcRejection | undefined => {
  for (const { header, path } of mirrored) {
    const value = argumentAt(request.params["arguments"], path);
    if (value === undefined || value === null || typeof value === "object") continue; // the contract judges the type
    const field = headerOf(headers, header);
    if (field === undefined) return mismatch(request, `the header ${header} is missing`);
    const text = decodeHeaderValue(field);
    if (text === undefined) return mismatch(request, `the header ${header} cannot be decoded`);
    if (!isSame(text, value)) return mismatch(request, `the header ${header} has another value than the argument`);
  }
  return undefined;
};

const DECIMAL = /^-?\d{1,20}(?:\.\d{1,20})?$/;

/** Whole numbers are compared as numbers: 42 and 42.0 are one. */
const isSame = (text: string, value: string | number | boolean): boolean =>
  text === String(value) || (typeof value === "number" && DECIMAL.test(text) && Number(text) === value);

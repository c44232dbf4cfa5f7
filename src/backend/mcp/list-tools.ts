// All tools of a server, page by page. The server is a stranger: pages, bytes and time are bounded, a cursor that comes
// twice ends it, and an entry that cannot be read as a tool, or that shares its name with another, is no tool.
import { type JsonObject, type JsonValue, isJsonObject } from "../../call.ts";
import type { ToolDefinition } from "../../contract/contract.ts";
import { isExact } from "../../json/exact.ts";
import { cut } from "../../json/json-scalar.ts";
import { rpcCodes } from "../../mcp.ts";
import type { Exchange } from "./connection.ts";
import { type Failed, MOST_WORDS } from "./era.ts";
import type { TransportAnswer } from "./transport.ts";

export type Listing =
  | { readonly ok: true; readonly tools: readonly ToolDefinition[] }
  | { readonly ok: false; readonly failed: Failed };

const MOST_PAGES = 50;
export const MOST_LIST_BYTES = 8_388_608;
export const LIST_MS = 20_000;

type Ask = (exchange: Exchange) => Promise<TransportAnswer>;

/** Everything but names, descriptions and schemas is dropped. */
export const listTools = async (ask: Ask, deadlineMs: number, signal?: AbortSignal): Promise<Listing> => {
  const until = performance.now() + Math.min(deadlineMs, LIST_MS);
  const cursors = new Set<JsonValue>();
  const entries: JsonValue[] = [];
  let params: JsonObject = {};
  let size = 0;
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const answer = await ask(listRequest(params, Math.max(1, until - performance.now()), signal));
    if (!answer.ok) return { ok: false, failed: answer };
    if (answer.reply.kind === "error") return withoutTools(answer.reply.code, answer.reply.message, answer.status);
    const { tools, nextCursor } = answer.reply.result;
    if (!Array.isArray(tools)) return fault("the list of tools is no list", answer.status);
    entries.push(...tools);
    if (nextCursor === undefined) return { ok: true, tools: readTools(entries) };
    if (typeof nextCursor !== "string" || cursors.has(nextCursor))
      return fault("the cursor leads nowhere new", answer.status);
    size += JSON.stringify(tools).length; // page by page: all of them again for each page is work without bounds
    if (size > MOST_LIST_BYTES) return fault("the list of tools is too large", answer.status);
    cursors.add(nextCursor);
    params = { cursor: nextCursor };
  }
  return fault(`the list of tools has more than ${MOST_PAGES} pages`, 200);
};

const listRequest = (params: JsonObject, deadlineMs: number, signal: AbortSignal | undefined): Exchange => ({
  method: "tools/list",
  params,
  paramHeaders: [],
  agent: undefined,
  deadlineMs,
  maxBytes: MOST_LIST_BYTES,
  signal,
});

/** A server that offers no tools need not know the method. */
const withoutTools = (code: number, message: string, status: number): Listing =>
  code === rpcCodes.methodNotFound
    ? { ok: true, tools: [] }
    : fault(`error ${code}: ${cut(message, MOST_WORDS)}`, status);

const fault = (why: string, status: number): Listing => ({
  ok: false,
  failed: { ok: false, failure: "not_protocol", status, started: true, answered: true, error: new Error(why) },
});

const readTools = (entries: readonly JsonValue[]): readonly ToolDefinition[] => {
  const tools = new Map<string, ToolDefinition | undefined>();
  for (const entry of entries) {
    const tool = readTool(entry);
    if (tool !== undefined) tools.set(tool.name, tools.has(tool.name) ? undefined : tool);
  }
  return [...tools.values()].filter((tool) => tool !== undefined);
};

/** With a number that did not survive reading nothing can be compared. */
const readTool = (entry: JsonValue): ToolDefinition | undefined => {
  if (!isJsonObject(entry) || !isExact(entry)) return undefined;
  const { name, description, inputSchema, outputSchema } = entry;
  if (typeof name !== "string" || name === "" || !isJsonObject(inputSchema)) return undefined;
  if (description !== undefined && typeof description !== "string") return undefined;
  if (outputSchema !== undefined && !isJsonObject(outputSchema)) return undefined;
  return { name, description, inputSchema, outputSchema };
};

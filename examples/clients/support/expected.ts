// What every client has to get: the tools of the contracts and no other, an answer of each backend, and both refusals,
// whole. A refusal is compared with what checkrein itself says to a bare request.
import { z } from "zod";
import type { Client } from "./clients.ts";
import { type ScriptedCall, isCalled } from "./fake-model.ts";
import type { Seen } from "./watch.ts";

/** Against the schema, which clients see and may check themselves. */
const againstSchema: ScriptedCall = { tool: "get-sum", arguments: { a: 5000, b: 1 } };
/** Against a check of the contract, which only checkrein knows. */
const againstCheck: ScriptedCall = { tool: "get-sum", arguments: { a: 900, b: 900 } };

/** In the order of the columns, but for the first. */
export const script: readonly ScriptedCall[] = [
  { tool: "get-sum", arguments: { a: 2, b: 3 } },
  { tool: "get_order", arguments: { orderId: "ord_100001" } },
  { tool: "create_refund", arguments: { orderId: "ord_100001", amount: 100, reason: "late" } },
  againstSchema,
  againstCheck,
];
export const columns: readonly string[] = ["lists", "MCP tool", "REST tool", "REST write", "schema", "check"];

const tools = ["echo", "get-sum", "get_order", "create_refund"];
/** A tool that the MCP server has and no contract allows. */
const withheld = "get-env";
/** Of the script's calls, these and no other reach the shop. */
const SHOP_REQUESTS = 2;

/** The texts of both refusals, as checkrein writes them. */
export interface Refusals {
  readonly schema: string;
  readonly check: string;
}

export const readRefusals = async (url: string): Promise<Refusals> => ({
  schema: await readRefusal(url, againstSchema),
  check: await readRefusal(url, againstCheck),
});

const Refused = z.object({
  result: z.object({ isError: z.literal(true), content: z.tuple([z.object({ text: z.string() })]) }),
});

const readRefusal = async (url: string, { tool: name, arguments: given }: ScriptedCall): Promise<string> => {
  const meta = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
  };
  const params = { name, arguments: given, _meta: meta };
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": "2026-07-28",
      "mcp-method": "tools/call",
      "mcp-name": name,
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params }),
  });
  return Refused.parse(await response.json()).result.content[0].text;
};

export interface Findings {
  /** A word for each of `columns`. */
  readonly cells: readonly string[];
  readonly faults: readonly string[];
}

export const findFaults = (client: Client, seen: Seen, refusals: Refusals, shopRequests: number): Findings => {
  const faults = [...seen.faults, ...findToolFaults(seen.tools)];
  const lists = faults.length === 0 ? "yes" : "WRONG";
  const look = (about: string, index: number, texts: readonly string[], word: string): string => {
    const read = seen.read[index];
    const missing = texts.filter((text) => read === undefined || !holds(read, text));
    if (missing.length === 0) return word;
    faults.push(`${about}: the model reads no '${missing.join("' and no '")}' but '${read ?? ""}'`);
    return "WRONG";
  };
  const own = client.refusesItself;
  const cells = [
    lists,
    look("a call of the MCP backend", 0, ["The sum of 2 and 3 is 5."], "answer"),
    look("a call of the REST backend", 1, ["ord_100001", "total", "refunded"], "answer"),
    look("a call with effect", 2, ["ref_", "100"], "answer"),
    own === undefined
      ? look("a call against the schema", 3, [refusals.schema, "/a: must be at most 1000"], "refusal")
      : look("a call against the schema", 3, [own], "own"),
    look("a call against a check", 4, [refusals.check, "the sum must be at most 1000"], "refusal"),
  ];
  if (shopRequests !== SHOP_REQUESTS) faults.push(`the shop got ${shopRequests} requests instead of ${SHOP_REQUESTS}`);
  return { cells, faults };
};

/** As it is, or inside a JSON text: some clients hand the result to the model as JSON. */
const holds = (read: string, text: string): boolean =>
  read.includes(text) || read.includes(JSON.stringify(text).slice(1, -1));

const findToolFaults = (offered: readonly string[]): readonly string[] => {
  const missing = tools.filter((tool) => !offered.some((name) => isCalled(name, tool)));
  const extra = offered.filter((name) => isCalled(name, withheld));
  return [
    ...missing.map((tool) => `${tool} is not offered`),
    ...extra.map((name) => `${name} is offered, and no contract allows it`),
  ];
};

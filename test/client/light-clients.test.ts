// The two SDK clients, each in every way it opens a connection, before an MCP backend and a REST backend. The heavy
// clients do the same in examples/clients/run.ts.
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { Client as Client1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as Transport1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Parts, startParts } from "../../examples/clients/support/parts.ts";

/** What both SDKs have in common, as far as it is used here. */
interface ToolClient {
  listTools(): Promise<{
    readonly tools: readonly { readonly name: string; readonly description?: string | undefined }[];
  }>;
  callTool(call: { readonly name: string; readonly arguments: Record<string, unknown> }): Promise<unknown>;
  close(): Promise<void>;
}

const identity = { name: "test", version: "1" };

const connect = async (url: string, mode: "legacy" | "auto" | { pin: string }): Promise<ToolClient> => {
  const client = new Client(identity, { versionNegotiation: { mode } });
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  return client;
};

const connect1 = async (url: string): Promise<ToolClient> => {
  const client = new Client1(identity);
  // Its own transport misses its own interface by exactOptionalPropertyTypes alone.
  await client.connect(new Transport1(new URL(url)) as Parameters<typeof client.connect>[0]);
  return client;
};

const ways: readonly (readonly [string, (url: string) => Promise<ToolClient>])[] = [
  ["@modelcontextprotocol/client, legacy", (url) => connect(url, "legacy")],
  ["@modelcontextprotocol/client, auto", (url) => connect(url, "auto")],
  ["@modelcontextprotocol/client, modern", (url) => connect(url, { pin: "2026-07-28" })],
  ["@modelcontextprotocol/sdk 1", connect1],
];

let parts: Parts;
beforeAll(async () => void (parts = await startParts()), 40_000);
afterAll(() => parts?.stop());

describe.each(ways)("%s", (_, open) => {
  let client: ToolClient;
  beforeAll(async () => void (client = await open(parts.url)));
  afterAll(() => client?.close());

  it("lists the tools of both backends and no other, with the contracts' words", async () => {
    const { tools } = await client.listTools();
    expect(tools.map(({ name, description }) => [name, description?.split(".")[0]])).toEqual([
      ["create_refund", "Pay back part or all of an order that you have looked up"],
      ["echo", "Say a message back"],
      ["get-sum", "Add two numbers"],
      ["get_order", "One order with its items, its total and what was refunded so far, in cents"],
    ]);
  });

  it("calls a tool of the MCP backend", async () => {
    const result = await client.callTool({ name: "get-sum", arguments: { a: 2, b: 3 } });
    expect(result).toMatchObject({ content: [{ type: "text", text: "The sum of 2 and 3 is 5." }] });
    expect(result).not.toHaveProperty("isError", true);
  });

  it("calls a tool of the REST backend", async () => {
    const before = parts.requests();
    const result = await client.callTool({ name: "get_order", arguments: { orderId: "ord_100001" } });
    expect(result).toHaveProperty("content.0.text", expect.stringMatching(/^{"id":"ord_100001",.*"total":\d+/));
    expect(result).not.toHaveProperty("isError", true);
    expect(parts.requests() - before).toBe(1);
  });

  it("calls a tool with effect", async () => {
    const refund = { orderId: "ord_100001", amount: 100, reason: "late" };
    const result = await client.callTool({ name: "create_refund", arguments: refund });
    expect(result).toHaveProperty("content.0.text", expect.stringMatching(/^{"id":"ref_.*"amount":100/));
    expect(result).not.toHaveProperty("isError", true);
  });

  it.each([
    ["get-sum", { a: 5000, b: 1 }, "invalid_arguments", "/a", "must be at most 1000"],
    ["get-sum", { a: 2, b: 3, c: 4 }, "invalid_arguments", "/c", "c"],
    ["get-sum", { a: 900, b: 900 }, "check_failed", "", "the sum must be at most 1000"],
    ["get_order", { orderId: "../admin/export" }, "invalid_arguments", "/orderId", "orderId"],
  ])("hands on why %s %j is refused, as text and as data", async (name, members, code, path, words) => {
    const before = parts.requests();
    const result = await client.callTool({ name, arguments: members });
    expect(result).toHaveProperty("isError", true);
    expect(result).toHaveProperty("content.0.text", expect.stringContaining(code));
    expect(result).toHaveProperty("content.0.text", expect.stringContaining(words));
    expect(result).toHaveProperty(["_meta", "checkrein/refusal"], expect.objectContaining({ code, forwarded: "no" }));
    expect(result).toHaveProperty(["_meta", "checkrein/refusal", "issues", 0, "path"], path);
    expect(parts.requests()).toBe(before);
  });

  it("has no tool that no contract names", async () => {
    await expect(client.callTool({ name: "get-env", arguments: {} })).rejects.toHaveProperty("code", -32602);
  });
});

// The SDK's own clients at /mcp and /mcp/<backend>, of both majors and both eras: they list, call, and get a refusal as a
// result that a model can read.
import { Client } from "@modelcontextprotocol/client";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { Client as OldClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as OldTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Probe, startProbe } from "../support/probe.ts";
import { listOf, memberOf } from "../support/json.ts";
import { always } from "../support/socket-backend.ts";

let probe: Probe;
beforeAll(async () => {
  probe = await startProbe({ script: always(200, '{"id":"a","count":2}') });
});
afterAll(() => probe.stop());

interface UsedClient {
  listTools(): Promise<{ readonly tools: readonly { readonly name: string }[] }>;
  callTool(params: { name: string; arguments: Record<string, unknown> }): Promise<unknown>;
  close(): Promise<void>;
}

const info = { name: "test", version: "1" };
const at = (path: string): URL => new URL(`http://127.0.0.1:${probe.port}${path}`);

const connect = {
  "client 2.4, as it comes": async (path: string): Promise<UsedClient> => {
    const client = new Client(info);
    await client.connect(new StreamableHTTPClientTransport(at(path)));
    return client;
  },
  "client 2.4, negotiating": async (path: string): Promise<UsedClient> => {
    const client = new Client(info, { versionNegotiation: { mode: "auto" } });
    await client.connect(new StreamableHTTPClientTransport(at(path)));
    return client;
  },
  "sdk 1.32": async (path: string): Promise<UsedClient> => {
    const client = new OldClient(info);
    await client.connect(new OldTransport(at(path)) as Parameters<OldClient["connect"]>[0]); // its own types disagree on undefined
    return client;
  },
};

describe.each(Object.entries(connect))("%s", (_name, open) => {
  it.each(["/mcp", "/mcp/api"])("works at %s", async (path) => {
    const client = await open(path);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual(probe.app.catalog.contracts.map(({ tool }) => tool));
    expect(await client.callTool({ name: "get_item", arguments: { id: "a" } })).toMatchObject({
      structuredContent: { id: "a", count: 2 },
    });
    const refused = await client.callTool({ name: "get_item", arguments: { id: 1 } });
    expect(memberOf(refused, "isError")).toBe(true);
    expect(String(memberOf(listOf(memberOf(refused, "content"))[0], "text"))).toContain("/id: must be a string");
    await client.close();
  });
});

// The server that `npm run conformance` compares checkrein with is itself right: if it stopped answering one era, or
// asking, or streaming, both sides of the comparison would fail alike and the comparison would say "no difference".
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ConformanceServer, startConformanceServer } from "../support/conformance-server.ts";
import { DIALECT_2020_12 } from "../support/conformance-samples.ts";

let server: ConformanceServer;
beforeAll(async () => {
  server = await startConformanceServer();
});
afterAll(() => server.close());

const INFO = { name: "fixture-test", version: "1.0.0" };
const ASKED = { capabilities: { elicitation: { form: {} }, sampling: {} } };

/** A client of the era that has answered what the server may ask. */
const connect = async (era: "legacy" | "modern"): Promise<Client> => {
  const client = new Client(INFO, { ...ASKED, ...(era === "modern" && { versionNegotiation: { mode: "auto" } }) });
  client.setRequestHandler("elicitation/create", () => ({
    action: "accept",
    content: { name: "Ada", response: "yes" },
  }));
  await client.connect(new StreamableHTTPClientTransport(new URL(server.url)));
  return client;
};

const textOf = (result: Awaited<ReturnType<Client["callTool"]>>): string =>
  result.content.map((block) => (block.type === "text" ? block.text : block.type)).join(",");

for (const [era, version] of [
  ["legacy", "2025-11-25"],
  ["modern", "2026-07-28"],
] as const) {
  describe(`a ${era} client`, () => {
    let client: Client;
    beforeAll(async () => {
      client = await connect(era);
    });
    afterAll(() => client.close());

    it("speaks its revision", () => {
      expect(client.getNegotiatedProtocolVersion()).toBe(version);
    });

    it("sees every tool, with the keywords of its schema as they are", async () => {
      const { tools } = await client.listTools();
      const byName = new Map(tools.map((tool) => [tool.name, tool]));
      expect(byName.size).toBe(28);
      expect(byName.get("json_schema_2020_12_tool")?.inputSchema).toEqual(DIALECT_2020_12);
      expect(byName.get("test_x_mcp_header")?.inputSchema.properties).toHaveProperty("region.x-mcp-header", "Region");
    });

    it("gets text, pictures and errors", async () => {
      expect(textOf(await client.callTool({ name: "test_multiple_content_types" }))).toMatch(/^Mult.*,image,resource$/);
      expect(await client.callTool({ name: "test_error_handling" })).toMatchObject({ isError: true });
    });

    it("is told the progress", async () => {
      const seen: number[] = [];
      const onprogress = ({ progress }: { progress: number }): void => void seen.push(progress);
      await client.callTool({ name: "test_tool_with_progress", arguments: {} }, { onprogress });
      expect(seen).toEqual([0, 50, 100]);
    });

    it("reads resources and gets prompts", async () => {
      const { contents } = await client.readResource({ uri: "test://template/7/data" });
      expect(contents[0]).toMatchObject({ text: expect.stringContaining('"id":"7"') });
      const given = { arg1: "a", arg2: "b" };
      const prompt = await client.getPrompt({ name: "test_prompt_with_arguments", arguments: given });
      expect(JSON.stringify(prompt.messages)).toContain("arg1='a', arg2='b'");
    });
  });
}

describe("what only one era has", () => {
  it("asks in the middle of a legacy call", async () => {
    const client = await connect("legacy");
    const result = await client.callTool({ name: "test_elicitation", arguments: { message: "Well?" } });
    expect(textOf(result)).toContain("action=accept");
    await client.close();
  });

  it("answers a modern call with what it needs, and goes on with it", async () => {
    const client = await connect("modern");
    const result = await client.callTool({ name: "test_input_required_result_elicitation", arguments: {} });
    expect(textOf(result)).toBe("Hello, Ada!");
    await client.close();
  });

  it("refuses a state that is not its own, as a JSON-RPC error", async () => {
    const name = "test_input_required_result_tampered_state";
    const inputResponses = { confirm: { action: "accept", content: { ok: true } } };
    const { status, body } = await post("tools/call", { name, inputResponses, requestState: "forged" });
    expect(status).toBe(200);
    expect(body).toMatchObject({ error: { code: -32602 } });
  });

  it("refuses a header that the body contradicts", async () => {
    const given = { name: "test_x_mcp_header", arguments: { region: "eu" } };
    const refused = await post("tools/call", given, { "mcp-param-region": "us" });
    expect(refused).toMatchObject({ status: 400, body: { error: { code: -32020 } } });
    const accepted = await post("tools/call", given, { "mcp-param-region": "eu" });
    expect(accepted).toMatchObject({ status: 200, body: { result: { resultType: "complete" } } });
  });
});

describe("who may call", () => {
  it("refuses a foreign Origin, and accepts its own", async () => {
    expect(await post("tools/list", {}, { origin: "http://evil.example.com" })).toMatchObject({ status: 403 });
    expect(await post("tools/list", {}, { origin: new URL(server.url).origin })).toMatchObject({ status: 200 });
  });

  it("refuses a session that it did not open", async () => {
    const headers = { "mcp-session-id": "unknown", "content-type": "application/json", accept: "text/event-stream" };
    expect(await fetch(server.url, { headers })).toHaveProperty("status", 404);
  });
});

/** One request of 2026-07-28, by hand. */
const post = async (method: string, params: object, more: Readonly<Record<string, string>> = {}) => {
  const version = "2026-07-28";
  const meta = {
    "io.modelcontextprotocol/protocolVersion": version,
    "io.modelcontextprotocol/clientCapabilities": { elicitation: {} },
  };
  const headers = {
    "content-type": "application/json",
    accept: "application/json, text/event-stream",
    "mcp-protocol-version": version,
    "mcp-method": method,
    ...("name" in params && { "mcp-name": String(params.name) }),
    ...more,
  };
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: { ...params, _meta: meta } });
  const response = await fetch(server.url, { method: "POST", headers, body });
  return { status: response.status, body: (await response.json().catch(() => undefined)) as unknown };
};

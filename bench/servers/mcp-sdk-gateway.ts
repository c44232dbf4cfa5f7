// A gateway out of the official SDK on both sides: its server towards agents, its client towards the MCP server (MCP_URL),
// or plain undici towards the REST backend (BENCH_URL). It checks no more than the SDK does by itself.
import { createServer } from "node:http";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { toNodeHandler } from "@modelcontextprotocol/node";
import { Server, createMcpHandler } from "@modelcontextprotocol/server";
import { Pool } from "undici";

const upstream = process.env["MCP_URL"];
const rest = new Pool(process.env["BENCH_URL"] ?? "http://127.0.0.1:1", { connections: 64, allowH2: false });
const client = new Client({ name: "measured", version: "1" }, { versionNegotiation: { mode: "auto" } });
if (upstream !== undefined) await client.connect(new StreamableHTTPClientTransport(new URL("/mcp", upstream)));

const callRest = async (given: Readonly<Record<string, unknown>>): Promise<object> => {
  const { orderId, ...body } = given;
  const answer = await rest.request({
    method: "POST",
    path: `/orders/${encodeURIComponent(String(orderId))}/notes`,
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify(body),
  });
  const text = await answer.body.text();
  return { content: [{ type: "text", text }], structuredContent: JSON.parse(text) };
};

const createGateway = (): Server => {
  const server = new Server({ name: "measured", version: "1" }, { capabilities: { tools: {} } });
  server.setRequestHandler("tools/call", async ({ params }) => {
    const given = params.arguments ?? {};
    // Both are what the SDK's own types call a result.
    return (
      upstream === undefined ? callRest(given) : client.callTool({ name: params.name, arguments: given })
    ) as never;
  });
  return server;
};

const handler = toNodeHandler(createMcpHandler(createGateway, { legacy: "stateless", responseMode: "json" }));
const server = createServer((request, response) => void handler(request as never, response)); // its type is stricter about `undefined` than Node's
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => process.stdout.write(`${JSON.stringify(server.address())}\n`));

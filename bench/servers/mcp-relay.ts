// The hand-made MCP relay that checks nothing: reads JSON-RPC, knows where its one tool lives, and hands the call on, as
// MCP (MCP_URL) or as REST (BENCH_URL). What a gateway cannot do without, and no more.
import { createServer, type IncomingMessage } from "node:http";
import { Pool } from "undici";

const isRest = process.env["MCP_URL"] === undefined;
const pool = new Pool(process.env["MCP_URL"] ?? process.env["BENCH_URL"] ?? "", { connections: 64, allowH2: false });

interface Message {
  readonly id: number;
  readonly params: { readonly arguments: { readonly orderId: string } };
}

const COPIED = ["accept", "mcp-protocol-version", "mcp-method", "mcp-name"];

const asMcp = async (request: IncomingMessage, message: Message): Promise<string> => {
  const headers: Record<string, string> = { "content-type": "application/json" };
  for (const name of COPIED) if (request.headers[name] !== undefined) headers[name] = String(request.headers[name]);
  const answer = await pool.request({ method: "POST", path: "/mcp", headers, body: JSON.stringify(message) });
  return JSON.stringify(JSON.parse(await answer.body.text()));
};

const asRest = async (message: Message): Promise<string> => {
  const { orderId, ...body } = message.params.arguments;
  const answer = await pool.request({
    method: "POST",
    path: `/orders/${encodeURIComponent(orderId)}/notes`,
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify(body),
  });
  const text = await answer.body.text();
  const result = { resultType: "complete", content: [{ type: "text", text }], structuredContent: JSON.parse(text) };
  return JSON.stringify({ jsonrpc: "2.0", id: message.id, result });
};

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", async () => {
    const message = JSON.parse(Buffer.concat(chunks).toString()) as Message;
    const body = await (isRest ? asRest(message) : asMcp(request, message));
    response
      .writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(body) })
      .end(body);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => process.stdout.write(`${JSON.stringify(server.address())}\n`));

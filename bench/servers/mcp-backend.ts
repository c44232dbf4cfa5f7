// A hand-made MCP server of one tool, in one era (ERA), as quick as node:http is: what stands behind every MCP gateway
// that is measured. Prints its port.
import { createServer } from "node:http";

const ERA = process.env["ERA"] ?? "modern";
const TOOL = {
  name: "create_note",
  description: "Write a note on an order.",
  inputSchema: {
    type: "object",
    properties: {
      orderId: { type: "string" },
      author: { type: "string" },
      urgent: { type: "boolean" },
      lines: { type: "array", items: { type: "object" } },
    },
    required: ["orderId", "author", "lines"],
  },
};
const CONTENT = [{ type: "text", text: "noted, and the warehouse was told" }];
const COMPLETE = ERA === "modern" ? { resultType: "complete" } : {};
const CACHED = ERA === "modern" ? { ...COMPLETE, ttlMs: 300_000, cacheScope: "private" } : {};
const serverInfo = { name: "measured", version: "1" };

const results: Readonly<Record<string, object>> = {
  "tools/call": { ...COMPLETE, content: CONTENT, isError: false },
  "tools/list": { ...CACHED, tools: [TOOL] },
  ...(ERA === "modern"
    ? { "server/discover": { ...CACHED, supportedVersions: ["2026-07-28"], capabilities: { tools: {} }, serverInfo } }
    : { initialize: { protocolVersion: "2025-11-25", capabilities: { tools: {} }, serverInfo } }),
};

const answer = (text: string): readonly [status: number, body: string] => {
  const { id, method } = JSON.parse(text) as { readonly id?: unknown; readonly method: string };
  if (id === undefined) return [202, ""];
  const result = results[method];
  if (result !== undefined) return [200, JSON.stringify({ jsonrpc: "2.0", id, result })];
  const error = { code: -32601, message: "Method not found" };
  return [ERA === "modern" ? 404 : 400, JSON.stringify({ jsonrpc: "2.0", id, error })];
};

const server = createServer((request, response) => {
  if (request.method !== "POST") return response.writeHead(405).end();
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const [status, body] = answer(Buffer.concat(chunks).toString());
    response
      .writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(body) })
      .end(body);
  });
  return undefined;
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => process.stdout.write(`${JSON.stringify(server.address())}\n`));

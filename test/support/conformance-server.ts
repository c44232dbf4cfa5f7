// The server that the MCP conformance suite calls, on the published SDK: the oracle against which checkrein as an
// intermediary is compared. Both eras on one path: what claims 2026-07-28 is served per request, the rest in sessions.
// Run as `node conformance-server.ts [port]`, it prints its URL.
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { randomUUID } from "node:crypto";
import {
  localhostHostValidation,
  localhostOriginValidation,
  NodeStreamableHTTPServerTransport,
  toNodeHandler,
} from "@modelcontextprotocol/node";
import { classifyInboundRequest, createMcpHandler, isInitializeRequest, McpServer } from "@modelcontextprotocol/server";
import { registerAskingTools } from "./conformance-asking-tools.ts";
import { createEventStore } from "./conformance-events.ts";
import { registerInputRequiredTools, states } from "./conformance-input-required.ts";
import { registerPrompts } from "./conformance-prompts.ts";
import { registerResources } from "./conformance-resources.ts";
import { type ListChanges, registerTools } from "./conformance-tools.ts";

export interface ConformanceServer {
  /** Its MCP endpoint. */
  readonly url: string;
  close(): Promise<void>;
}

type Sessions = Map<string, NodeStreamableHTTPServerTransport>;

const createMcpServer = (changes: ListChanges): McpServer => {
  const server = new McpServer(
    { name: "checkrein-conformance-fixture", version: "1.0.0" },
    {
      capabilities: {
        tools: { listChanged: true },
        resources: { subscribe: true, listChanged: true },
        prompts: { listChanged: true },
        logging: {},
        completions: {},
      },
      requestState: { verify: states.verify },
    },
  );
  registerTools(server, changes);
  registerAskingTools(server);
  registerInputRequiredTools(server);
  registerResources(server);
  registerPrompts(server);
  return server;
};

/** The value of a header that may stand once; two are not joined, as undici and proxies might. */
const headerOf = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
};

const refuse = (response: ServerResponse, status: number, code: number, message: string): void => {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify({ jsonrpc: "2.0", error: { code, message }, id: null }));
};

const readBody = async (request: IncomingMessage): Promise<string> => {
  request.setEncoding("utf8");
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
};

/** Which era a body is of, by the SDK's own ladder. */
const isModern = (request: IncomingMessage, body: unknown): boolean => {
  const version = headerOf(request, "mcp-protocol-version");
  const method = headerOf(request, "mcp-method");
  const { kind } = classifyInboundRequest({
    httpMethod: "POST",
    body,
    ...(version !== undefined && { protocolVersionHeader: version }),
    ...(method !== undefined && { mcpMethodHeader: method }),
  });
  return kind !== "legacy";
};

const openSession = async (sessions: Sessions, server: McpServer): Promise<NodeStreamableHTTPServerTransport> => {
  const transport = new NodeStreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    eventStore: createEventStore(),
    // The suite comes back at once and gives up after 5 s; a relay waits this long before it does.
    retryInterval: 1000,
    onsessioninitialized: (id) => void sessions.set(id, transport),
    onsessionclosed: (id) => void sessions.delete(id),
  });
  await server.connect(transport);
  return transport;
};

const createListener = (sessions: Sessions) => {
  const modern = createMcpHandler(() => createMcpServer(modern.notify));
  const serveModern = toNodeHandler(modern);
  const isLocalHost = localhostHostValidation();
  const isLocalOrigin = localhostOriginValidation();

  const serveSession = async (request: IncomingMessage, response: ServerResponse, body?: unknown): Promise<void> => {
    const id = headerOf(request, "mcp-session-id");
    const known = id === undefined ? undefined : sessions.get(id);
    if (known !== undefined) return known.handleRequest(request, response, body);
    if (id !== undefined) return refuse(response, 404, -32001, "Session not found");
    if (!isInitializeRequest(body)) return refuse(response, 400, -32000, "Bad Request: Session ID required");
    const transport = await openSession(sessions, createMcpServer(modern.notify));
    return transport.handleRequest(request, response, body);
  };

  const servePost = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const text = await readBody(request);
    let body: unknown;
    try {
      body = JSON.parse(text);
    } catch {
      return refuse(response, 400, -32700, "Parse error");
    }
    if (!isModern(request, body)) return serveSession(request, response, body);
    // What a server receives has a method and a target; only a client's own message has not.
    return serveModern(request as IncomingMessage & { method: string; url: string }, response, body);
  };

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!isLocalHost(request, response) || !isLocalOrigin(request, response)) return;
    if (request.url !== "/mcp") return refuse(response, 404, -32000, "The MCP endpoint is /mcp");
    await (request.method === "POST" ? servePost(request, response) : serveSession(request, response));
  };
};

export const startConformanceServer = async (port = 0): Promise<ConformanceServer> => {
  const sessions: Sessions = new Map();
  const listener = createListener(sessions);
  const server = createServer((request, response) => void listener(request, response));
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  // A listening TCP server has an address of this form; only pipes have a string.
  const { port: bound } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    await Promise.all([...sessions.values()].map((session) => session.close()));
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  return { url: `http://127.0.0.1:${bound}/mcp`, close };
};

if (import.meta.main) {
  const { url } = await startConformanceServer(Number(process.argv[2] ?? 0));
  process.stdout.write(`${url}\n`);
}

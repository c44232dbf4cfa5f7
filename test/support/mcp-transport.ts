// What the tests of both transports share: a request with nothing special about it, and a client of a scripted server.
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { type HttpEndpoint, createHttpEndpoint } from "../../src/backend/mcp/http-endpoint.ts";
import { createHttpTransport } from "../../src/backend/mcp/http-transport.ts";
import type { ServerMessage, Transport, TransportRequest } from "../../src/backend/mcp/transport.ts";
import { type HostileMcpServer, type McpScript, startHostileMcpServer } from "./hostile-mcp-server.ts";

export const MAX_MESSAGE = 100_000;

export const ask = (more: Partial<TransportRequest> = {}): TransportRequest => ({
  method: "tools/call",
  params: { name: "echo", arguments: {} },
  headers: ["mcp-protocol-version", "2025-11-25"],
  deadlineMs: 2000,
  maxBytes: 300_000,
  signal: undefined,
  receive: () => undefined,
  cancels: false,
  resumes: false,
  ...more,
});

/** Keeps what a server said. */
export const keepMessages = (): { heard: ServerMessage[]; receive: (message: ServerMessage) => void } => {
  const heard: ServerMessage[] = [];
  return { heard, receive: (message) => void heard.push(message) };
};

export const endpointAt = (url: string): HttpEndpoint =>
  createHttpEndpoint({
    url: new URL(url),
    credential: ["authorization", "Bearer t"],
    networks: undefined,
    connectTimeoutMs: 500,
    maxConnections: 4,
  });

export const goodScript: McpScript = (talk) => talk.result({ ok: true });
export const replyTo = (id: unknown, result: unknown): unknown => ({ jsonrpc: "2.0", id, result });

export interface HttpClient {
  readonly server: () => HostileMcpServer;
  readonly transport: () => Transport;
}

/** One server for the file, a new client for each test. */
export const useHttpClient = (): HttpClient => {
  let server: HostileMcpServer;
  let endpoint: HttpEndpoint;
  let transport: Transport;
  beforeAll(async () => {
    server = await startHostileMcpServer(goodScript);
  });
  afterAll(() => server.close());
  beforeEach(() => {
    endpoint = endpointAt(`${server.url}/mcp?x=1`);
    transport = createHttpTransport(endpoint, { maxMessageBytes: MAX_MESSAGE });
  });
  afterEach(async () => {
    await transport.close();
    await endpoint.close();
  });
  return { server: () => server, transport: () => transport };
};

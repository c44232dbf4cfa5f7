// The way to one server: how transports to it are made, and how many of them one backend may have.
import type { McpBackendDeclaration } from "../../contract/contract.ts";
import type { Telemetry } from "../../telemetry/telemetry.ts";
import { createHttpEndpoint } from "./http-endpoint.ts";
import { createHttpTransport } from "./http-transport.ts";
import { MOST_LIST_BYTES } from "./list-tools.ts";
import { createStdioTransport } from "./stdio-transport.ts";
import type { Transport } from "./transport.ts";

/** A server, with the operator's values in place of references. */
export type ResolvedServer =
  | { readonly kind: "http"; readonly url: URL; readonly credential: readonly string[] }
  | {
      readonly kind: "stdio";
      readonly command: readonly string[];
      readonly directory: string | undefined;
      readonly environment: Readonly<Record<string, string>>;
    };

export interface Way {
  readonly kind: "http" | "stdio";
  /** Between the end of a connection and the next. */
  readonly firstPauseMs: number;
  /** Connections that belong to one session of an agent each. */
  readonly mostSessions: number;
  createTransport(): Transport;
  close(): Promise<void>;
}

/** Throws when the URL itself names an address that is never dialled. */
export const createWay = (declaration: McpBackendDeclaration, server: ResolvedServer, telemetry: Telemetry): Way => {
  const maxMessageBytes = Math.max(declaration.maxResponseBytes, MOST_LIST_BYTES);
  if (server.kind === "stdio") return createStdioWay(declaration.name, server, maxMessageBytes, telemetry);
  const { networks, connectTimeoutMs, maxConnections } = httpOf(declaration);
  const endpoint = createHttpEndpoint({ ...server, networks, connectTimeoutMs, maxConnections });
  return {
    kind: "http",
    firstPauseMs: 0,
    mostSessions: 100,
    createTransport: () => createHttpTransport(endpoint, { maxMessageBytes }),
    close: () => endpoint.close(),
  };
};

const httpOf = ({
  name,
  server,
}: McpBackendDeclaration): Extract<McpBackendDeclaration["server"], { kind: "http" }> => {
  if (server.kind !== "http") throw new TypeError(`backend "${name}" is declared as a command`);
  return server;
};

const LAST_LINES = 20;

const createStdioWay = (
  backend: string,
  server: Extract<ResolvedServer, { kind: "stdio" }>,
  maxMessageBytes: number,
  telemetry: Telemetry,
): Way => {
  const createTransport = (): Transport => {
    const lines: string[] = [];
    const onStderr = (line: string): void => {
      lines.push(line);
      if (lines.length > LAST_LINES) lines.shift();
    };
    let isOurs = false;
    const transport = createStdioTransport({ ...server, maxMessageBytes, onStderr });
    void transport.ended.then(() => {
      if (!isOurs) telemetry.warn("the process of an MCP server ended", { backend, stderr: lines.join("\n") });
    });
    const close = (): Promise<void> => {
      isOurs = true;
      return transport.close();
    };
    return { ...transport, close };
  };
  return { kind: "stdio", firstPauseMs: 100, mostSessions: 100, createTransport, close: async () => undefined };
};

// The data port with a gateway that a test plays itself: what an MCP backend would do with the agent's side of a call, at
// the moment that the test wants it.
import type { JsonObject, McpAgent, McpMessage, McpReply, ToolCall, ToolResult } from "../../src/call.ts";
import type { Catalog, Contract, McpBackendDeclaration } from "../../src/contract/contract.ts";
import type { Gateway } from "../../src/gateway.ts";
import type { Relay } from "../../src/relay.ts";
import type { Identities } from "../../src/run/identity.ts";
import { type SharedSessions, createSharedSessions } from "../../src/run/shared-sessions.ts";
import { createMemoryStore } from "../../src/state/memory.ts";
import type { Store } from "../../src/state/store.ts";
import { createDataServer } from "../../src/ingress/data-server.ts";
import { type TrafficControl, createTraffic } from "../../src/ingress/traffic.ts";
import { type Checked, accept, refuse } from "../../src/refusal.ts";
import { everything } from "../support/allow.ts";
import { someone } from "../support/someone.ts";
import { wideAdmission } from "../support/wide-admission.ts";

export interface PlayedServer {
  readonly port: number;
  readonly traffic: TrafficControl;
  /** Of its sessions. */
  trouble(): string | undefined;
  /** What becomes of the next calls and messages. */
  play(script: Script): void;
  stop(): Promise<void>;
}

export interface Script {
  readonly forward?: (call: ToolCall, agent: McpAgent) => Promise<Checked<ToolResult>>;
  /** What the backend says that it can do (legacy era). */
  readonly capabilities?: JsonObject | Promise<JsonObject>;
  readonly relay?: (message: McpMessage) => Promise<Checked<McpReply>>;
}

const backend = { kind: "mcp", name: "docs", allow: everything } as McpBackendDeclaration; // no more of it is looked at

const contract = {
  tool: "search",
  description: "Searches.",
  effect: "read",
  operation: { kind: "mcp", backend },
  inputSchema: {
    type: "object",
    properties: {
      region: { type: "string", "x-mcp-header": "Region" },
      page: { type: "object", properties: { size: { type: "integer", "x-mcp-header": "Size" } } },
    },
  },
  output: { schema: undefined },
} as unknown as Contract; // no more of it is looked at

export const said = (text: string): Checked<ToolResult> =>
  accept({ kind: "content", content: [{ type: "text", text }], structured: undefined, isError: false });

const KEY: Uint8Array = Buffer.from("the signing key of these tests, 32 bytes");

const everybody: Identities = { identify: () => accept(someone) };

interface PlayedOptions {
  readonly identities?: Identities;
  /** Default: nobody shares anything with it. */
  readonly sessions?: SharedSessions;
}

/** What sidecars with one store have together of sessions. */
export const sharing = (store: Store, key = KEY): SharedSessions =>
  createSharedSessions({ key, store, letters: store.letters, now: () => Date.now() });

export const startPlayedServer = async (options: PlayedOptions = {}): Promise<PlayedServer> => {
  const { identities = everybody } = options;
  const sessions = options.sessions ?? sharing(createMemoryStore({ now: Date.now }));
  let script: Script = {};
  const catalog: Catalog = {
    contracts: [contract],
    backends: [backend],
    find: (tool) => (tool === "search" ? contract : undefined),
    route: () => ({ kind: "not_found" }),
    nearest: () => [],
    nearestRoutes: () => [],
    callers: [],
    traceOf: () => undefined,
    needsState: false,
    needsDurableState: false,
    digest: "0".repeat(64),
  };
  const gateway: Gateway = {
    catalog,
    decide: () => Promise.resolve(accept(undefined)),
    forward: (call) =>
      call.agent === undefined || script.forward === undefined
        ? Promise.resolve(said("done"))
        : script.forward(call, call.agent),
  };
  const relay: Relay = {
    relay: (message) => script.relay?.(message) ?? Promise.resolve(refuse("not_found", "Not offered.")),
    describe: async () =>
      accept({
        era: "legacy",
        revision: "2025-11-25",
        capabilities: (await script.capabilities) ?? { tools: {}, logging: {} },
      }),
  };
  const traffic = createTraffic();
  const none = { outlived: new AbortController().signal, enter: () => undefined, leave: () => undefined };
  const served = { version: "1", gateway, relay, identities, ...none };
  const app = createDataServer({
    served: () => served,
    sessions,
    traffic,
    admission: wideAdmission(),
    telemetry: { fault: (_what, error) => console.error(error), warn: () => undefined, unread: () => undefined },
    options: {
      maxHeaders: 100,
      maxTargetBytes: 8192,
      maxBodyBytes: 1_000_000,
      maxHeaderBytes: 16_384,
      maxDepth: 64,
      requestTimeoutMs: 30_000,
      keepAliveTimeoutMs: 1000,
      maxConnections: 1000,
      stallTimeoutMs: 30_000,
      allowedHosts: new Set(["127.0.0.1"]),
      allowedOrigins: new Set<string>(),
    },
  });
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  return {
    port: Number(new URL(url).port),
    traffic,
    trouble: sessions.trouble,
    play: (next) => (script = next),
    stop: async () => {
      traffic.close();
      sessions.close();
      app.server.closeAllConnections();
      await app.close();
    },
  };
};

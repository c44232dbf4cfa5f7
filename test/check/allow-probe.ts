// An agent that keeps what it is told, and messages of it: what the tests of allow lists begin with.
import type { JsonObject, McpAgent, McpEra, McpMessage, McpReply, McpSession } from "../../src/call.ts";
import { callerNamed } from "../support/someone.ts";

export interface ProbeAgent {
  readonly agent: McpAgent;
  readonly session: McpSession;
  /** What reached the agent, `session:` in front of what came by its session. */
  readonly heard: readonly (readonly [method: string, params: JsonObject])[];
}

export const answered: McpReply = { kind: "result", result: { answered: true } };

export const probeAgent = (era: McpEra = "legacy", more: Partial<McpAgent> = {}): ProbeAgent => {
  const heard: (readonly [string, JsonObject])[] = [];
  const channel = (prefix: string): Pick<McpAgent, "notify" | "ask"> => ({
    notify: (method, params) => void heard.push([prefix + method, params]),
    ask: async (method, params) => {
      heard.push([prefix + method, params]);
      return answered;
    },
  });
  const { signal } = new AbortController();
  const session = { id: "s1", keep: () => signal, ...channel("session:") };
  const agent: McpAgent = {
    era,
    revision: era === "legacy" ? "2025-11-25" : "2026-07-28",
    capabilities: {},
    session: era === "legacy" ? session : undefined,
    progress: undefined,
    logLevel: undefined,
    retry: undefined,
    ...channel(""),
    ...more,
  };
  return { agent, session, heard };
};

export const message = (
  method: string,
  params: JsonObject = {},
  {
    era = "legacy",
    isNotification = method.startsWith("notifications/"),
  }: { era?: McpEra; isNotification?: boolean } = {},
): McpMessage => ({
  id: "m1",
  backend: "docs",
  method,
  params,
  isNotification,
  ...callerNamed("anonymous"),
  agent: probeAgent(era).agent,
  signal: undefined,
});

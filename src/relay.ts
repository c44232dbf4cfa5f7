// What is no tool call: the other messages between an agent and one MCP backend. They pass only where the backend's allow
// list names them, under a permit of their own, and only in runs whose grants let them.
import type { McpEra, McpMessage, McpReply, Run } from "./call.ts";
import type { McpBackend, ServerDescription } from "./backend/backend.ts";
import { allowCapabilities, allowMessage, allowReply, guardAgent } from "./check/allow.ts";
import type { Catalog } from "./contract/contract.ts";
import type { Allow } from "./contract/allow-declaration.ts";
import { type Checked, accept, refuse } from "./refusal.ts";
import { allowedIn } from "./run/narrow.ts";
import type { Telemetry } from "./telemetry/telemetry.ts";

export interface Relay {
  /** Never rejects. */
  relay(message: McpMessage): Promise<Checked<McpReply>>;
  /** What an MCP backend says that it can do, narrowed to what may pass. */
  describe(backend: string, era: McpEra, run: Run): Promise<Checked<ServerDescription>>;
}

export interface RelayParts {
  readonly catalog: Catalog;
  readonly mcpBackends: ReadonlyMap<string, McpBackend>;
  readonly telemetry: Telemetry;
}

interface Found {
  readonly backend: McpBackend;
  readonly allow: Allow;
}

export const createRelay = ({ catalog, mcpBackends, telemetry }: RelayParts): Relay => {
  const find = (name: string, run: Run): Checked<Found> => {
    const declaration = catalog.backends.find((one) => one.name === name);
    const backend = mcpBackends.get(name);
    if (backend === undefined || declaration?.kind !== "mcp")
      return refuse("not_found", `There is no MCP backend "${name}".`);
    return accept({ backend, allow: allowedIn(run, declaration) });
  };
  return {
    relay: async (message) => {
      const found = find(message.backend, message.run);
      if (!found.ok) return found;
      const { backend, allow } = found.value;
      try {
        const allowed = allowMessage(allow, { ...message, agent: guardAgent(allow, message.agent) });
        if (!allowed.ok) return allowed;
        const reply = await backend.relay(allowed.value);
        return reply.ok ? allowReply(allow, message, reply.value) : reply;
      } catch (error) {
        telemetry.fault("a relayed message threw", error, { call: message.id, method: message.method });
        const detail = "The sidecar made a mistake. The operator finds it in the log by this message's id.";
        return refuse("internal", detail, { forwarded: "unknown" });
      }
    },
    describe: async (name, era, run) => {
      const found = find(name, run);
      if (!found.ok) return found;
      const described = await found.value.backend.describe(era);
      if (!described.ok) return described;
      const capabilities = allowCapabilities(found.value.allow, described.value.capabilities);
      return accept({ ...described.value, capabilities });
    },
  };
};

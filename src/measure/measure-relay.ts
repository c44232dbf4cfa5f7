// Around what passes beside calls of tools: a span of kind SERVER for each message of an agent, one of kind CLIENT for what its
// MCP server gets of it, and the time of both. Methods are those of the protocol; names and URIs in a message stand nowhere.
import type { McpBackend } from "../backend/backend.ts";
import type { McpMessage, McpReply } from "../call.ts";
import { RELAYED_METHODS } from "../mcp.ts";
import { type Checked, refusalCodes } from "../refusal.ts";
import type { Relay } from "../relay.ts";
import { OTHER_VALUE, attributes as names } from "../telemetry/names.ts";
import type { Attributes, SpanStart } from "../telemetry/open-telemetry.ts";
import type { MeasureParts } from "./measure.ts";
import { describeError } from "./spans.ts";
import { createWithinSpan } from "./within-span.ts";

export const createRelayMeasure = ({ metrics, openTelemetry, calls, attempt }: MeasureParts) => {
  const observe = metrics.histogram("relayedSeconds");
  const withinSpan = createWithinSpan({ openTelemetry, attempt });
  return {
    relay: (relay: Relay): Relay => ({
      ...relay,
      relay: (message) =>
        withinSpan({
          start: () => ({ ...start(message, "server"), parent: message.trace?.parent, link: message.trace?.link }),
          run: async (span) => {
            calls.begin(message, span);
            try {
              return await relay.relay(message);
            } finally {
              calls.end(message);
            }
          },
          describe: (reply) => describeRelayed(message, reply),
          take: (reply, seconds) => {
            observe({ backend: message.backend, method: methodOf(message), code: codeOf(message, reply) }, seconds);
            openTelemetry.recordDuration?.("server", seconds, describeMessage(message, reply));
          },
        }),
    }),
    backend: (name: string, backend: McpBackend): McpBackend => ({
      ...backend,
      relay: (allowed, more) => {
        const { message } = allowed;
        return withinSpan({
          start: () => ({ ...start(message, "client"), parent: calls.find(message)?.span?.context }),
          run: (span) => backend.relay(allowed, { ...more, trace: openTelemetry.passesOn ? span?.context : undefined }),
          describe: (reply) => ({ [names.backend]: name, ...describeMessage(message, reply) }),
          take: (reply, seconds) =>
            openTelemetry.recordDuration?.("client", seconds, {
              [names.backend]: name,
              ...describeMessage(message, reply),
            }),
        });
      },
    }),
  };
};

type Reply = Checked<McpReply>;

const start = (message: McpMessage, kind: SpanStart["kind"]): Pick<SpanStart, "name" | "kind"> => {
  const method = methodOf(message);
  return { name: method === OTHER_VALUE ? "mcp" : method, kind };
};

/** Any other is a word of the agent's. */
const methodOf = ({ method }: McpMessage): string => (RELAYED_METHODS.has(method) ? method : OTHER_VALUE);

/** A subscription ends mostly because its agent leaves: that is nobody's mistake. */
const isCancelled = ({ signal }: McpMessage, reply: Reply): boolean => !reply.ok && signal?.aborted === true;

const codeOf = (message: McpMessage, reply: Reply): string => {
  if (reply.ok) return reply.value.kind === "error" ? "rpc_error" : "ok";
  return isCancelled(message, reply) ? "cancelled" : reply.refusal.code;
};

const describeMessage = (message: McpMessage, reply: Reply): Attributes => ({
  [names.method]: methodOf(message),
  [names.revision]: message.agent.revision,
  ...describeEnd(message, reply),
});

const describeEnd = (message: McpMessage, reply: Reply): Attributes => {
  if (reply.ok) return reply.value.kind === "error" ? describeError(reply.value.code) : {};
  return isCancelled(message, reply) ? {} : { [names.errorType]: reply.refusal.code };
};

const describeRelayed = (message: McpMessage, reply: Reply): Attributes => {
  const described = { ...describeMessage(message, reply), [names.ingress]: "mcp" };
  if (reply.ok || isCancelled(message, reply)) return { ...described, [names.decision]: "allow" };
  const { code, class: refusalClass, forwarded } = reply.refusal;
  return {
    ...described,
    [names.decision]: "refuse",
    [names.code]: code,
    [names.class]: refusalClass,
    [names.blame]: refusalCodes[code].blame,
    [names.forwarded]: forwarded,
  };
};

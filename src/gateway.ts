// The walk of a call: the one file that knows the order of the steps. Ingresses hand in a ToolCall, get a verdict, and
// know nothing of what lies behind; backends get a CheckedCall, and know nothing of where it came from.
//
//   catalog -> arguments -> request -> permit -> backend -> output -> journal -> reply
import type { JsonValue, McpEra, McpInputRequired, McpMessage, McpReply, ToolCall, ToolResult } from "./call.ts";
import type { Backend, McpBackend, ServerDescription } from "./backend/backend.ts";
import { allowCapabilities, allowInputRequests, allowMessage, allowReply, guardAgent } from "./check/allow.ts";
import { checkCall } from "./check/check-call.ts";
import type { CheckedCall } from "./check/checked-call.ts";
import { checkAnswer, isStreamed } from "./check/output.ts";
import type { RequestStates } from "./check/request-state.ts";
import type { Allow, Catalog, Contract } from "./contract/contract.ts";
import { type Journal, type JournalEntry, type StreamEnd, watchStream } from "./journal/journal.ts";
import { type Checked, type Refused, accept, refuse } from "./refusal.ts";
import type { Telemetry } from "./telemetry.ts";

export interface Gateway {
  readonly catalog: Catalog;
  /** Judges a call; nothing is forwarded. */
  decide(call: ToolCall): Checked<undefined>;
  /** Judges a call and, if it is valid, sends it. Never throws. */
  forward(call: ToolCall): Promise<Checked<ToolResult>>;
  /** Passes on what is no tool call, where the backend's allow list names it. Never throws. */
  relay(message: McpMessage): Promise<Checked<McpReply>>;
  /** What an MCP backend says that it can do, narrowed to its allow list. */
  describe(backend: string, era: McpEra): Promise<Checked<ServerDescription>>;
}

export interface GatewayParts {
  readonly catalog: Catalog;
  readonly backends: ReadonlyMap<string, Backend>;
  readonly mcpBackends: ReadonlyMap<string, McpBackend>;
  readonly requestStates: RequestStates;
  readonly journal: Journal;
  readonly telemetry: Telemetry;
}

export const createGateway = (parts: GatewayParts): Gateway => {
  const { catalog, backends, mcpBackends, requestStates, journal, telemetry } = parts;

  const judge = (call: ToolCall): Checked<CheckedCall> => {
    const contract = catalog.find(call.tool);
    if (contract === undefined) return refuseUnknownTool(catalog, call.tool);
    const own = call.agent === undefined ? accept(call) : requestStates.unwrap(call);
    return own.ok ? checkCall(contract, withGuard(contract, own.value)) : own;
  };

  const send = async (checked: CheckedCall): Promise<Checked<ToolResult>> => {
    const { contract } = checked;
    const backend = contract.operation.kind === "local" ? undefined : backends.get(contract.operation.backend.name);
    if (backend === undefined)
      return refuse("invalid_request", `${contract.tool} runs in the agent: it can be checked, not called.`);
    if (contract.effect !== "read" && journal.isFailing())
      return refuse(
        "journal_unavailable",
        "The journal cannot be written, so nothing with effect is sent. Try again later.",
      );
    const sent = await backend.send(checked, (status, mediaType) => isStreamed(contract, status, mediaType));
    const answer = sent.ok ? checkAnswer(contract, sent.value) : sent;
    if (!answer.ok || answer.value.kind !== "input_required") return answer;
    const demand = checkDemand(checked, answer.value);
    return demand.ok ? accept(requestStates.wrap(checked.call, demand.value)) : demand;
  };

  const record = (
    call: ToolCall,
    begun: number,
    verdict: Checked<ToolResult | undefined>,
    more: Pick<JournalEntry, "counts" | "stream"> = {},
  ): void => {
    const milliseconds = performance.now() - begun;
    journal.record({ call, contract: catalog.find(call.tool), verdict, milliseconds, ...more });
  };

  const decide = (call: ToolCall): Checked<undefined> => {
    const begun = performance.now();
    const judged = guarded(call, () => judge(call));
    const decision = judged.ok ? accept(undefined) : judged;
    record(call, begun, decision);
    return decision;
  };

  /** The outer function owns time, faults and journal, so that the steps may simply return early. */
  const forward = async (call: ToolCall): Promise<Checked<ToolResult>> => {
    const begun = performance.now();
    const judged = guarded(call, () => judge(call));
    const verdict = judged.ok ? await sendGuarded(judged.value) : judged;
    if (!verdict.ok) {
      record(call, begun, verdict);
      return verdict;
    }
    // A retry goes on with the call that it was begun as.
    const own = judged.ok ? judged.value.call : call;
    const counts = judged.ok ? countsAsDone(judged.value, verdict.value) : undefined;
    const result = verdict.value;
    if (result.kind !== "bytes") {
      record(own, begun, verdict, { counts });
      return verdict;
    }
    const tell = (end: StreamEnd): void => record(own, begun, verdict, { counts, stream: end });
    return accept({ ...result, stream: watchStream(result.stream, call.signal, tell) });
  };

  const sendGuarded = async (checked: CheckedCall): Promise<Checked<ToolResult>> => {
    try {
      return await send(checked);
    } catch (error) {
      return internal(checked.call, error, "unknown");
    }
  };

  /** What the contract's own function says about a result. It must not turn a result into a refusal, whatever it does. */
  const countsAsDone = ({ call, contract }: CheckedCall, result: ToolResult): boolean | undefined => {
    const { succeeded } = contract.output;
    if (succeeded === undefined || result.kind === "bytes") return undefined;
    try {
      return succeeded(valueOf(result));
    } catch (error) {
      telemetry.fault("succeeded() of a contract threw", error, { call: call.id, tool: call.tool });
      return false;
    }
  };

  const relay = async (message: McpMessage): Promise<Checked<McpReply>> => {
    const backend = mcpBackends.get(message.backend);
    const allow = allowOf(catalog, message.backend);
    if (backend === undefined || allow === undefined)
      return refuse("not_found", `There is no MCP backend "${message.backend}".`);
    try {
      const allowed = allowMessage(allow, { ...message, agent: guardAgent(allow, message.agent) });
      if (!allowed.ok) return allowed;
      const reply = await backend.relay(allowed.value);
      return reply.ok ? allowReply(allow, message, reply.value) : reply;
    } catch (error) {
      telemetry.fault("a relayed message threw", error, { call: message.id, method: message.method });
      return refuse("internal", MISTAKE, { forwarded: "unknown" });
    }
  };

  const describe = async (name: string, era: McpEra): Promise<Checked<ServerDescription>> => {
    const backend = mcpBackends.get(name);
    const allow = allowOf(catalog, name);
    if (backend === undefined || allow === undefined) return refuse("not_found", `There is no MCP backend "${name}".`);
    const described = await backend.describe(era);
    if (!described.ok) return described;
    return accept({ ...described.value, capabilities: allowCapabilities(allow, described.value.capabilities) });
  };

  /** The only broad catch before sending: a mistake of ours refuses the call and never blames the agent. */
  const guarded = <T>(call: ToolCall, step: () => Checked<T>): Checked<T> => {
    try {
      return step();
    } catch (error) {
      return internal(call, error, "no");
    }
  };

  const internal = (call: ToolCall, error: unknown, forwarded: "no" | "unknown"): Refused => {
    telemetry.fault("a step of the walk threw", error, { call: call.id, tool: call.tool });
    return refuse("internal", MISTAKE, { forwarded });
  };

  return { catalog, decide, forward, relay, describe };
};

const MISTAKE = "The sidecar made a mistake. The operator finds it in the log by this call's id.";

const allowOf = (catalog: Catalog, name: string): Allow | undefined => {
  const found = catalog.backends.find((backend) => backend.name === name);
  return found?.kind === "mcp" ? found.allow : undefined;
};

/** A backend sees of the agent what its allow list lets through, and no more. */
const withGuard = ({ operation }: Contract, call: ToolCall): ToolCall =>
  call.agent === undefined || operation.kind !== "mcp"
    ? call
    : { ...call, agent: guardAgent(operation.backend.allow, call.agent) };

/** What a server asks of the agent before it goes on has to be allowed, and the agent has to be one that can answer. */
const checkDemand = ({ call, contract }: CheckedCall, demand: McpInputRequired): Checked<McpInputRequired> => {
  const { operation } = contract;
  const isAllowed = operation.kind === "mcp" && allowInputRequests(operation.backend.allow, demand.inputRequests);
  if (call.agent?.era === "modern" && isAllowed) return accept(demand);
  const detail = "The tool asks for something that this connection cannot give: it cannot be used from here.";
  return refuse("backend_error", detail, { class: "not_your_fault", forwarded: "yes", log: "input_required" });
};

/** What a contract's own functions see of a result. */
const valueOf = (result: ToolResult): JsonValue | undefined => {
  if (result.kind === "json") return result.value;
  if (result.kind === "content") return result.structured;
  return result.kind === "text" ? result.text : undefined;
};

const refuseUnknownTool = (catalog: Catalog, tool: string): Refused => {
  const names = catalog.nearest(tool);
  const next = names.map((name) => ({ tool: name, why: "has the nearest name" }));
  const hint = names.length === 0 ? "GET /tools lists the tools that exist." : `Nearest: ${names.join(", ")}.`;
  return refuse("unknown_tool", `There is no tool with this name. ${hint}`, { next });
};

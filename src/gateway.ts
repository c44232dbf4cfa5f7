// The walk of a call: the one file that knows the order of the steps. Ingresses hand in a ToolCall, get a verdict, and
// know nothing of what lies behind; backends get a CheckedCall, and know nothing of where it came from.
//
//   catalog -> arguments -> request -> permit -> backend -> output -> journal -> reply
import type { ToolCall, ToolResult } from "./call.ts";
import type { Backend } from "./backend/backend.ts";
import { checkCall } from "./check/check-call.ts";
import type { CheckedCall } from "./check/checked-call.ts";
import { checkAnswer, isStreamed } from "./check/output.ts";
import type { Catalog } from "./contract/contract.ts";
import { type Journal, type JournalEntry, type StreamEnd, watchStream } from "./journal/journal.ts";
import { type Checked, type Refused, accept, refuse } from "./refusal.ts";
import type { Telemetry } from "./telemetry.ts";

export interface Gateway {
  readonly catalog: Catalog;
  /** Judges a call; nothing is forwarded. */
  decide(call: ToolCall): Checked<undefined>;
  /** Judges a call and, if it is valid, sends it. Never throws. */
  forward(call: ToolCall): Promise<Checked<ToolResult>>;
}

export interface GatewayParts {
  readonly catalog: Catalog;
  readonly backends: ReadonlyMap<string, Backend>;
  readonly journal: Journal;
  readonly telemetry: Telemetry;
}

export const createGateway = ({ catalog, backends, journal, telemetry }: GatewayParts): Gateway => {
  const judge = (call: ToolCall): Checked<CheckedCall> => {
    const contract = catalog.find(call.tool);
    return contract === undefined ? refuseUnknownTool(catalog, call.tool) : checkCall(contract, call);
  };

  const send = async (checked: CheckedCall): Promise<Checked<ToolResult>> => {
    const { contract } = checked;
    const backend = contract.operation.kind === "rest" ? backends.get(contract.operation.backend.name) : undefined;
    if (backend === undefined)
      return refuse("invalid_request", `${contract.tool} runs in the agent: it can be checked, not called.`);
    if (contract.effect !== "read" && journal.isFailing())
      return refuse(
        "journal_unavailable",
        "The journal cannot be written, so nothing with effect is sent. Try again later.",
      );
    const sent = await backend.send(checked, (status, mediaType) => isStreamed(contract, status, mediaType));
    return sent.ok ? checkAnswer(contract, sent.value) : sent;
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
    const counts = judged.ok ? countsAsDone(judged.value, verdict.value) : undefined;
    const result = verdict.value;
    if (result.kind !== "bytes") {
      record(call, begun, verdict, { counts });
      return verdict;
    }
    const tell = (end: StreamEnd): void => record(call, begun, verdict, { counts, stream: end });
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
      return succeeded(result.kind === "json" ? result.value : result.kind === "text" ? result.text : undefined);
    } catch (error) {
      telemetry.fault("succeeded() of a contract threw", error, { call: call.id, tool: call.tool });
      return false;
    }
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
    return refuse("internal", "The sidecar made a mistake. The operator finds it in the log by this call's id.", {
      forwarded,
    });
  };

  return { catalog, decide, forward };
};

const refuseUnknownTool = (catalog: Catalog, tool: string): Refused => {
  const names = catalog.nearest(tool);
  const next = names.map((name) => ({ tool: name, why: "has the nearest name" }));
  const hint = names.length === 0 ? "GET /tools lists the tools that exist." : `Nearest: ${names.join(", ")}.`;
  return refuse("unknown_tool", `There is no tool with this name. ${hint}`, { next });
};

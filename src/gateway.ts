// The walk of a call: the one file that knows the order of the steps. Ingresses hand in a ToolCall, get a verdict, and
// know nothing of what lies behind; backends get a CheckedCall, and know nothing of where it came from.
//
//   attempts -> catalog -> arguments -> request -> rules -> permit -> backend -> output -> settle -> attempts -> journal -> reply
//
// Where a tool is observed only, what arguments and rules refuse goes on to the permit, which carries the refusal for the journal.
//
// Attempts are asked first, whether the tool is stopped for the run, but for a further round of a call; they count last, from
// whatever step the refusal comes, and begin anew with a success.
import { type JsonValue, type McpInputRequired, type ToolCall, type ToolResult, isJsonObject } from "./call.ts";
import type { Backend } from "./backend/backend.ts";
import { allowInputRequests, guardAgent } from "./check/allow.ts";
import { checkCall, checkLookup } from "./check/check-call.ts";
import type { CheckedCall } from "./check/checked-call.ts";
import { type Counts, endingOf } from "./check/ending.ts";
import { checkAnswer, isStreamed } from "./check/output.ts";
import { readResult, writeResult } from "./check/recorded-result.ts";
import type { RequestStates } from "./check/request-state.ts";
import type { Lookup } from "./check/rule/evidence.ts";
import { refuseLocal, refuseUnknownTool } from "./check/unknown-tool.ts";
import type { Repeat, Rules } from "./check/rules.ts";
import type { Catalog, Contract } from "./contract/contract.ts";
import type { Journal, JournalEntry, StreamEnd } from "./journal/journal.ts";
import { watchStream } from "./journal/watch-stream.ts";
import { type Checked, type Refused, accept, refuse } from "./refusal.ts";
import type { Attempts } from "./run/attempts.ts";
import { allowedIn, permits } from "./run/narrow.ts";
import type { Clock } from "./state/store.ts";
import type { Telemetry } from "./telemetry/telemetry.ts";

/** `repeats`: the earlier call whose recorded result this is; nothing was sent. */
export type Outcome = Refused | { readonly ok: true; readonly value: ToolResult; readonly repeats?: string };

export interface Gateway {
  readonly catalog: Catalog;
  /** Judges a call; nothing is forwarded, claimed or written. Never rejects. */
  decide(call: ToolCall): Promise<Checked<undefined>>;
  /** Judges a call and, if it is valid, sends it. Never rejects. */
  forward(call: ToolCall): Promise<Outcome>;
}

export interface GatewayParts {
  readonly catalog: Catalog;
  readonly backends: ReadonlyMap<string, Backend>;
  readonly requestStates: RequestStates;
  readonly rules: Rules;
  readonly attempts: Attempts;
  /** Whether what contract, rules and grants refuse is sent all the same, and told. */
  readonly observes: (contract: Contract, call: ToolCall) => boolean;
  readonly journal: Journal;
  readonly telemetry: Telemetry;
  readonly now: Clock;
}

export const createGateway = (parts: GatewayParts): Gateway => {
  const { catalog, backends, requestStates, rules, attempts, journal, telemetry } = parts;

  /** The permit, or what the call is answered without anything being sent. */
  const judge = async (call: ToolCall, own: Checked<ToolCall>, isDryRun: boolean): Promise<CheckedCall | Outcome> => {
    // The server has the first round of a call that goes on: cut off here, nobody would know what became of it.
    const stopped = isRound(own) ? undefined : await attempts.stop(call, isDryRun);
    if (stopped !== undefined) return stopped;
    const contract = permits(call.run, call.tool) ? catalog.find(call.tool) : undefined;
    if (contract === undefined) return refuseUnknownTool(catalog, call);
    if (contract.operation.kind === "local" && !isDryRun) return refuseLocal(call.tool);
    if (!own.ok) return own;
    const isObserved = !isDryRun && parts.observes(contract, own.value);
    const options = { isDryRun, isObserved, lookup: lookupFor(call) };
    const checked = await checkCall(parts, contract, withGuard(contract, own.value), options);
    if (!checked.ok) return checked;
    return "kind" in checked.value ? answerRepeat(checked.value) : checked.value;
  };

  /** A read that a rule makes: through the same steps, in the agent's name. */
  const lookupFor =
    ({ id, caller, run, signal, room }: ToolCall): Lookup =>
    async (tool, args) => {
      const begun = { ...NO_PLACE, at: parts.now(), monotonic: performance.now() };
      const call: ToolCall = { id, tool, arguments: args, caller, run, ingress: "lookup", signal, room };
      const contract = catalog.find(tool);
      if (contract === undefined) throw new Error(`a rule looks up ${tool}, which is no tool`);
      const onFault = (what: string, error: unknown): void => telemetry.fault(what, error, { call: id, tool });
      const checked = checkLookup({ now: parts.now, onFault }, contract, call);
      const verdict = checked.ok ? await sendGuarded(checked.value, begun) : checked;
      const counts = checked.ok && verdict.ok ? countsAsDone(checked.value, verdict.value) : undefined;
      const request = checked.ok ? { request: checked.value.request } : {};
      record(call, begun, verdict, { ...NO_PLACE, counts: isCounted(counts), ...request });
      if (!verdict.ok) return verdict;
      if (endingOf(verdict, contract.effect, counts) !== "done")
        return refuse("backend_error", `${tool} says that it failed.`, { forwarded: "yes" });
      return accept({ result: valueOf(verdict.value) ?? null, call: isJsonObject(args) ? args : {} });
    };

  const send = async (checked: CheckedCall, { at, came, judged }: Judged): Promise<Checked<ToolResult>> => {
    const { contract, call, request, observed } = checked;
    const backend = contract.operation.kind === "local" ? undefined : backends.get(contract.operation.backend.name);
    if (backend === undefined) throw new Error(`${contract.tool} has no backend`);
    const refused = backend.refuse?.(checked);
    if (refused !== undefined) return refused;
    const isRequired = contract.journal.policy === "required";
    if (isRequired && !(await journal.intend({ call, contract, at, came, judged, request, observed })))
      return refuse("journal_unavailable", "The journal cannot be written, so nothing is sent. Try again later.");
    const sent = await backend.send(checked, (status, mediaType) => isStreamed(contract, status, mediaType));
    const answer = sent.ok ? checkAnswer(contract, sent.value) : sent;
    if (!answer.ok || answer.value.kind !== "input_required") return answer;
    const demand = checkDemand(checked, answer.value);
    return demand.ok ? accept(requestStates.wrap(checked.call, demand.value)) : demand;
  };

  let places = 0;
  /** In the order in which calls came, were judged and ended, whatever the clock says. */
  const nextPlace = (): number => (places += 1);
  const begin = (): Begun => ({ at: parts.now(), monotonic: performance.now(), came: nextPlace() });

  const record = (
    call: ToolCall,
    { at, monotonic, came }: Begun,
    verdict: Checked<ToolResult | undefined>,
    more: Partial<JournalEntry> = {},
  ): void => {
    const { judged = nextPlace(), ended = nextPlace() } = more;
    const milliseconds = performance.now() - monotonic;
    journal.record({
      call,
      contract: catalog.find(call.tool),
      verdict,
      at,
      milliseconds,
      came,
      ...more,
      judged,
      ended,
    });
  };

  /** The call that this one goes on with, where it is a further round. */
  const unwrap = async (call: ToolCall): Promise<Checked<ToolCall>> =>
    call.agent === undefined ? accept(call) : requestStates.unwrap(call);

  /** What has been sent before is no attempt of its own. */
  const count = async (call: ToolCall, own: Checked<ToolCall>, refused: Refused): Promise<Refused> =>
    attempts.count(call, refused, isRound(own));

  const decide = async (call: ToolCall): Promise<Checked<undefined>> => {
    const begun = begin();
    const judged = await guarded(call, () => judge(call, accept(call), true));
    const decision = "ok" in judged && !judged.ok ? await attempts.count(call, judged, true) : accept(undefined);
    record(call, begun, decision);
    return decision;
  };

  /** The outer function owns time, faults and journal, so that the steps may simply return early. */
  const forward = async (call: ToolCall): Promise<Outcome> => {
    const begun = begin();
    const own = await guarded(call, () => unwrap(call));
    const judged = await guarded(call, () => judge(call, own, false));
    const place = nextPlace();
    if ("ok" in judged) {
      const answer = judged.ok ? judged : await count(call, own, judged);
      record(own.ok ? own.value : call, begun, answer, {
        judged: place,
        ...(answer.ok && { repeats: answer.repeats }),
      });
      return answer;
    }
    const sent = await sendGuarded(judged, { ...begun, judged: place });
    const counts = sent.ok ? countsAsDone(judged, sent.value) : undefined;
    const outcome = endingOf(sent, judged.contract.effect, counts);
    await settle(judged, sent, outcome);
    const ended = nextPlace();
    if (sent.ok && outcome === "done") attempts.succeed(call);
    const verdict = sent.ok ? sent : await count(call, own, sent);
    const { observed } = judged;
    const told = {
      observed,
      judged: place,
      ended,
      counts: isCounted(counts),
      settled: outcome,
      request: judged.request,
      ...claimsOf(judged),
    };
    if (!verdict.ok || verdict.value.kind !== "bytes") {
      record(judged.call, begun, verdict, told);
      return verdict;
    }
    const tell = (end: StreamEnd): void => record(judged.call, begun, verdict, { ...told, stream: end });
    return accept({ ...verdict.value, stream: watchStream(verdict.value.stream, call.signal, tell) });
  };

  const sendGuarded = async (checked: CheckedCall, begun: Judged): Promise<Checked<ToolResult>> => {
    try {
      return await send(checked, begun);
    } catch (error) {
      return internal(checked.call, error, "unknown");
    }
  };

  /** What the contract's own function says about a result. It must not turn a result into a refusal, whatever it does. */
  const countsAsDone = ({ call, contract }: CheckedCall, result: ToolResult): Counts => {
    const { succeeded } = contract.output;
    if (succeeded === undefined || result.kind === "bytes" || result.kind === "input_required") return undefined;
    try {
      return succeeded(valueOf(result));
    } catch (error) {
      telemetry.fault("succeeded() of a contract threw", error, { call: call.id, tool: call.tool });
      return "unclear";
    }
  };

  /** Ends what the call has claimed. Nothing that goes wrong here changes its result. */
  const settle = async (
    { call, ticket }: CheckedCall,
    verdict: Checked<ToolResult>,
    outcome: ReturnType<typeof endingOf>,
  ): Promise<void> => {
    if (ticket === undefined) return;
    if (outcome === undefined) return rules.pause(ticket);
    const isKept = verdict.ok && ticket.planned.some(({ operation }) => operation.kind === "once");
    const kept = isKept ? writeResult(verdict.value) : undefined;
    await rules.settle(call, ticket, { outcome, value: verdict.ok ? valueOf(verdict.value) : undefined, kept });
  };

  /** The only broad catch before sending: a mistake of ours refuses the call and never blames the agent. */
  const guarded = async <T>(call: ToolCall, step: () => Promise<T>): Promise<T | Refused> => {
    try {
      return await step();
    } catch (error) {
      return internal(call, error, "no");
    }
  };

  const internal = (call: ToolCall, error: unknown, forwarded: "no" | "unknown"): Refused => {
    telemetry.fault("a step of the walk threw", error, { call: call.id, tool: call.tool });
    const detail = "The sidecar made a mistake. The operator finds it in the log by this call's id.";
    return refuse("internal", detail, { forwarded });
  };

  return { catalog, decide, forward };
};

/** A further round of a call that was sent before. */
const isRound = (own: Checked<ToolCall>): boolean => own.ok && own.value.round !== undefined;

/** A backend sees of the agent what its allow list lets through, and no more. */
const withGuard = ({ operation }: Contract, call: ToolCall): ToolCall =>
  call.agent === undefined || operation.kind !== "mcp"
    ? call
    : { ...call, agent: guardAgent(allowedIn(call.run, operation.backend), call.agent) };

/** What a server asks of the agent before it goes on has to be allowed, and the agent has to be one that can answer. */
const checkDemand = ({ call, contract }: CheckedCall, demand: McpInputRequired): Checked<McpInputRequired> => {
  const { operation } = contract;
  const isAllowed =
    operation.kind === "mcp" && allowInputRequests(allowedIn(call.run, operation.backend), demand.inputRequests);
  if (call.agent?.era === "modern" && isAllowed) return accept(demand);
  const detail = "The tool asks for something that this connection cannot give: it cannot be used from here.";
  return refuse("backend_error", detail, { class: "not_your_fault", forwarded: "yes", log: "input_required" });
};

/** What a rule looks up is a part of the call that it judges. */
const NO_PLACE = Object.freeze({ came: 0, judged: 0, ended: 0 });

/** With its place among all that came, were judged or ended here. */
interface Judged extends Begun {
  readonly judged: number;
}

interface Begun {
  /** Milliseconds of the Unix epoch, by the clock that rules see. */
  readonly at: number;
  readonly monotonic: number;
  readonly came: number;
}

/** For the journal. */
const claimsOf = ({ ticket }: CheckedCall): Pick<JournalEntry, "approvals" | "claims"> => {
  if (ticket === undefined) return {};
  const kinds = ticket.planned.flatMap(({ origin }) =>
    origin === undefined ? [] : ["kind" in origin ? origin.kind : "grant"],
  );
  return { approvals: ticket.approvals, claims: [...new Set(kinds)] };
};

/** For the journal. */
const isCounted = (counts: Counts): boolean | undefined => (counts === "unclear" ? false : counts);

/** What a contract's own functions see of a result. */
const valueOf = (result: ToolResult): JsonValue | undefined => {
  if (result.kind === "json") return result.value;
  if (result.kind === "content") return result.structured;
  return result.kind === "text" ? result.text : undefined;
};

/** The same call was made before: its recorded result, or that it took place. */
const answerRepeat = ({ claim, result }: Repeat): Outcome => {
  if (result !== undefined) return { ok: true, value: readResult(result), repeats: claim };
  const detail = `This call was made before, as ${claim}, and took place. Its result was not kept: do not repeat it.`;
  return refuse("already_done", detail);
};

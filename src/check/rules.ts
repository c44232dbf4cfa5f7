// What looks beyond one call: earlier calls, counts, time, people. Judged in one order: what needs nothing, what earlier
// calls show (one read), what has to be claimed (one atomic step). After the call one settlement ends what it claimed and
// writes what later rules can ask for. Without an answer of the store nothing of this is allowed.
import type { JsonObject, JsonValue, ToolCall } from "../call.ts";
import type { Catalog, Contract } from "../contract/contract.ts";
import type { Rule, RuleContext, Trace } from "../contract/rule/rule.ts";
import { type Checked, type Refused, accept, refuse } from "../refusal.ts";
import type { Settlements } from "../state/settlements.ts";
import {
  type Approval,
  type ClaimAnswer,
  type Clock,
  NO_EVIDENCE,
  type Settlement,
  type Store,
  StoreError,
} from "../state/store.ts";
import { type Lookup, judgeEvidence } from "./rule/evidence.ts";
import { explainFound } from "./rule/explain.ts";
import { judgeNow } from "./rule/judge-now.ts";
import { type Planned, planOperations } from "./rule/operations.ts";
import { type Scope, scopeOf } from "./rule/scope.ts";
import { toldOf, withoutPinned } from "./rule/shown.ts";
import { evidenceOf, marksOf } from "./rule/trace.ts";
import { type Round, endRound, takeRound } from "./round.ts";

/** What a call has claimed, until it is settled. */
export interface Ticket {
  readonly planned: readonly Planned[];
  readonly scope: Scope;
  readonly trace: Trace | undefined;
  /** Arguments and pins. */
  readonly args: JsonObject;
  /** Of people who agreed to this call: used up by it. */
  readonly approvals: readonly Approval[];
  /** Where the call was begun before. */
  readonly round: Round | undefined;
}

/** The same call was made before: this is what came of it. */
export interface Repeat {
  readonly kind: "repeat";
  readonly claim: string;
  /** As it was settled; undefined when it was not kept. */
  readonly result: string | undefined;
}

export interface RuleParts {
  readonly catalog: Catalog;
  readonly store: Store;
  readonly settlements: Settlements;
  readonly now: Clock;
  readonly callerWindowMs: number;
  readonly onFault: (what: string, error: unknown, call: ToolCall) => void;
}

export interface Wanted {
  readonly contract: Contract;
  readonly call: ToolCall;
  readonly context: RuleContext;
  readonly isDryRun: boolean;
  /** A call that is refused is sent all the same: nothing is asked of a person for it. */
  readonly isObserved: boolean;
  readonly lookup: Lookup;
}

export interface Rules {
  /** Whether anything beyond the call itself matters to it: most calls need no store. */
  concern(contract: Contract, call: ToolCall): boolean;
  admit(wanted: Wanted): Promise<Checked<Ticket | Repeat>>;
  /** What a call leaves behind that was refused and is sent all the same; undefined when no rule cares. */
  observe(contract: Contract, call: ToolCall, context: RuleContext): Promise<Ticket | undefined>;
  /** Whether a fix could be refused by what looks beyond the call. */
  mayRefuseFix(contract: Contract): boolean;
  /** What earlier calls say of a call that is not made: nothing is looked up or claimed. Without a store's answer, nothing. */
  rehearse(contract: Contract, call: ToolCall, context: RuleContext): Promise<Refused | undefined>;
  /** Never rejects. `value`: what rules see of the result; `kept`: what a repeated call gets. */
  settle(call: ToolCall, ticket: Ticket, ending: Ending): Promise<void>;
  /** Never rejects. The call goes on in another round: what it has claimed stays so. */
  pause(ticket: Ticket): Promise<void>;
}

export interface Ending {
  readonly outcome: Settlement["outcome"];
  readonly value: JsonValue | undefined;
  readonly kept: string | undefined;
}

/** Beyond the call's own deadline: for our own steps on both sides of it. */
const SLACK_MS = 10_000;
const LOCAL_DEADLINE_MS = 60_000;

export const createRules = (parts: RuleParts): Rules => ({
  concern: ({ tool, rules }, { run }) =>
    rules.length > 0 ||
    parts.catalog.traceOf(tool) !== undefined ||
    run.grants.some(({ limits }) => limits !== undefined),
  admit: async (wanted) => {
    const scope = scopeOf(wanted.call, parts.now(), parts.callerWindowMs);
    const admitted = await admit(parts, wanted, scope);
    return admitted.ok ? admitted : withoutPinned(admitted, toldOf({ contract: wanted.contract, scope }));
  },
  observe: (contract, call, context) => observe(parts, contract, call, context),
  mayRefuseFix: ({ rules }) => rules.some(({ kind }) => kind !== "check" && kind !== "during"),
  rehearse: (contract, call, context) => rehearse(parts, contract, call, context),
  settle: (call, ticket, ending) => settle(parts, call, ticket, ending),
  pause: ({ round }) => endRound(parts.settlements, round),
});

const admit = async (parts: RuleParts, wanted: Wanted, scope: Scope): Promise<Checked<Ticket | Repeat>> => {
  const { contract, call, context, lookup } = wanted;
  const { store, catalog } = parts;
  const onFault = (what: string, error: unknown): void => parts.onFault(what, error, call);
  const refused = judgeNow(contract, context, onFault);
  if (refused !== undefined) return refused;
  try {
    const judged = await judgeEvidence({ contract, context, scope, store, lookup, onFault });
    if (!judged.ok) return judged;
    const trace = catalog.traceOf(contract.tool);
    const planned = planOperations({ contract, context: judged.value, call, trace, scope, onFault });
    if (!planned.ok) return planned;
    const ticket: Ticket = {
      planned: planned.value,
      scope,
      trace,
      args: context.args,
      approvals: [],
      round: undefined,
    };
    return planned.value.length === 0 ? accept(ticket) : await claimRound(parts, wanted, ticket);
  } catch (error) {
    if (error instanceof StoreError) return unavailable(error);
    throw error;
  } finally {
    call.room?.give(); // what was looked up
  }
};

const isCondition = (rule: Rule): boolean => rule.kind === "requires" && rule.where !== undefined;

const rehearse = async (
  { store, catalog, now, callerWindowMs }: RuleParts,
  contract: Contract,
  call: ToolCall,
  context: RuleContext,
): Promise<Refused | undefined> => {
  const conditions = { ...contract, rules: contract.rules.filter(isCondition) };
  const scope = scopeOf(call, now(), callerWindowMs);
  const lookup: Lookup = () => Promise.reject(new Error("a rehearsal looks nothing up"));
  const onFault = (): void => {};
  try {
    const judged = await judgeEvidence({ contract: conditions, context, scope, store, lookup, onFault });
    if (!judged.ok) return judged;
    const trace = catalog.traceOf(contract.tool);
    const planned = planOperations({ contract, context: judged.value, call, trace, scope, onFault });
    return planned.ok ? undefined : planned;
  } catch (error) {
    if (error instanceof StoreError) return undefined;
    throw error;
  }
};

const deadlineOf = ({ deadlineMs }: Contract): number => (deadlineMs === 0 ? LOCAL_DEADLINE_MS : deadlineMs) + SLACK_MS;

/** Evidence and marks: they say what took place. Whatever is bounded or done once is not counted. */
const observe = async (
  { catalog, store, now, callerWindowMs }: RuleParts,
  contract: Contract,
  call: ToolCall,
  { args }: RuleContext,
): Promise<Ticket | undefined> => {
  const trace = catalog.traceOf(contract.tool);
  if (trace === undefined) return undefined;
  const scope = scopeOf(call, now(), callerWindowMs);
  const operations = marksOf(trace, contract.tool, args, scope);
  if (operations.length > 0)
    await store
      .claim({ id: call.id, operations, deadlineMs: deadlineOf(contract), isDryRun: false })
      .catch(ignoreTrouble);
  const planned = operations.map((operation) => ({ operation, origin: undefined }));
  return { planned, scope, trace, args, approvals: [], round: undefined };
};

/** Nothing was to be admitted; and whether the store has the marks, the settlement ends them. */
const ignoreTrouble = (error: unknown): void => {
  if (!(error instanceof StoreError)) throw error;
};

const claimRound = async (parts: RuleParts, wanted: Wanted, ticket: Ticket): Promise<Checked<Ticket | Repeat>> => {
  const { call, contract, isDryRun } = wanted;
  const round = isDryRun ? undefined : await takeRound(parts, call, deadlineOf(contract));
  if (round !== undefined && "ok" in round) return round;
  let isTaken = false;
  try {
    const claimed = await tryClaim(parts, wanted, { ...ticket, round });
    isTaken = claimed.ok && !("kind" in claimed.value);
    return claimed;
  } finally {
    if (!isTaken) await endRound(parts.settlements, round);
  }
};

/** Only a claim that would be taken is made where the call is observed: another one would leave an approval asked for. */
const tryClaim = async (parts: RuleParts, wanted: Wanted, ticket: Ticket): Promise<Checked<Ticket | Repeat>> => {
  if (!wanted.isObserved) return claim(parts, wanted, ticket);
  const tried = await claim(parts, { ...wanted, isDryRun: true }, ticket);
  return !tried.ok || "kind" in tried.value ? tried : claim(parts, wanted, ticket);
};

const claim = async (
  { store, settlements }: RuleParts,
  { contract, call, isDryRun }: Wanted,
  ticket: Ticket,
): Promise<Checked<Ticket | Repeat>> => {
  const operations = ticket.planned.map(({ operation }) => operation);
  const deadlineMs = deadlineOf(contract);
  let answer: ClaimAnswer;
  try {
    answer = await store.claim({ id: call.id, operations, deadlineMs, isDryRun });
  } catch (error) {
    // The store may have it all the same. What an earlier round of the call has sent is not given back.
    const outcome = ticket.round === undefined ? "released" : "unknown";
    if (!isDryRun) settlements.release({ id: call.id, operations }, outcome);
    throw error;
  }
  if (answer.ok) return accept({ ...ticket, approvals: answer.approvals });
  const { found, index } = answer;
  if (found.kind === "once" && found.state === "done" && found.isSame)
    return accept({ kind: "repeat", claim: found.claim, result: found.result });
  if (found.kind === "open" && !(await store.hasEnded(ticket.scope.runs))) return refuseGivenUp();
  const planned = ticket.planned[index];
  if (planned === undefined) throw new Error("the store answered about an operation that nobody asked for");
  return explainFound({ planned, found, contract, told: toldOf({ contract, scope: ticket.scope }) });
};

/** A retry of a call of which nothing was sent in the round before: what it had claimed is given back for good. */
const refuseGivenUp = (): Refused =>
  refuse(
    "invalid_request",
    "This call was given up, because nothing of it could be sent. Call anew, without requestState.",
  );

const settle = async (
  parts: RuleParts,
  call: ToolCall,
  { planned, trace, scope, args, round }: Ticket,
  { outcome, value, kept }: Ending,
): Promise<void> => {
  const onFault = (what: string, error: unknown): void => parts.onFault(what, error, call);
  const evidence =
    outcome === "done" && trace !== undefined
      ? evidenceOf({ trace, tool: call.tool, args, result: value, scope, onFault })
      : NO_EVIDENCE;
  if (planned.length === 0 && evidence.records.length === 0 && evidence.members.length === 0) return;
  const operations = planned.map(({ operation }) => operation);
  const isTaken = await parts.settlements.settle({ id: call.id, operations, outcome, result: kept, evidence });
  // Until the store knows that the call has ended, its claim would let another round through.
  if (isTaken) await endRound(parts.settlements, round);
};

const unavailable = (error: StoreError): Refused =>
  refuse(
    "state_unavailable",
    "What rules remember cannot be reached, so this call cannot be judged; nothing was sent. Try again later.",
    { log: error.message, retryAfterSeconds: 1 },
  );

// What the tests of rules stand on: contracts that have rules and nothing else worth a word, calls, and a past that is written
// and read as the sidecar does it.
import {
  type Caller,
  type JsonObject,
  type JsonValue,
  type Run,
  type ToolCall,
  isJsonObject,
} from "../../../src/call.ts";
import type { Contract } from "../../../src/contract/contract.ts";
import type { Rule, RuleContext, Trace } from "../../../src/contract/rule/rule.ts";
import { contextOf } from "../../../src/check/rule/context.ts";
import { type Lookup, judgeEvidence } from "../../../src/check/rule/evidence.ts";
import { explainFound } from "../../../src/check/rule/explain.ts";
import { planOperations } from "../../../src/check/rule/operations.ts";
import { type Scope, scopeOf } from "../../../src/check/rule/scope.ts";
import { toldOf } from "../../../src/check/rule/shown.ts";
import { evidenceOf } from "../../../src/check/rule/trace.ts";
import type { Checked, Refusal } from "../../../src/refusal.ts";
import { createMemoryStore } from "../../../src/state/memory.ts";
import type { Settlement, Store } from "../../../src/state/store.ts";
import { callerNamed } from "../../support/someone.ts";

export const NOON = Date.UTC(2024, 4, 15, 12);
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

export const contractOf = (rules: readonly Rule[], more: Partial<Contract> = {}): Contract => ({
  tool: "create_refund",
  description: "",
  words: { purpose: "", checks: [] },
  effect: "write",
  operation: { kind: "local" },
  inputSchema: {},
  arguments: { check: (value) => ({ ok: true, arguments: isJsonObject(value) ? value : {} }) },
  output: { isAuthored: false, answer: () => [], succeeded: undefined, accept: "*/*", schema: undefined },
  operationTakes: () => true,
  ownsRoute: false,
  deadlineMs: 10_000,
  journal: { policy: "required", result: "keep", maxResult: 65_536 },
  redact: (value) => value as JsonValue, // of JSON
  rules,
  pins: {},
  claimPins: {},
  examples: [],
  formats: "assert",
  functions: [],
  digest: "",
  file: "",
  ...more,
});

const ANYTHING = { text: "It", argument: undefined };

/** A rule with the members that every rule has. */
export const rule = <T extends Rule["kind"]>(
  kind: T,
  more: Omit<Extract<Rule, { kind: T }>, "kind" | "because" | "text" | "subject" | "id"> & {
    readonly because?: string;
  },
): Extract<Rule, { kind: T }> =>
  // The members are those of this kind, and the compiler cannot follow Omit back.
  ({
    kind,
    because: undefined,
    text: "The rule.",
    subject: ANYTHING,
    id: `create_refund/${kind}/0`,
    ...more,
  }) as unknown as Extract<Rule, { kind: T }>;

export const minted = (id: string, more: Partial<Run> = {}): Run => ({
  id,
  lineage: [id],
  grants: [{}, {}],
  expiresAt: NOON + HOUR,
  ...more,
});

let calls = 0;

export const callOf = (tool: string, more: Partial<ToolCall> = {}): ToolCall => ({
  id: `call-${(calls += 1)}`,
  tool,
  arguments: {},
  ingress: "call",
  signal: undefined,
  ...callerNamed("test"),
  ...more,
});

export interface World {
  /** Moves on when a test says so. */
  now: number;
  readonly store: Store;
  readonly faults: string[];
}

export const createWorld = (): World => {
  const world = { now: NOON, faults: [] };
  return Object.assign(world, { store: createMemoryStore({ now: () => world.now }) });
};

export const valueOf = <T>(checked: Checked<T>): T => {
  if (checked.ok) return checked.value;
  throw new Error(`refused: ${checked.refusal.code}: ${checked.refusal.detail}`);
};

export const refusalOf = (checked: Checked<unknown>): Refusal => {
  if (!checked.ok) return checked.refusal;
  throw new Error("accepted");
};

const noLookup: Lookup = () => Promise.reject(new Error("nothing is looked up here"));

export interface Attempt {
  readonly contract: Contract;
  readonly args: JsonObject;
  readonly call?: ToolCall;
  readonly trace?: Trace;
  readonly lookup?: Lookup;
}

export const CALLER_WINDOW = DAY;

const begin = ({ now, faults }: World, { contract, args, call = callOf(contract.tool) }: Attempt) => {
  const { caller }: { readonly caller: Caller } = call;
  const context = contextOf({ contract, args, caller, now });
  const scope = scopeOf(call, now, CALLER_WINDOW);
  return { call, context, scope, onFault: (what: string): void => void faults.push(what) };
};

/** What evidence says about a call. */
export const look = async (world: World, attempt: Attempt): Promise<Checked<RuleContext>> => {
  const { context, scope, onFault } = begin(world, attempt);
  if (!context.ok) return context;
  const { contract, lookup = noLookup } = attempt;
  return judgeEvidence({ contract, context: context.value, scope, store: world.store, lookup, onFault });
};

/** Leaves behind what a successful call does. */
export const past = async (
  world: World,
  trace: Trace,
  made: {
    readonly tool: string;
    readonly args: JsonObject;
    readonly result: JsonValue | undefined;
    readonly call?: ToolCall;
  },
): Promise<void> => {
  const { tool, args, result, call = callOf(tool) } = made;
  const scope: Scope = scopeOf(call, world.now, CALLER_WINDOW);
  const evidence = evidenceOf({ trace, tool, args, result, scope });
  await world.store.settle({ id: call.id, operations: [], outcome: "done", result: undefined, evidence });
};

export interface Claimed {
  /** Undefined: it may be sent. */
  readonly refusal: Refusal | undefined;
  readonly settle: (outcome: Settlement["outcome"], result?: string) => Promise<void>;
}

/** Claims what a call counts, in the store. */
export const claim = async (world: World, attempt: Attempt): Promise<Claimed> => {
  const { call, context, scope, onFault } = begin(world, attempt);
  const { contract, trace } = attempt;
  if (!context.ok) return { refusal: context.refusal, settle: () => Promise.resolve() };
  const planned = planOperations({ contract, context: context.value, call, trace, scope, onFault });
  if (!planned.ok) return { refusal: planned.refusal, settle: () => Promise.resolve() };
  const operations = planned.value.map(({ operation }) => operation);
  const answer = await world.store.claim({ id: call.id, operations, deadlineMs: 20_000, isDryRun: false });
  const at = answer.ok ? undefined : planned.value[answer.index];
  const told = toldOf({ contract, scope });
  return {
    refusal:
      answer.ok || at === undefined
        ? undefined
        : explainFound({ planned: at, found: answer.found, contract, told }).refusal,
    settle: (outcome, result) =>
      world.store.settle({ id: call.id, operations, outcome, result, evidence: { records: [], members: [] } }),
  };
};

export const traceOf = (more: Partial<Trace>): Trace => ({ records: [], origins: [], marks: [], ...more });

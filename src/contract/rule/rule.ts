// A loaded rule: data that can be explained, listed and analysed, with the author's few functions. Made at load from what
// `requires(…)`, `limit(…)` and the others return; judged in `check/rule/`, remembered in `state/`.
import type { Caller, JsonObject, JsonValue } from "../../call.ts";

/** What every function of a rule sees. */
export interface RuleContext {
  /** Arguments and pins. */
  readonly args: JsonObject;
  readonly caller: Caller;
  readonly now: Date;
  /** Results that earlier rules of the same contract have looked at, by tool. */
  readonly earlier: JsonObject;
}

export interface EvidenceContext extends RuleContext {
  /** What that call gave back, as the contract projects it. */
  readonly result: JsonValue;
  /** The arguments and pins that call had. */
  readonly call: JsonObject;
}

/** What is wrong, for the agent. With a path (JSON Pointer) the agent can mend that argument; without, the way is closed. */
export interface Finding {
  readonly path?: string;
  readonly message: string;
  /** A JSON Schema fragment that says what is accepted there. */
  readonly accepts?: Readonly<Record<string, unknown>>;
}
export type Judgement = boolean | string | Finding | readonly Finding[];

interface Explained {
  /** The author's reason, word for word: the clause of a policy, a law, a contract. Told in every refusal. */
  readonly because: string | undefined;
  /** One sentence, for the tool's description: "Needs a get_order of the same orderId first." */
  readonly text: string;
}

interface Stateful extends Explained {
  /** `<tool>/<kind>/<how manieth of its kind>`: names what the store keeps. */
  readonly id: string;
}

/** How a call and an earlier one are about the same thing: [argument here, argument there], or worked out: argument there to value. */
export type Same =
  | { readonly kind: "names"; readonly pairs: readonly (readonly [here: string, there: string])[] }
  | { readonly kind: "function"; readonly of: (context: RuleContext) => JsonObject };

/** An earlier call of this run. `at`: milliseconds of the Unix epoch. */
export interface PastCall {
  readonly tool: string;
  readonly call: JsonObject;
  readonly result: JsonValue;
  readonly at: number;
}
export interface RequiresContext extends EvidenceContext {
  /** Which of the tools it was. */
  readonly tool: string;
  /** Every kept call of the tools that fits `same`, oldest first; the one that was found comes last. */
  readonly all: readonly PastCall[];
}
export interface RequiresRule extends Explained {
  readonly kind: "requires";
  /** The first of the tools: the one that refusals name. */
  readonly tool: string;
  /** The latest call of any of them satisfies the rule. */
  readonly tools: readonly string[];
  /** Written as a list: calls with all arguments are kept, and `all` has every one of them. */
  readonly isList: boolean;
  readonly same: Same;
  readonly where: ((context: RequiresContext) => Judgement) | undefined;
  readonly withinMs: number | undefined;
}
export interface ForbidsRule extends Explained {
  readonly kind: "forbids";
  readonly tool: string;
  /** Names alone: the mark of the other tool is set before anything of its result is known. */
  readonly pairs: readonly (readonly [here: string, there: string])[];
}
export interface LookupRule extends Explained {
  readonly kind: "lookup";
  readonly tool: string;
  readonly arguments: (context: RuleContext) => JsonValue;
  readonly where: ((context: EvidenceContext) => Judgement) | undefined;
}
// Where values come from: a JSON Pointer into the result in which `*` stands for every entry (`/orders/*/id`), or a function.
export interface ValueOrigin {
  readonly tool: string;
  /** Names what the store keeps: equal for equal origins. */
  readonly id: string;
  /** The pointer; undefined for a function. */
  readonly pattern: string | undefined;
  readonly values: (result: JsonValue, call: JsonObject) => readonly JsonValue[];
}
export interface KnownRule extends Explained {
  readonly kind: "known";
  /** The one argument whose value must be known; undefined where there may be several values, or none. */
  readonly argument: string | undefined;
  /** What must be known, in words, and the argument that these name. */
  readonly subject: { readonly text: string; readonly argument: string | undefined };
  /** The values that must be known, each with its path. `undefined`: an argument that the rule names is missing. */
  readonly values: (
    context: Omit<RuleContext, "earlier">,
  ) => readonly { readonly path: string; readonly value: JsonValue | undefined }[];
  /** A value from any of them is known. */
  readonly origins: readonly ValueOrigin[];
}
export type Per = "run" | "caller" | "tool" | ((context: RuleContext) => JsonValue);
export interface LimitRule extends Stateful {
  readonly kind: "limit";
  readonly max: number;
  readonly per: Per;
  readonly windowMs: number | undefined;
}
export interface BudgetRule extends Stateful {
  readonly kind: "budget";
  readonly amount: (context: RuleContext) => unknown;
  /** In units of 10^-decimals; whole, at most 2^52. */
  readonly max: number;
  readonly decimals: number;
  readonly per: Per;
  readonly windowMs: number | undefined;
}
export interface OnceRule extends Stateful {
  readonly kind: "once";
  readonly key: (context: RuleContext) => JsonValue;
  readonly windowMs: number;
}
export interface ExclusiveRule extends Stateful {
  readonly kind: "exclusive";
  readonly key: (context: RuleContext) => JsonValue;
  readonly leaseMs: number;
}
export interface ApprovalRule extends Stateful {
  readonly kind: "approval";
  /** Undefined: always. */
  readonly when: ((context: RuleContext) => boolean) | undefined;
  /** Names of the arguments that the person agrees to; undefined: all of them. */
  readonly covers: readonly string[] | undefined;
  readonly pendingMs: number;
  readonly approvedMs: number;
}
/** Days (0 Sunday … 6 Saturday) and minutes of the day, from inclusive, to exclusive, in a time zone. */
export interface DuringRule extends Explained {
  readonly kind: "during";
  readonly days: readonly number[];
  readonly fromMinute: number;
  readonly toMinute: number;
  readonly timeZone: string;
}
export interface CheckRule extends Explained {
  readonly kind: "check";
  readonly name: string;
  readonly check: (context: RuleContext) => Judgement;
}

export type Rule =
  | RequiresRule
  | ForbidsRule
  | LookupRule
  | KnownRule
  | LimitRule
  | BudgetRule
  | OnceRule
  | ExclusiveRule
  | ApprovalRule
  | DuringRule
  | CheckRule;

/** What calls of one tool leave behind, because a rule of some contract can still ask for it. Nothing else is kept. */
export interface Trace {
  /** Records of successful calls: the latest for each value of these arguments. Sorted, distinct lists of names. */
  readonly records: readonly TraceRecord[];
  /** Values of results that `known` may ask for. */
  readonly origins: readonly ValueOrigin[];
  /** Marks that `forbids` asks for, set before the call is sent: lists of argument names. */
  readonly marks: readonly (readonly string[])[];
}

export interface TraceRecord {
  /** Undefined: all arguments, for rules whose `same` is a function. */
  readonly names: readonly string[] | undefined;
  /** Whether a rule looks into the result. */
  readonly keepsResult: boolean;
}

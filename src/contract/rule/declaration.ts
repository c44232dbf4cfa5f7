// What `requires(…)`, `limit(…)` and the others give: what the author wrote, unread. Load reads it, because a mounted contract
// never met the compiler. A rule is a function, though nobody calls it but load: the compiler leaves generic calls that give a
// function for last, so that `once(({ orderId }) => orderId)` sees the arguments that `input` and `pin` of the same contract say.
import type { Caller, JsonObject } from "../../call.ts";
import type { Rule } from "./rule.ts";

export interface RuleDeclaration {
  readonly kind: Rule["kind"];
  /** The arguments of the call that made it. */
  readonly written: readonly unknown[];
}

/** A rule that a contract with these arguments and pins may have. Every rule is made by a function of this package. */
export interface RuleOf<in Args> {
  (contract: Args): RuleDeclaration;
}

/** What a contract names by its tool name alone: the compiler cannot know its type, and `unknown` would mean a cast in every rule. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Foreign = any;

/** Arguments of which the compiler knows nothing. */
export type AnyArguments = { readonly [argument: string]: Foreign };

/** The names of all arguments, also where they come in several forms. */
export type NameOf<Args> = Args extends unknown ? keyof Args & string : never;

export interface ContextOf<Args> {
  /** Arguments and pins. */
  readonly args: Args;
  readonly caller: Caller;
  readonly now: Date;
  /** Results that earlier rules of the same contract have looked at, by tool. */
  readonly earlier: { readonly [tool: string]: Foreign };
}

/** An earlier call, or one that was just made to look something up. */
export interface EvidenceContextOf<Args> extends ContextOf<Args> {
  readonly result: Foreign;
  /** The arguments and pins of that call. */
  readonly call: Foreign;
}

export interface RequiresContextOf<Args> extends EvidenceContextOf<Args> {
  /** Which of the tools it was. */
  readonly tool: string;
  /** Every call of the tools in this run that fits `same`, oldest first. Of one tool, named alone, the latest only. */
  readonly all: readonly PastCallOf[];
}
export interface PastCallOf {
  readonly tool: string;
  readonly call: Foreign;
  readonly result: Foreign;
  /** Milliseconds of the Unix epoch. */
  readonly at: number;
}

/** A function of the arguments; what else there is to know comes second. */
export type OfArguments<Args, Value> = (args: Args, context: ContextOf<Args>) => Value;

export interface RuleOptions {
  /** Why the rule is there: told to the agent, word for word, in every refusal of the rule. */
  readonly because?: string;
}

const declarations = new WeakMap<object, RuleDeclaration>();

export const declareRule = <Args>(kind: Rule["kind"], written: readonly unknown[]): RuleOf<Args> => {
  const declaration: RuleDeclaration = Object.freeze({ kind, written: Object.freeze([...written]) });
  const rule = Object.freeze(() => declaration);
  declarations.set(rule, declaration);
  return rule;
};

/** What this very package made; undefined for a look-alike. */
export const ruleDeclarationOf = (value: unknown): RuleDeclaration | undefined =>
  typeof value === "function" ? declarations.get(value) : undefined;

/** A pin whose value is a claim of the caller. */
export interface ClaimReference {
  readonly [claimBrand]: true;
  readonly claim: string;
}

const claimBrand: unique symbol = Symbol("claim");

/** In `pin`: the value is what the caller's key or token says, so that no agent can choose it. */
export const claim = (name: string): ClaimReference => Object.freeze({ [claimBrand]: true as const, claim: name });

export const isClaimReference = (value: unknown): value is ClaimReference =>
  typeof value === "object" && value !== null && Object.hasOwn(value, claimBrand);

/** The pins that are values, and the claims that the others stand for. */
export const splitPins = (
  pin: Readonly<Record<string, JsonObject[string] | ClaimReference>> = {},
): { readonly pins: JsonObject; readonly claims: ReadonlyMap<string, string> } => {
  const claims = new Map<string, string>();
  const pins: [string, JsonObject[string]][] = [];
  for (const [name, value] of Object.entries(pin)) {
    if (isClaimReference(value)) claims.set(name, value.claim);
    else pins.push([name, value]);
  }
  return { pins: Object.freeze(Object.fromEntries(pins)), claims };
};

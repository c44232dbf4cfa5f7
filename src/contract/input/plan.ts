// Where the author's refinements apply: a tree that follows the value, walked once a call, after the validator has
// accepted the value. zod itself parses nothing here, so that nothing is changed on the way.
import type { Issue } from "../../refusal.ts";
import { escapePointer } from "../../json/pointer.ts";
import type { SchemaObject } from "../../schema/schema.ts";
import type { Refinement } from "./refinement.ts";
import { runRefinement } from "./refinement.ts";

export type IsInstance = (value: unknown) => boolean;

/** The parts of a value that have plans of their own. */
export type Part =
  | { readonly kind: "same"; readonly plan: Plan }
  | { readonly kind: "unless_null"; readonly plan: Plan }
  | { readonly kind: "names"; readonly plan: Plan }
  | { readonly kind: "members"; readonly named: ReadonlyMap<string, Plan>; readonly rest: Plan | undefined }
  | { readonly kind: "items"; readonly prefix: readonly Plan[]; readonly rest: Plan | undefined }
  | { readonly kind: "choice"; readonly isExclusive: boolean; readonly options: readonly Option[] };

interface Option {
  readonly schema: SchemaObject;
  readonly plan: Plan;
}

/** Filled in when its schema has been walked: recursive schemas refer to it before. */
export interface Plan {
  readonly place: string;
  parts: readonly Part[];
  own: readonly Refinement[];
}

export const createPlan = (place: string): Plan => ({ place, parts: [], own: [] });

export const plansOf = (part: Part): readonly Plan[] => {
  if (part.kind === "members") return part.rest ? [...part.named.values(), part.rest] : [...part.named.values()];
  if (part.kind === "items") return part.rest ? [...part.prefix, part.rest] : part.prefix;
  if (part.kind === "choice") return part.options.map(({ plan }) => plan);
  return [part.plan];
};

const collect = (plan: Plan, plans: Set<Plan>): Set<Plan> => {
  if (plans.has(plan)) return plans;
  plans.add(plan);
  for (const part of plan.parts) for (const inner of plansOf(part)) collect(inner, plans);
  return plans;
};

/** Every plan under a root, without those that lead to no refinement: these are cut off, so that a call never walks them. */
export const prunePlan = (root: Plan): readonly Plan[] => {
  const plans = [...collect(root, new Set())];
  const live = new Set(plans.filter(({ own }) => own.length > 0));
  for (let size = -1; size !== live.size;) {
    size = live.size;
    for (const plan of plans) {
      if (plan.parts.some((part) => plansOf(part).some((inner) => live.has(inner)))) live.add(plan);
    }
  }
  for (const plan of plans) plan.parts = plan.parts.filter((part) => plansOf(part).some((inner) => live.has(inner)));
  return plans.filter((plan) => live.has(plan));
};

interface Checking {
  readonly issues: Issue[];
  /** The predicate of a schema inside the root, made on first use. */
  readonly isInstance: (schema: SchemaObject) => IsInstance;
}

/** Runs the refinements; true when one of them asked to stop (`abort`), so that those around it are not asked. */
export const runPlan = (plan: Plan, value: unknown, at: string, checking: Checking): boolean => {
  let isAborted = false;
  for (const part of plan.parts) if (runPart(part, value, at, checking)) isAborted = true;
  for (const refinement of plan.own) {
    const outcome = runRefinement(refinement, value, { at, isAborted });
    checking.issues.push(...outcome.issues);
    if (outcome.isAborted) isAborted = true;
  }
  return isAborted;
};

const runPart = (part: Part, value: unknown, at: string, checking: Checking): boolean => {
  if (part.kind === "same") return runPlan(part.plan, value, at, checking);
  if (part.kind === "unless_null") return value !== null && runPlan(part.plan, value, at, checking);
  if (part.kind === "choice") return runChoice(part.options, value, at, checking);
  if (part.kind === "items") return Array.isArray(value) && runItems(part, value, at, checking);
  // The validator has accepted an object here; anything else has no members.
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return part.kind === "names" ? runNames(part.plan, value, at, checking) : runMembers(part, value, at, checking);
};

const runNames = (plan: Plan, value: object, at: string, checking: Checking): boolean => {
  let isAborted = false;
  for (const name of Object.keys(value)) {
    if (runPlan(plan, name, `${at}/${escapePointer(name)}`, checking)) isAborted = true;
  }
  return isAborted;
};

const runMembers = (
  part: Extract<Part, { kind: "members" }>,
  value: object,
  at: string,
  checking: Checking,
): boolean => {
  let isAborted = false;
  for (const [name, member] of Object.entries(value)) {
    const plan = part.named.get(name) ?? part.rest;
    if (plan !== undefined && runPlan(plan, member, `${at}/${escapePointer(name)}`, checking)) isAborted = true;
  }
  return isAborted;
};

const runItems = (
  part: Extract<Part, { kind: "items" }>,
  value: readonly unknown[],
  at: string,
  checking: Checking,
): boolean => {
  let isAborted = false;
  for (const [index, item] of value.entries()) {
    const plan = part.prefix[index] ?? part.rest;
    if (plan !== undefined && runPlan(plan, item, `${at}/${index}`, checking)) isAborted = true;
  }
  return isAborted;
};

// As in zod, the first option that validates and whose refinements hold accepts the value.
const runChoice = (options: readonly Option[], value: unknown, at: string, checking: Checking): boolean => {
  let first: readonly Issue[] | undefined;
  for (const { schema, plan } of options) {
    if (!checking.isInstance(schema)(value)) continue;
    const issues: Issue[] = [];
    const isAborted = runPlan(plan, value, at, { ...checking, issues });
    if (issues.length === 0 && !isAborted) return false;
    first ??= issues;
  }
  checking.issues.push(...(first ?? [{ path: at, code: "anyOf", message: "matches none of the forms accepted here" }]));
  return true;
};

// An author's zod schema becomes the one JSON Schema that agents are shown and that is enforced, and the refinements
// that run after it. `z.toJSONSchema` is not used: it drops what it cannot say. Here that is a problem, and all
// problems are reported at once.
import type { Issue } from "../../refusal.ts";
import type { SchemaObject } from "../../schema/schema.ts";
import type { FunctionText } from "../function-text.ts";
import { freezeDeep } from "./freeze.ts";
import { readKind } from "./kinds.ts";
import type { NamedCheck } from "../rule/text.ts";
import type { IsInstance, Plan } from "./plan.ts";
import { prunePlan, runPlan } from "./plan.ts";
import { exposedPlans } from "./secret.ts";
import { type Refinement, textOf } from "./refinement.ts";
import type { InputProblem, Walked } from "./walk.ts";
import { isZodSchema, walkZod } from "./walk.ts";

export interface ReadOptions {
  /** Inputs are closed: objects that drop or pass unknown members are refused. Outputs may be open. */
  readonly closed: boolean;
  /** Where the schema stands, for problems: `input`, `output`, `errors.404`. */
  readonly place: string;
  /** The validator, for the options of unions that have refinements. The schema is self-contained. */
  readonly createPredicate: (schema: SchemaObject) => IsInstance;
}

export interface ZodReading {
  /** Self-contained JSON Schema 2020-12; meaningless when there are problems. */
  readonly schema: SchemaObject;
  /**
   * Judges a value that the schema has accepted; absent without refinements. Freezes the value: what was checked is what
   * is sent. Issues have the check's name as their code.
   */
  readonly runChecks: ((value: unknown) => readonly Issue[]) | undefined;
  /** What the refinements want, of those whose message is the same for every value. */
  readonly checks: readonly NamedCheck[];
  /** Their functions, and those of refinements without words. */
  readonly functions: readonly FunctionText[];
  readonly problems: readonly InputProblem[];
}

const failed = (place: string, message: string, mend: string): ZodReading => ({
  schema: {},
  runChecks: undefined,
  checks: [],
  functions: [],
  problems: [{ place, message, mend }],
});

const selfContained = (schema: SchemaObject, { definitions }: Walked): SchemaObject =>
  definitions.size === 0 ? schema : { ...schema, $defs: Object.fromEntries(definitions) };

// A root that is only a reference is written out, so that its members can be seen; the definition stays for the others.
const rootSchema = (walked: Walked): SchemaObject => {
  const { $ref: reference, ...annotations } = walked.root.schema;
  const name = typeof reference === "string" ? reference.slice("#/$defs/".length) : "";
  return selfContained({ ...walked.definitions.get(name), ...annotations }, walked);
};

const asSecret = (refinement: Refinement): Refinement => ({ ...refinement, isSecret: true });

/** A message made from a value that has a secret, or is part of one, is not shown. */
const guardSecrets = (walked: Walked): void => {
  for (const plan of exposedPlans(walked)) {
    plan.own = plan.own.map(asSecret);
  }
};

// `oneOf` counts the options that validate before a refinement has refused any of them.
const exclusiveProblems = (plans: readonly Plan[]): readonly InputProblem[] =>
  plans
    .filter(({ parts }) => parts.some((part) => part.kind === "choice" && part.isExclusive))
    .map(({ place }) => ({
      place,
      message: "z.xor() cannot have refinements inside",
      mend: "use z.union() or z.discriminatedUnion()",
    }));

const createRun = (walked: Walked, { createPredicate }: ReadOptions): ((value: unknown) => readonly Issue[]) => {
  const predicates = new Map<SchemaObject, IsInstance>();
  const isInstance = (schema: SchemaObject): IsInstance => {
    const known = predicates.get(schema) ?? createPredicate(selfContained(schema, walked));
    predicates.set(schema, known);
    return known;
  };
  return (value) => {
    const issues: Issue[] = [];
    runPlan(walked.root.plan, freezeDeep(value), "", { issues, isInstance });
    return issues;
  };
};

/** `at` is `input.items[].price`: the place as its author wrote it. */
const saidBy = ({ message, source }: Refinement, at: string, root: string): readonly NamedCheck[] => {
  if (message === undefined) return [];
  const path = [at.slice(root.length).replace(/^\./, ""), ...(source._zod.def.path ?? []).map(String)];
  const where = path.filter((step) => step !== "").join(".");
  const argument = /^(?:\["((?:[^"\\]|\\.)*)"\]|[\w$]+)/.exec(where);
  const text = `${where} ${message}`.trim().replace(/\.$/, "");
  return [{ argument: argument?.[1] ?? argument?.[0], text }];
};

/** Reads a zod schema; every problem at once. A schema with problems must not be used. */
export const readZod = (schema: unknown, options: ReadOptions): ZodReading => {
  const { closed, place } = options;
  if (!isZodSchema(schema)) return failed(place, "is not a zod schema (version 4)", "write z.strictObject({…})");
  try {
    const walked = walkZod(schema, place, closed, readKind);
    guardSecrets(walked);
    const plans = prunePlan(walked.root.plan);
    const runChecks = plans.some(({ own }) => own.length > 0) ? createRun(walked, options) : undefined;
    return {
      schema: rootSchema(walked),
      runChecks,
      checks: plans.flatMap((plan) => plan.own.flatMap((one) => saidBy(one, plan.place, place))),
      functions: plans.flatMap((plan) => plan.own.map((one) => ({ place: plan.place, text: textOf(one) }))),
      problems: [...walked.problems, ...exclusiveProblems(plans)],
    };
  } catch (error) {
    // Getters and lazy schemas are the author's code, and zod itself throws on some mistakes.
    return failed(
      place,
      `cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      "correct the schema",
    );
  }
};

// What may come back: the author's `output` and `errors`, else the document's own schemas.
import type { JsonValue } from "../../call.ts";
import { createProjection } from "../../schema/project.ts";
import { lazyRedaction } from "../../schema/redact.ts";
import type { SchemaObject } from "../../schema/schema.ts";
import type { FunctionText } from "../function-text.ts";
import type { AnswerPlan, OutputPlan } from "../output-plan.ts";
import type { ContractDeclaration, Schema } from "../define.ts";
import type { DocumentAnswers } from "../document/answers.ts";
import { type Problem, type ReadSchema, readAuthored } from "./arguments.ts";

export interface ReadOutput {
  readonly plan: OutputPlan;
  readonly problems: readonly Problem[];
  /** The author's own schemas, for the digest. */
  readonly authored: readonly SchemaObject[];
  readonly hasChecks: boolean;
  readonly functions: readonly FunctionText[];
}

const NO_ANSWERS: DocumentAnswers = { answer: () => undefined, schema: undefined, problems: [], inspect: () => [] };

export const readOutput = (declaration: ContractDeclaration, answers: DocumentAnswers = NO_ANSWERS): ReadOutput => {
  const wrong = [...answers.problems, ...answers.inspect()];
  const problems: Problem[] = wrong.map(({ pointer, message, mend }) => ({
    place: `operation at ${pointer}`,
    message,
    mend,
  }));
  const schemas: ReadSchema[] = [];
  const read = (schema: Schema, place: string): ReadSchema => {
    const authored = readAuthored(schema, place, false);
    problems.push(...authored.problems);
    schemas.push(authored);
    return authored;
  };
  const own = declaration.output === undefined ? undefined : read(declaration.output, "output");
  const output = own === undefined ? undefined : createPlan(own);
  const errors = new Map(
    Object.entries(declaration.errors ?? {}).map(([status, schema]) => [
      Number(status),
      createPlan(read(schema, `errors.${status}`)),
    ]),
  );
  const plansFor = (status: number): readonly AnswerPlan[] => {
    const declared = answers.answer(status) ?? [];
    const authored = status < 300 ? output : errors.get(status);
    return authored === undefined ? declared : [{ ...authored, headers: declared.flatMap(({ headers }) => headers) }];
  };
  const known = new Map<number, readonly AnswerPlan[]>();
  const answer = (status: number): readonly AnswerPlan[] => {
    const plans = known.get(status) ?? plansFor(status);
    known.set(status, plans); // at most as many as there are statuses
    return plans;
  };
  const { succeeded } = declaration;
  const plan: OutputPlan = {
    isAuthored: own !== undefined,
    answer,
    // The author's function is typed by what `output` lets through, and that is what it is given.
    succeeded: succeeded === undefined ? undefined : (value) => succeeded(value as never) === true,
    accept: own === undefined ? acceptOf(answers) : "application/json",
    get schema() {
      return own?.schema ?? answers.schema;
    },
  };
  return { plan: Object.freeze(plan), problems, ...describeAuthored(schemas) };
};

const describeAuthored = (
  schemas: readonly ReadSchema[],
): Pick<ReadOutput, "authored" | "hasChecks" | "functions"> => ({
  authored: schemas.map(({ schema }) => schema),
  hasChecks: schemas.some(({ runChecks }) => runChecks !== undefined),
  functions: schemas.flatMap(({ functions }) => functions),
});

const createPlan = (read: ReadSchema): AnswerPlan => {
  let project: ((value: unknown) => JsonValue | undefined) | undefined;
  const isGood = (value: unknown): boolean => (read.runChecks?.(value) ?? []).length === 0;
  return {
    kind: "json",
    mediaTypes: ["application/json"],
    headers: [],
    schema: () => ({ schema: read.schema, formats: "assert" }),
    project: (value) => {
      project ??= createProjection(read.schema, { formats: "assert" });
      const kept = project(value);
      return kept !== undefined && isGood(kept) ? kept : undefined;
    },
    ...lazyRedaction(() => read.schema),
  };
};

/** Media types of the successes, JSON first; anything where the document names none. */
const acceptOf = (answers: DocumentAnswers): string => {
  const types = [200, 201, 202, 203, 206].flatMap((status) =>
    (answers.answer(status) ?? []).flatMap(({ mediaTypes }) => mediaTypes),
  );
  const unique = [...new Set(types)].sort(
    (left, right) => Number(right.includes("json")) - Number(left.includes("json")),
  );
  return unique.length === 0 ? "*/*" : unique.join(", ");
};

// What every test of inputs needs: a schema read as a contract's would be, with the one validator behind it.
import { expect } from "vitest";
import type { ReadOptions, ZodReading } from "../../../src/contract/input/zod.ts";
import { readZod } from "../../../src/contract/input/zod.ts";
import { createSchemaCheck } from "../../../src/schema/compile.ts";
import { inspectSchema } from "../../../src/schema/inspect.ts";
import type { SchemaObject } from "../../../src/schema/schema.ts";

export const createPredicate = (schema: SchemaObject): ((value: unknown) => boolean) => {
  const check = createSchemaCheck(schema, { formats: "assert" });
  return (value) => check.isValid(value);
};

export const read = (schema: unknown, options: Partial<ReadOptions> = {}): ZodReading =>
  readZod(schema, { closed: true, place: "input", createPredicate, ...options });

/** The whole judgement of a contract: the validator, then the refinements. */
export const createJudge = (schema: unknown, options: Partial<ReadOptions> = {}): ((value: unknown) => boolean) => {
  const reading = read(schema, options);
  expect(reading.problems).toEqual([]);
  expect(inspectSchema(reading.schema, { formats: "assert" })).toEqual([]);
  const isValid = createPredicate(reading.schema);
  return (value) => isValid(value) && (reading.runChecks?.(structuredClone(value)) ?? []).length === 0;
};

export const places = (schema: unknown, options: Partial<ReadOptions> = {}): readonly string[] =>
  read(schema, options).problems.map(({ place }) => place);

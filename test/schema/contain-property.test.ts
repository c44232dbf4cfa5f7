// Containment against the validator: where it says yes, no generated value is valid in the inner schema alone; where it says
// no, its witness is; and what is said to be apart has no value in common.
import fc from "fast-check";
import { expect, test } from "vitest";
import { createSchemaCheck } from "../../src/schema/compile.ts";
import { areApart } from "../../src/schema/contain/apart.ts";
import { contains } from "../../src/schema/contain/contain.ts";
import { readDocument } from "../../src/schema/contain/forms.ts";
import { type Outcome, nodeOf } from "../../src/schema/contain/node.ts";
import { samplesOf } from "../../src/schema/contain/sample.ts";
import type { JsonSchema } from "../../src/schema/schema.ts";
import { mutationsOf } from "../support/mutations.ts";
import { schemaPairs, smallValues } from "../support/schema-pairs.ts";
import { isLong, seed } from "../support/seed.ts";

interface Compared {
  readonly outcome: Outcome;
  /** Valid values of both, as the comparison makes them. */
  readonly samples: readonly unknown[];
  /** No value is good for both. */
  readonly isApart: boolean;
}

const compare = (outer: JsonSchema, inner: JsonSchema): Compared => {
  const [without, within] = [outer, inner].map((schema) => nodeOf(readDocument(schema, "assert"), schema));
  if (without === undefined || within === undefined) throw new TypeError("there are two");
  const samples = [...samplesOf(within), ...samplesOf(without)];
  return { outcome: contains(without, within), samples, isApart: areApart(without, within) };
};

const seen = { yes: 0, no: 0, unclear: 0 };

/** The values that show a verdict to be wrong. */
const counterexamples = (outer: JsonSchema, inner: JsonSchema, tried: readonly unknown[]): readonly unknown[] => {
  const [outerCheck, innerCheck] = [outer, inner].map((schema) => createSchemaCheck(schema, { formats: "assert" }));
  const { outcome, samples, isApart } = compare(outer, inner);
  const isWitness = (value: unknown): boolean =>
    innerCheck?.isValid(value) === true && outerCheck?.isValid(value) === false;
  seen[outcome.verdict] += 1;
  if (outcome.verdict === "no") return isWitness(outcome.witness) ? [] : [outcome.witness];
  const near =
    samples.length === 0 ? [] : fc.sample(fc.constantFrom(...samples).chain(mutationsOf), { seed, numRuns: 30 });
  const all = [...tried, ...samples, ...near];
  const isInBoth = (value: unknown): boolean =>
    innerCheck?.isValid(value) === true && outerCheck?.isValid(value) === true;
  return [...(outcome.verdict === "yes" ? all.filter(isWitness) : []), ...(isApart ? all.filter(isInBoth) : [])];
};

test("yes holds for every value, and no has a witness", () => {
  const some = fc.array(smallValues, { minLength: 30, maxLength: 30 });
  fc.assert(
    fc.property(schemaPairs, some, ([one, other], tried) => {
      expect(counterexamples(one, other, tried)).toEqual([]);
      expect(counterexamples(other, one, tried)).toEqual([]);
    }),
    { seed, numRuns: isLong ? 10_000 : 500 },
  );
  // A comparison that never decides would be sound, too.
  expect(seen.yes).toBeGreaterThan(2 * seen.unclear);
  expect(seen.no).toBeGreaterThan(2 * seen.unclear);
}, 900_000);

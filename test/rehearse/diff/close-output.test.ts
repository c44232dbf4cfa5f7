// A closed output schema takes whatever the sidecar shows of an answer: random schemas, and values that they take.
import fc from "fast-check";
import { expect, it } from "vitest";
import { canBeClosed, closeOutput } from "../../../src/rehearse/diff/close-output.ts";
import { createSchemaCheck } from "../../../src/schema/compile.ts";
import { readDocument } from "../../../src/schema/contain/forms.ts";
import { nodeOf } from "../../../src/schema/contain/node.ts";
import { samplesOf } from "../../../src/schema/contain/sample.ts";
import { inspectSchema } from "../../../src/schema/inspect.ts";
import { createProjection } from "../../../src/schema/project.ts";
import { schemaPairs, smallValues } from "../../support/schema-pairs.ts";
import { isLong, seed } from "../../support/seed.ts";

/** These may ask for what is cut off, so that what is shown is not valid any more. `__proto__` is never shown. */
const WHOLE = /"(?:const|enum|not|if|contains|uniqueItems|minProperties|dependent\w+|propertyNames)":|"__proto__"/;

it("takes what is shown", () => {
  const some = fc.array(smallValues, { minLength: 20, maxLength: 20 });
  fc.assert(
    fc.property(
      schemaPairs.filter(([, one]) => canBeClosed(one) && !WHOLE.test(JSON.stringify(one))),
      some,
      ([, schema], values) => {
        const closed = closeOutput(schema);
        expect(inspectSchema(closed, { formats: "assert" })).toEqual([]);
        const project = createProjection(schema, { formats: "assert" });
        const { isValid } = createSchemaCheck(closed, { formats: "assert" });
        const samples = samplesOf(nodeOf(readDocument(schema, "assert"), schema));
        const shown = [...values, ...samples].map(project).filter((value) => value !== undefined);
        expect(shown.filter((value) => !isValid(value))).toEqual([]);
      },
    ),
    { seed, numRuns: isLong ? 10_000 : 400 },
  );
}, 300_000);

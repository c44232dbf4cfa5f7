// From a schema to its check. `isValid` is what a good call pays: Ajv's quick verdict. What is wrong is worked out by
// a second compile, made when the first bad value comes.
import type { Issue } from "../refusal.ts";
import { createEvaluator } from "./evaluator.ts";
import type { FormatMode } from "./formats.ts";
import { createIssueFinder } from "./issues.ts";
import type { JsonSchema } from "./schema.ts";

interface SchemaCheck {
  isValid(value: unknown): boolean;
  /** Empty when the value is valid. */
  check(value: unknown): readonly Issue[];
  /** Of a value that is known not to be valid. */
  explain(value: unknown): readonly Issue[];
}

/** The schema must have no problems (`inspectSchema`). Compiles on first use. */
export const createSchemaCheck = (schema: JsonSchema, options: { readonly formats: FormatMode }): SchemaCheck => {
  const evaluator = createEvaluator(schema, options.formats);
  const findIssues = createIssueFinder(evaluator);
  const isValid = (value: unknown): boolean => evaluator.isValid(value);
  return Object.freeze({
    isValid,
    check: (value: unknown) => (isValid(value) ? [] : findIssues(value)),
    explain: findIssues,
  });
};

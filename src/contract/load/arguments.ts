// The input of a contract: an author's zod schema, JSON Schema, or the operation as it is. All three become one schema,
// which agents are shown and the one validator enforces, and the named checks that run after it.
import type { Issue } from "../../refusal.ts";
import { createSchemaCheck } from "../../schema/compile.ts";
import type { FormatMode } from "../../schema/formats.ts";
import { inspectSchema } from "../../schema/inspect.ts";
import { findContradictions } from "../../schema/satisfiable.ts";
import type { SchemaObject } from "../../schema/schema.ts";
import type { JsonObject } from "../../call.ts";
import type { ArgumentsCheck, ArgumentsVerdict } from "../contract.ts";
import type { Schema } from "../define.ts";
import { isJsonSchemaInput } from "../input/json-schema.ts";
import { findOpenObjects } from "../input/open-objects.ts";
import { readZod } from "../input/zod.ts";

export interface Problem {
  readonly place: string;
  readonly message: string;
  readonly mend: string;
}

export interface ReadSchema {
  readonly schema: SchemaObject;
  readonly runChecks: ((value: unknown) => readonly Issue[]) | undefined;
  readonly problems: readonly Problem[];
}

const isInstance = (schema: SchemaObject): ((value: unknown) => boolean) => {
  const { isValid } = createSchemaCheck(schema, { formats: "assert" });
  return isValid;
};

/** An author's schema, closed (for inputs) or not (for outputs), with everything that cannot be enforced. */
export const readAuthored = (authored: Schema, place: string, closed: boolean): ReadSchema => {
  if (!isJsonSchemaInput(authored)) {
    const { schema, runChecks, problems } = readZod(authored, { closed, place, createPredicate: isInstance });
    return { schema, runChecks, problems: problems.length > 0 ? problems : enforceable(schema, place) };
  }
  const open = closed ? findOpenObjects(authored.schema, place) : [];
  return { schema: authored.schema, runChecks: undefined, problems: [...enforceable(authored.schema, place), ...open] };
};

const enforceable = (schema: SchemaObject, place: string): readonly Problem[] => {
  const problems = inspectSchema(schema, { formats: "assert" });
  return (problems.length > 0 ? problems : findContradictions(schema)).map(({ pointer, message, mend }) => ({
    place: `${place}${pointer === "" ? "" : ` at ${pointer}`}`,
    message,
    mend,
  }));
};

/** The check of a call's arguments. The schema must have no problems. */
export const createArgumentsCheck = (
  schema: SchemaObject,
  formats: FormatMode,
  runChecks: ReadSchema["runChecks"],
): ArgumentsCheck => {
  const validator = createSchemaCheck(schema, { formats });
  return Object.freeze({
    check: (value: unknown): ArgumentsVerdict => {
      if (!validator.isValid(value)) return { ok: false, code: "invalid_arguments", issues: validator.check(value) };
      const failed = runChecks?.(value) ?? [];
      if (failed.length > 0) return { ok: false, code: "check_failed", issues: failed };
      return { ok: true, arguments: value as JsonObject }; // the schema is that of an object, and the value came out of strict JSON
    },
  });
};

// The input of a contract: an author's zod schema, JSON Schema, or the operation as it is. All three become one schema,
// which agents are shown and the one validator enforces, and the named checks that run after it.
import type { Issue } from "../../refusal.ts";
import { applyPatch } from "../../json/patch.ts";
import { argumentOf, nameOf, parentOf, unescapePointer, valueAt } from "../../json/pointer.ts";
import { createSchemaCheck } from "../../schema/compile.ts";
import { isListed, namesAt } from "../../schema/fix/listed.ts";
import type { FormatMode } from "../../schema/formats.ts";
import { inspectSchema } from "../../schema/inspect.ts";
import { findContradictions } from "../../schema/satisfiable.ts";
import type { JsonSchema, SchemaObject } from "../../schema/schema.ts";
import type { JsonObject } from "../../call.ts";
import type { ArgumentsCheck, ArgumentsVerdict } from "../contract.ts";
import type { FunctionText } from "../function-text.ts";
import type { Schema } from "../define.ts";
import { isJsonSchemaInput } from "../input/json-schema.ts";
import { findOpenObjects } from "../input/open-objects.ts";
import { readZod } from "../input/zod.ts";
import type { NamedCheck } from "../rule/text.ts";

export interface Problem {
  readonly place: string;
  readonly message: string;
  readonly mend: string;
}

export interface ReadSchema {
  readonly schema: SchemaObject;
  readonly runChecks: ((value: unknown) => readonly Issue[]) | undefined;
  readonly checks: readonly NamedCheck[];
  /** The functions of those checks. */
  readonly functions: readonly FunctionText[];
  readonly problems: readonly Problem[];
}

const isInstance = (schema: SchemaObject): ((value: unknown) => boolean) => {
  const { isValid } = createSchemaCheck(schema, { formats: "assert" });
  return isValid;
};

/** An author's schema, closed (for inputs) or not (for outputs), with everything that cannot be enforced. */
export const readAuthored = (authored: Schema, place: string, closed: boolean): ReadSchema => {
  if (!isJsonSchemaInput(authored)) {
    const { problems, ...read } = readZod(authored, { closed, place, createPredicate: isInstance });
    return { ...read, problems: problems.length > 0 ? problems : enforceable(read.schema, place) };
  }
  const open = closed ? findOpenObjects(authored.schema, place) : [];
  const problems = [...enforceable(authored.schema, place), ...open];
  return { schema: authored.schema, runChecks: undefined, checks: [], functions: [], problems };
};

const enforceable = (schema: SchemaObject, place: string): readonly Problem[] => {
  const problems = inspectSchema(schema, { formats: "assert" });
  return (problems.length > 0 ? problems : findContradictions(schema)).map(({ pointer, message, mend }) => ({
    place: `${place}${pointer === "" ? "" : ` at ${pointer}`}`,
    message,
    mend,
  }));
};

interface ArgumentsCheckParts {
  /** Without problems. */
  readonly schema: SchemaObject;
  readonly formats: FormatMode;
  readonly runChecks?: ReadSchema["runChecks"];
  /** What the operation itself says of an argument, where the contract may be narrower. */
  readonly ownSchema?: (argument: string) => JsonSchema;
  /** Members of the operation that no argument sets, under any of their names. */
  readonly leftOut?: readonly string[];
}

/** The check of a call's arguments. */
export const createArgumentsCheck = ({
  schema,
  formats,
  runChecks,
  ownSchema = () => true,
  leftOut = [],
}: ArgumentsCheckParts): ArgumentsCheck => {
  const validator = createSchemaCheck(schema, { formats });
  return Object.freeze({
    check: (value: unknown): ArgumentsVerdict => {
      if (!validator.isValid(value)) {
        const issues = validator.explain(value).map((issue) => withoutGuess(issue, value, { ownSchema, leftOut }));
        return { ok: false, code: "invalid_arguments", issues };
      }
      const failed = runChecks?.(value) ?? [];
      if (failed.length > 0) return { ok: false, code: "check_failed", issues: failed };
      return { ok: true, arguments: value as JsonObject }; // the schema is that of an object, and the value came out of strict JSON
    },
  });
};

/**
 * A word that the operation knows and the contract leaves out is no misspelt one, however near another is: `approved` was meant,
 * and the contract has only `approve`. So it is with the operation's own members.
 */
const withoutGuess = (issue: Issue, value: unknown, { ownSchema, leftOut }: Known): Issue => {
  const { fix, ...others } = issue;
  let before = value;
  for (const step of fix ?? []) {
    if (step.op === "move" && isRename(step) && knows(step.from, ownSchema, leftOut)) return others;
    if (step.op === "replace" && typeof step.value === "string") {
      const own = ownSchema(argumentOf(step.path));
      const path = step.path.split("/").slice(2);
      const inside = path.map((token) => `/${token}`).join("");
      if (textsIn(valueAt(before, step.path)).some((text) => text !== step.value && isListed(own, inside, text)))
        return others;
    }
    before = applyPatch(before, [step])?.value;
  }
  return issue;
};

type Known = Pick<Required<ArgumentsCheckParts>, "ownSchema" | "leftOut">;

const isRename = ({ from, path }: { readonly from: string; readonly path: string }): boolean =>
  parentOf(from) === parentOf(path);

/** Whether the operation has a member of this name there. */
const knows = (path: string, ownSchema: Known["ownSchema"], leftOut: readonly string[]): boolean => {
  const [argument = "", ...inner] = path.split("/").slice(1);
  if (inner.length === 0) return leftOut.includes(unescapePointer(argument));
  const parent = inner.slice(0, -1).map((token) => `/${token}`);
  return namesAt(ownSchema(unescapePointer(argument)), parent.join("")).includes(nameOf(path));
};

/** The text that was sent, also alone in a list or an object. */
const textsIn = (value: unknown): readonly string[] => {
  if (typeof value === "string") return [value];
  const items = typeof value === "object" && value !== null ? Object.values(value) : [];
  return items.length === 1 ? textsIn(items[0]) : [];
};

// A tool of an MCP server read as an operation with one required JSON body: so arguments, pins and `map` are bound and
// compared as those of a document's operation are.
import { toDraft2020 } from "../../schema/draft-07.ts";
import { inspectSchema } from "../../schema/inspect.ts";
import { isSchemaObject } from "../../schema/keywords.ts";
import { createProjection } from "../../schema/project.ts";
import type { SchemaObject, SchemaProblem } from "../../schema/schema.ts";
import type { JsonObject, JsonValue } from "../../call.ts";
import type { ToolDefinition } from "../contract.ts";
import type { AnswerPlan } from "../output-plan.ts";
import type { DocumentAnswers } from "../document/answers.ts";
import type { DocumentOperation } from "../document/operation.ts";
import { readableDocument } from "./readable.ts";

export const toolOperation = ({ name, description, inputSchema }: ToolDefinition): DocumentOperation => {
  const document = readableDocument(inputSchema);
  const operation: DocumentOperation = {
    noun: "tool",
    document,
    method: "",
    template: name,
    path: { template: name, segments: [] },
    pointer: "",
    operationId: undefined,
    summary: undefined,
    description,
    parameters: [],
    body: { mediaType: "application/json", required: true, schema: document.root, pointer: "" },
    responses: undefined,
    notices: [],
    problems: [],
  };
  return Object.freeze(operation);
};

type ReadToolSchema =
  | { readonly ok: true; readonly schema: SchemaObject }
  | { readonly ok: false; readonly problems: readonly SchemaProblem[] };

/** A schema of the server as it is enforced and shown: 2020-12, or why it cannot be. */
export const readToolSchema = (schema: JsonObject, formats: "annotate" | "ignore"): ReadToolSchema => {
  const converted = toDraft2020(schema);
  if (!converted.ok) return converted;
  const problems = inspectSchema(converted.schema, { formats });
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, schema: isSchemaObject(converted.schema) ? converted.schema : {} }; // an object stays one
};

const inOutput = ({ pointer, message }: SchemaProblem): SchemaProblem => ({
  pointer: `outputSchema${pointer}`,
  message,
  mend: "write a contract with output: then the server's schema is not asked",
});

const FORMATS = { formats: "ignore" } as const;

/** What the tool's `outputSchema` lets through as structured content; nothing is promised without one. */
export const toolAnswers = ({ outputSchema }: ToolDefinition): DocumentAnswers => {
  const read = outputSchema === undefined ? undefined : readToolSchema(outputSchema, "ignore");
  if (read === undefined) return { answer: () => undefined, schema: undefined, problems: [], inspect: () => [] };
  if (!read.ok)
    return { answer: () => undefined, schema: undefined, problems: read.problems.map(inOutput), inspect: () => [] };
  const { schema } = read;
  let project: ((value: unknown) => JsonValue | undefined) | undefined;
  const plan: AnswerPlan = {
    kind: "json",
    mediaTypes: ["application/json"],
    project: (value) => (project ??= createProjection(schema, FORMATS))(value),
    schema: () => ({ schema, ...FORMATS }),
    headers: [],
  };
  return { answer: (status) => (status === 200 ? [plan] : undefined), schema, problems: [], inspect: () => [] };
};

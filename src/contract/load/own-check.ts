// What the operation itself takes, whatever its contract makes of it: observe mode forwards what the contract alone refuses. The
// arguments are placed as they would be sent, pins among them, and judged as a whole by the document's schemas or the lock's. A
// schema that cannot be enforced as it is written takes nothing here.
import { type JsonObject, type JsonValue, memberOf } from "../../call.ts";
import { createSchemaCheck } from "../../schema/compile.ts";
import { inspectSchema } from "../../schema/inspect.ts";
import type { JsonSchema } from "../../schema/schema.ts";
import type { BodyPlan, Parameter, ToolDefinition, ValueSource } from "../contract.ts";
import type { DocumentOperation } from "../document/operation.ts";
import { closeSchema } from "../tool/close.ts";
import { readToolSchema } from "../tool/operation.ts";

/** `claimed`: what comes from the caller's claims, no argument of the agent's. */
export type OwnCheck = (args: JsonObject, claimed: JsonObject) => boolean;

export interface OwnPlan {
  /** Arguments that an agent may send. */
  readonly names: readonly string[];
  readonly parameters: readonly Parameter[];
  readonly body: BodyPlan | undefined;
}

/** Of an operation of a document. Compiles on first use, as most contracts are never observed. */
export const createOwnCheck = (operation: DocumentOperation, plan: OwnPlan): OwnCheck =>
  createCheck(
    plan,
    () => requestSchema(operation),
    (values) => placeRequest(plan, values),
  );

/** Of a tool of an MCP server. */
export const createOwnToolCheck = ({ inputSchema }: ToolDefinition, plan: OwnPlan): OwnCheck =>
  createCheck(
    plan,
    () => toolSchema(inputSchema),
    (values) => placeBody(plan.body, values) ?? {},
  );

const createCheck = (
  { names }: OwnPlan,
  schema: () => JsonSchema,
  place: (values: JsonObject) => JsonValue,
): OwnCheck => {
  const known = new Set(names);
  let isTaken: ((value: unknown) => boolean) | undefined;
  return (args, claimed) => {
    if (!Object.keys(args).every((name) => known.has(name))) return false;
    isTaken ??= createSchemaCheck(schema(), { formats: "annotate" }).isValid;
    return isTaken(place({ ...args, ...claimed }));
  };
};

/** Place and name: two places may have a parameter of one name. */
const keyOf = (parameter: { readonly in: Parameter["in"]; readonly name: string }): string =>
  `${parameter.in} ${parameter.name}`;

const BODY = "body";

const requestSchema = ({ document, parameters, body }: DocumentOperation): JsonSchema => {
  const bundle = document.schemas.createBundle("input");
  const placed = parameters.map((parameter) => ({
    ...parameter,
    key: keyOf({ ...parameter, name: parameter.wireName }),
  }));
  const all = body === undefined ? placed : [...placed, { ...body, key: BODY }];
  const schema = bundle.finish({
    type: "object",
    properties: Object.fromEntries(all.map((one) => [one.key, bundle.convert(one.schema, one.pointer)])),
    required: all.filter(({ required }) => required).map(({ key }) => key),
    additionalProperties: false,
  });
  const problems = [...bundle.problems(), ...inspectSchema(schema, { formats: "annotate" })];
  return problems.length === 0 && schema;
};

const toolSchema = (inputSchema: ToolDefinition["inputSchema"]): JsonSchema => {
  const read = readToolSchema(inputSchema, "annotate");
  return read.ok && closeSchema(read.schema).schema;
};

const placeRequest = ({ parameters, body }: OwnPlan, values: JsonObject): JsonObject => {
  const placed: (readonly [string, JsonValue])[] = [];
  for (const parameter of parameters) {
    const value = valueOf(parameter.source, values);
    if (value !== undefined) placed.push([keyOf(parameter), value]);
  }
  const sent = placeBody(body, values);
  return Object.fromEntries(sent === undefined ? placed : [...placed, [BODY, sent]]);
};

/** Narrowed contracts name every member of a body. */
const placeBody = (body: BodyPlan | undefined, values: JsonObject): JsonValue | undefined => {
  if (body === undefined) return undefined;
  if (body.shape.kind === "whole") return valueOf(body.shape.source, values);
  const members = body.shape.members.flatMap(({ name, source }) => {
    const value = valueOf(source, values);
    return value === undefined ? [] : [[name, value] as const];
  });
  return members.length === 0 && !body.required ? undefined : Object.fromEntries(members);
};

const valueOf = (source: ValueSource, values: JsonObject): JsonValue | undefined =>
  "pinned" in source ? source.pinned : memberOf(values, source.argument);

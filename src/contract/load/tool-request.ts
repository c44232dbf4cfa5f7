// The request of a contract over an MCP tool: narrowed by the author's input, or the tool's own schema as the lock has it.
import type { JsonObject } from "../../call.ts";
import { createSchemaCheck } from "../../schema/compile.ts";
import { lazyRedaction } from "../../schema/redact.ts";
import type { SchemaObject } from "../../schema/schema.ts";
import type { BodyPlan, ToolDefinition } from "../contract.ts";
import type { ContractDeclaration } from "../define.ts";
import { splitPins } from "../rule/declaration.ts";
import { closeSchema } from "../tool/close.ts";
import { readToolSchema, toolOperation } from "../tool/operation.ts";
import type { Problem } from "./arguments.ts";
import { type ClaimPlace, readClaimPins } from "./claim-pins.ts";
import { createOwnToolCheck } from "./own-check.ts";
import { type ContractRequest, NO_INPUT, readNarrowed } from "./request.ts";

/** With problems the rest is not to be used. */
export const readToolRequest = (
  declaration: ContractDeclaration,
  definition: ToolDefinition,
  problems: Problem[],
): ContractRequest => {
  for (const member of ["encodedSlash", "errors", "rest"] as const) {
    if (declaration[member] === undefined) continue;
    problems.push({
      place: member,
      message: `a tool of an MCP server has no path and no statuses: ${member} has no meaning`,
      mend: `leave ${member} out`,
    });
  }
  if (declaration.input === undefined) return readAsIs(declaration, definition, problems);
  return readNarrowed(declaration, toolOperation(definition), {
    problems,
    own: (_operation, plan) => createOwnToolCheck(definition, plan),
  });
};

const MEND = "write a contract with input: then the server's schema is compared as far as it can be read";

const readAsIs = (
  declaration: ContractDeclaration,
  { inputSchema }: ToolDefinition,
  problems: Problem[],
): ContractRequest => {
  const report = (place: string, message: string, mend: string): void => void problems.push({ place, message, mend });
  const { pins, claims } = splitPins(declaration.pin);
  if (declaration.map !== undefined) report("map", "map has no meaning without input", "add input, or leave map out");
  const read = readToolSchema(inputSchema, "annotate");
  if (!read.ok) {
    for (const { pointer, message } of read.problems) report(`operation at inputSchema${pointer}`, message, MEND);
    return { ...AS_IS, body: bodyOf(pins) };
  }
  const { schema } = read;
  if (schema["type"] !== "object") report("operation at inputSchema", "the tool's arguments are no object", MEND);
  const names = new Set([...Object.keys(pins), ...claims.keys()]);
  problems.push(...checkPins(schema, pins, names));
  const { schema: closed, notices } = closeSchema(schema);
  const input = { ...NO_INPUT, schema: withoutPins(closed, names) };
  const { isValid } = createSchemaCheck({ ...schema, required: [] }, { formats: "annotate" });
  const placeOf = (name: string): ClaimPlace => ({
    takes: (value) => isValid(Object.fromEntries([[name, value]])),
    isSecret: lazyRedaction(() => onlyMember(schema, name)).hasSecrets(),
  });
  const claimPins = readClaimPins(claims, placeOf, problems);
  return { ...AS_IS, input, body: bodyOf(pins), claimPins, notices };
};

const AS_IS: ContractRequest = {
  input: NO_INPUT,
  formats: "annotate",
  parameters: [],
  body: undefined,
  claimPins: {},
  notices: [],
};

const onlyMember = (schema: SchemaObject, name: string): SchemaObject => {
  const own: unknown = Reflect.get(Object(schema["properties"]), name);
  return { ...schema, properties: own === undefined ? {} : { [name]: own } };
};

/** The arguments go in under their own names, beside what is pinned. */
const bodyOf = (pins: JsonObject): BodyPlan => ({
  mediaType: "application/json",
  required: true,
  shape: {
    kind: "members",
    members: Object.entries(pins).map(([name, pinned]) => ({ name, source: { pinned }, schema: true })),
    open: true,
  },
});

/** Beside these a member cannot be taken away without a change of what the others say. */
const ABOUT_ALL = (
  "$ref allOf anyOf oneOf not if dependentSchemas dependentRequired patternProperties propertyNames minProperties " +
  "maxProperties unevaluatedProperties const enum"
).split(" ");

const checkPins = (schema: SchemaObject, pins: JsonObject, pinned: ReadonlySet<string>): readonly Problem[] => {
  const properties = Object(schema["properties"]);
  const inTheWay = ABOUT_ALL.find((name) => Object.hasOwn(schema, name));
  return [...pinned].flatMap((name) => {
    const place = `pin.${name}`;
    if (inTheWay !== undefined)
      return [{ place, message: `the tool's schema has ${inTheWay}: a pin needs input beside it`, mend: "add input" }];
    if (!Object.hasOwn(properties, name)) {
      const names = Object.keys(properties).join(", ") || "none, it names no arguments";
      return [{ place, message: `the tool has no member '${name}'`, mend: `use one of: ${names}` }];
    }
    if (!Object.hasOwn(pins, name)) return []; // a claim is judged with each call
    const check = createSchemaCheck({ ...schema, required: [] }, { formats: "annotate" });
    return check.check(Object.fromEntries([[name, pins[name]]])).map(({ path, message }) => ({
      place: `pin${path.replaceAll("/", ".")}`,
      message: `'${name}' ${message}`,
      mend: "pin a value that the tool takes",
    }));
  });
};

/** Where the tool takes members that nobody names, the pinned name has to stay refused. */
const withoutPins = (schema: SchemaObject, pins: ReadonlySet<string>): SchemaObject => {
  const isPinned = (name: unknown): boolean => typeof name === "string" && pins.has(name);
  if (pins.size === 0) return schema;
  const isClosed = schema["additionalProperties"] === false;
  const members = Object.entries(Object(schema["properties"]) as SchemaObject)
    .filter(([name]) => !isClosed || !isPinned(name))
    .map(([name, member]) => [name, isPinned(name) ? false : member]);
  const required = Array.isArray(schema["required"]) ? schema["required"].filter((name) => !isPinned(name)) : [];
  return { ...schema, properties: Object.fromEntries(members), required };
};

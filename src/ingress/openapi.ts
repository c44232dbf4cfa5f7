// GET /openapi.json: the REST surface as the contracts narrow it, OpenAPI 3.1. Pinned members are not in it.
import type { BodyPlan, Catalog, Contract, Parameter, RestOperation } from "../contract/contract.ts";
import type { SchemaObject } from "../schema/schema.ts";

type Json = Readonly<Record<string, unknown>>;

const described = new WeakMap<Catalog, Json>();

export const describeApi = (catalog: Catalog): Json => {
  const known = described.get(catalog);
  if (known !== undefined) return known;
  const api = buildApi(catalog);
  described.set(catalog, api);
  return api;
};

const buildApi = (catalog: Catalog): Json => {
  const paths = new Map<string, Record<string, unknown>>();
  const schemas: Record<string, unknown> = {};
  for (const contract of catalog.contracts) {
    const { operation } = contract;
    if (operation.kind !== "rest" || !contract.ownsRoute) continue;
    const path = `${operation.backend.mount === "/" ? "" : operation.backend.mount}${operation.path.template}`;
    const item = paths.get(path) ?? {};
    item[operation.method.toLowerCase()] = describeOperation(contract, operation);
    paths.set(path, item);
    for (const [name, schema] of Object.entries((contract.inputSchema["$defs"] ?? {}) as Json))
      schemas[`${contract.tool}.${name}`] = moveRefs(schema, contract.tool); // $defs is an object of schemas
    for (const [name, schema] of Object.entries((contract.output.schema?.["$defs"] ?? {}) as Json))
      schemas[`${contract.tool}.output.${name}`] = moveRefs(schema, `${contract.tool}.output`);
  }
  return {
    openapi: "3.1.0",
    info: { title: "Tools behind checkrein", version: catalog.digest.slice(0, 12) },
    paths: Object.fromEntries(paths),
    components: { schemas: { ...schemas, Refusal: REFUSAL } },
  };
};

const REFUSAL: SchemaObject = Object.freeze({
  type: "object",
  description: "Why the call was not forwarded, and what would be accepted (RFC 9457).",
  required: ["type", "title", "status", "code", "class", "call", "forwarded"],
  properties: {
    type: { type: "string" },
    title: { type: "string" },
    status: { type: "integer" },
    detail: { type: "string" },
    code: { type: "string" },
    class: { enum: ["fix_arguments", "fix_tool", "fix_order", "wait", "ask_human", "stop", "not_your_fault"] },
    tool: { type: "string" },
    call: { type: "string" },
    forwarded: { enum: ["no", "yes", "unknown"] },
    issues: { type: "array", items: { type: "object" } },
    next: { type: "array", items: { type: "object" } },
  },
});

const argumentSchema = (contract: Contract, argument: string): unknown => {
  const properties = contract.inputSchema["properties"];
  const schema: unknown =
    typeof properties === "object" && properties !== null ? Reflect.get(properties, argument) : undefined;
  return moveRefs(schema ?? true, contract.tool);
};

const isRequired = (contract: Contract, argument: string): boolean => {
  const { required } = contract.inputSchema;
  return Array.isArray(required) && required.includes(argument);
};

const describeOperation = (contract: Contract, operation: RestOperation): Json => ({
  operationId: contract.tool,
  description: contract.description,
  parameters: operation.parameters.flatMap((parameter) => describeParameter(contract, parameter)),
  ...(operation.body === undefined ? {} : { requestBody: describeBody(contract, operation.body) }),
  responses: {
    "2XX": describeAnswer(contract),
    default: {
      description: "A refusal",
      content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Refusal" } } },
    },
  },
});

const describeAnswer = (contract: Contract): Json => {
  if (contract.output.schema === undefined) return { description: "The result" };
  const { $defs: _moved, ...schema } = contract.output.schema;
  return {
    description: "The result",
    content: { "application/json": { schema: moveRefs(schema, `${contract.tool}.output`) } },
  };
};

const describeParameter = (contract: Contract, parameter: Parameter): readonly Json[] => {
  if (!("argument" in parameter.source)) return [];
  const { argument } = parameter.source;
  const schema = argumentSchema(contract, argument);
  const form = parameter.json
    ? { content: { "application/json": { schema } } }
    : { schema, style: parameter.style, explode: parameter.explode };
  return [
    {
      name: parameter.name,
      in: parameter.in,
      required: parameter.in === "path" || isRequired(contract, argument),
      ...form,
    },
  ];
};

const describeBody = (contract: Contract, plan: BodyPlan): Json => {
  const { shape } = plan;
  if (shape.kind === "whole") {
    const whole = "argument" in shape.source ? argumentSchema(contract, shape.source.argument) : true;
    return { required: plan.required, content: { [plan.mediaType]: { schema: whole } } };
  }
  const members = shape.members.flatMap(({ name, source }) =>
    "argument" in source ? [[name, source.argument] as const] : [],
  );
  const schema = {
    type: "object",
    properties: Object.fromEntries(members.map(([name, argument]) => [name, argumentSchema(contract, argument)])),
    required: members.filter(([, argument]) => isRequired(contract, argument)).map(([name]) => name),
    additionalProperties: shape.open,
  };
  return { required: plan.required, content: { [plan.mediaType]: { schema } } };
};

/** `#/$defs/X` of one contract becomes `#/components/schemas/<tool>.X` of the document. */
const moveRefs = (value: unknown, tool: string): unknown => {
  if (Array.isArray(value)) return value.map((item) => moveRefs(item, tool));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      name === "$ref" && typeof member === "string"
        ? member.replace(/^#\/\$defs\//, `#/components/schemas/${tool}.`)
        : moveRefs(member, tool),
    ]),
  );
};

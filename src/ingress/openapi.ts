// GET /openapi.json: the REST surface as contracts and grants narrow it, OpenAPI 3.1. Arguments that the sidecar sets, from
// contract, claims or grants, are not in it.
import { type ArgumentRestriction, type Run, isJsonObject, memberOf } from "../call.ts";
import type { BodyPlan, Catalog, Contract, Parameter, RestOperation, ValueSource } from "../contract/contract.ts";
import { isPinned, narrowArgument, restrictionsOf } from "../contract/grant/narrow-input.ts";
import type { JsonSchema, SchemaObject } from "../schema/schema.ts";
import { permits } from "../run/narrow.ts";
import { isShownWhole } from "../run/show.ts";
import { type Components, createComponents } from "./components.ts";
import { bodyExamples, parameterExamples } from "./openapi-examples.ts";
import { type ShownTool, showTool, surfaceDigest } from "./surface.ts";

type Json = Readonly<Record<string, unknown>>;

const described = new WeakMap<Catalog, Json>();

/** Below a run URL the paths stand beside the document, wherever that is: no token is written into it. */
export const describeApi = (catalog: Catalog, run: Run, isRunUrl: boolean): Json => {
  const api = isShownWhole(run) ? describeWhole(catalog, run) : buildApi(catalog, run);
  return isRunUrl ? { ...api, servers: [{ url: "." }] } : api;
};

/** For all whom nothing narrows. */
const describeWhole = (catalog: Catalog, run: Run): Json => {
  const known = described.get(catalog) ?? buildApi(catalog, run);
  described.set(catalog, known);
  return known;
};

/** A contract as one run sees it. */
interface Shown {
  readonly contract: Contract;
  readonly tool: ShownTool;
  /** By argument, what its grants say. */
  readonly restrictions: ReadonlyMap<string, readonly ArgumentRestriction[]>;
  readonly components: Components;
}

const UNRESTRICTED: Shown["restrictions"] = new Map();

const buildApi = (catalog: Catalog, run: Run): Json => {
  const paths = new Map<string, Record<string, unknown>>();
  const components = createComponents("Refusal");
  for (const contract of catalog.contracts.filter(({ tool }) => permits(run, tool))) {
    const { operation } = contract;
    if (operation.kind !== "rest" || !contract.ownsRoute) continue;
    const path = `${operation.backend.mount === "/" ? "" : operation.backend.mount}${operation.path.template}`;
    const item = paths.get(path) ?? {};
    item[operation.method.toLowerCase()] = describeOperation(
      {
        contract,
        tool: showTool(contract, run),
        restrictions: restrictionsOf(run.grants, contract.tool) ?? UNRESTRICTED,
        components,
      },
      operation,
    );
    paths.set(path, item);
  }
  return {
    openapi: "3.1.0",
    info: { title: "Tools behind checkrein", version: surfaceDigest(catalog, run).slice(0, 12) },
    paths: Object.fromEntries(paths),
    components: { schemas: { ...components.schemas(), Refusal: REFUSAL } },
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
    retryAfter: { type: "integer" },
    approval: { type: "object" },
    claim: { type: "string" },
    attempts: { type: "object" },
    backend: { type: "object" },
  },
});

/** The agent's own argument behind a value; undefined where the sidecar sets it. */
const argumentOf = ({ contract, restrictions }: Shown, source: ValueSource): string | undefined => {
  if (!("argument" in source) || Object.hasOwn(contract.claimPins, source.argument)) return undefined;
  return isPinned(restrictions.get(source.argument)) ? undefined : source.argument;
};

const schemaOf = ({ contract, restrictions, components }: Shown, argument: string): unknown => {
  const { properties } = contract.inputSchema;
  const own = isJsonObject(properties) ? memberOf(properties, argument) : undefined;
  const schema = (own ?? true) as JsonSchema; // a property of a loaded schema
  const source = { owner: contract.tool, root: contract.inputSchema };
  return components.place(source, narrowArgument(schema, restrictions.get(argument) ?? []));
};

const isRequired = ({ contract, restrictions }: Shown, argument: string): boolean => {
  const { required } = contract.inputSchema;
  return restrictions.has(argument) || (Array.isArray(required) && required.includes(argument));
};

const describeOperation = (shown: Shown, operation: RestOperation): Json => ({
  operationId: shown.contract.tool,
  description: shown.tool.description,
  parameters: operation.parameters.flatMap((parameter) => describeParameter(shown, parameter)),
  ...(operation.body === undefined ? {} : { requestBody: describeBody(shown, operation.body) }),
  responses: {
    "2XX": describeAnswer(shown),
    default: {
      description: "A refusal",
      content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Refusal" } } },
    },
  },
});

const describeAnswer = ({ contract, components }: Shown): Json => {
  const root = contract.output.schema;
  if (root === undefined) return { description: "The result" };
  const { $defs: _moved, ...schema } = root;
  return {
    description: "The result",
    content: { "application/json": { schema: components.place({ owner: `${contract.tool}.output`, root }, schema) } },
  };
};

const describeParameter = (shown: Shown, parameter: Parameter): readonly Json[] => {
  const argument = argumentOf(shown, parameter.source);
  if (argument === undefined) return [];
  const schema = schemaOf(shown, argument);
  const described = { schema, ...parameterExamples(shown.tool.examples, argument) };
  const form = parameter.json
    ? { content: { "application/json": described } }
    : { ...described, style: parameter.style, explode: parameter.explode };
  return [
    {
      name: parameter.name,
      in: parameter.in,
      required: parameter.in === "path" || isRequired(shown, argument),
      ...form,
    },
  ];
};

const describeBody = (shown: Shown, plan: BodyPlan): Json => {
  const { shape } = plan;
  if (shape.kind === "whole") {
    const argument = argumentOf(shown, shape.source);
    const whole = argument === undefined ? true : schemaOf(shown, argument);
    const examples = argument === undefined ? {} : parameterExamples(shown.tool.examples, argument);
    return { required: plan.required, content: { [plan.mediaType]: { schema: whole, ...examples } } };
  }
  const members = shape.members.flatMap(({ name, source }) => {
    const argument = argumentOf(shown, source);
    return argument === undefined ? [] : [{ name, argument }];
  });
  const schema = {
    type: "object",
    properties: Object.fromEntries(members.map(({ name, argument }) => [name, schemaOf(shown, argument)])),
    required: members.filter(({ argument }) => isRequired(shown, argument)).map(({ name }) => name),
    additionalProperties: shape.open,
  };
  const examples = bodyExamples(shown.tool.examples, members);
  return { required: plan.required, content: { [plan.mediaType]: { schema, ...examples } } };
};

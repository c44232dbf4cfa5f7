// What a contract's input comes to: one schema, and the place in the upstream request of each argument and pin.
import { type JsonObject, memberOf } from "../../call.ts";
import type { JsonSchema, SchemaObject } from "../../schema/schema.ts";
import type { BodyPlan, Parameter, ValueSource } from "../contract.ts";
import type { ContractDeclaration } from "../define.ts";
import { bindArguments } from "../document/bind.ts";
import { exposeOperation } from "../document/expose.ts";
import { flatMembers } from "../document/flat.ts";
import type { DocumentOperation } from "../document/operation.ts";
import { splitPins } from "../rule/declaration.ts";
import { type Problem, type ReadSchema, readAuthored } from "./arguments.ts";
import { type ClaimPins, placeIn, readClaimPins } from "./claim-pins.ts";
import { checkFit } from "./fit.ts";
import { type OwnCheck, type OwnPlan, createOwnCheck } from "./own-check.ts";

export interface ContractRequest {
  readonly input: ReadSchema;
  readonly formats: "assert" | "annotate";
  readonly parameters: readonly Parameter[];
  readonly body: BodyPlan | undefined;
  readonly claimPins: ClaimPins;
  readonly notices: readonly string[];
  /** Of an authored input: members of the operation that no argument sets. */
  readonly leftOut?: readonly string[];
  /** Of an authored input, which may be narrower: what the operation itself takes, as a whole and at each place. */
  readonly takes?: OwnCheck;
  readonly own?: Pick<OwnPlan, "parameters" | "body">;
}

const EMPTY: SchemaObject = Object.freeze({ type: "object", properties: {}, additionalProperties: false });
export const NO_INPUT: ReadSchema = { schema: EMPTY, runChecks: undefined, checks: [], functions: [], problems: [] };
const NO_REQUEST: ContractRequest = {
  input: NO_INPUT,
  formats: "assert",
  parameters: [],
  body: undefined,
  claimPins: {},
  notices: [],
};

const readInput = ({ input }: ContractDeclaration, problems: Problem[]): ReadSchema => {
  if (input === undefined) return NO_INPUT;
  const read = readAuthored(input, "input", true);
  problems.push(...read.problems);
  if (read.problems.length === 0 && read.schema["type"] !== "object") {
    problems.push({ place: "input", message: "input must be one object", mend: "use z.strictObject({…})" });
  }
  return read;
};

/** A tool of the agent's own process, or one whose operation was not found: its input is checked all the same. */
export const readLocal = (declaration: ContractDeclaration, problems: Problem[]): ContractRequest => {
  const isLocal = declaration.operation?.kind === "local";
  for (const member of ["pin", "map", "encodedSlash", "output", "errors"] as const) {
    if (!isLocal || declaration[member] === undefined) continue;
    problems.push({
      place: member,
      message: `a local tool forwards nothing: ${member} has no meaning`,
      mend: `leave ${member} out`,
    });
  }
  if (isLocal && declaration.input === undefined)
    problems.push({
      place: "input",
      message: "a local tool has no document to take its input from",
      mend: "add input",
    });
  return { ...NO_REQUEST, input: readInput(declaration, problems) };
};

export const readRequest = (
  declaration: ContractDeclaration,
  operation: DocumentOperation,
  problems: Problem[],
): ContractRequest => {
  const request =
    declaration.input === undefined
      ? readAsIs(declaration, operation, problems)
      : readNarrowed(declaration, operation, { problems, own: createOwnCheck });
  return { ...request, parameters: withSlashes(declaration.encodedSlash ?? [], request.parameters, problems) };
};

/** Marks the path arguments that may have `/` in them. */
const withSlashes = (
  names: readonly string[],
  parameters: readonly Parameter[],
  problems: Problem[],
): readonly Parameter[] => {
  const isNamed = ({ in: place, source }: Parameter, name: string): boolean =>
    place === "path" && "argument" in source && source.argument === name;
  for (const name of problems.length > 0 ? [] : names) {
    if (parameters.some((parameter) => isNamed(parameter, name))) continue;
    problems.push({
      place: "encodedSlash",
      message: `'${name}' is no argument of the path`,
      mend: "name arguments that stand in the path, or leave encodedSlash out",
    });
  }
  return parameters.map((parameter) =>
    names.some((name) => isNamed(parameter, name)) ? { ...parameter, encodedSlash: true } : parameter,
  );
};

interface Narrowing {
  readonly problems: Problem[];
  readonly own: (operation: DocumentOperation, plan: OwnPlan) => OwnCheck;
}

export const readNarrowed = (
  declaration: ContractDeclaration,
  operation: DocumentOperation,
  { problems, own }: Narrowing,
): ContractRequest => {
  for (const { pointer, message, mend } of operation.problems)
    problems.push({ place: `operation at ${pointer}`, message, mend });
  const input = readInput(declaration, problems);
  const names = Object.keys(Object(input.schema["properties"]));
  const isRead = input.problems.length === 0 && input.schema["type"] === "object" && namesAll(input.schema, problems);
  if (!isRead && names.length === 0) return { ...NO_REQUEST, input };
  const required = new Set(Array.isArray(input.schema["required"]) ? input.schema["required"] : []);
  const { pins, claims } = splitPins(declaration.pin);
  const binding = bindArguments(operation, {
    arguments: names,
    optional: new Set(names.filter((name) => !required.has(name))),
    pins,
    claimPins: [...claims.keys()],
    map: declaration.map ?? {},
  });
  problems.push(...binding.problems);
  if (isRead && binding.problems.length === 0)
    problems.push(...checkFit(input.schema, placesOf(binding.parameters, binding.body), operation.noun));
  const claimPins = readClaimPins(claims, placeIn(binding, operation.parameters), problems);
  const leftOut = namesLeftOut(operation, placesOf(binding.parameters, binding.body));
  const takes = own(operation, { names, ...binding });
  const read = { input, formats: "assert", notices: [], ...readByInput(binding, input.schema) } as const;
  return { ...read, claimPins, leftOut, takes, own: binding };
};

const namesLeftOut = (
  operation: DocumentOperation,
  places: readonly { readonly name: string; readonly source: ValueSource }[],
): readonly string[] => {
  const set = new Set(places.filter(({ source }) => "argument" in source).map(({ name }) => name));
  const { members } = flatMembers(operation, { exact: false });
  return members.filter(({ name }) => !set.has(name)).flatMap(({ argument, name }) => [argument, name]);
};

/** An argument that is accepted and has no name here would be bound nowhere: dropped in silence. */
const namesAll = ({ additionalProperties, patternProperties }: SchemaObject, problems: Problem[]): boolean => {
  const isClosed = additionalProperties === false && Object.keys(Object(patternProperties)).length === 0;
  if (!isClosed)
    problems.push({
      place: "input",
      message: "the outermost object takes arguments that it does not name, so that they have no place in the request",
      mend: "name every argument: z.strictObject({…}), or properties with additionalProperties: false",
    });
  return isClosed;
};

const placesOf = (
  parameters: readonly Parameter[],
  body: BodyPlan | undefined,
): readonly { readonly name: string; readonly source: ValueSource; readonly schema: JsonSchema }[] => {
  if (body === undefined) return parameters;
  return [...parameters, ...(body.shape.kind === "members" ? body.shape.members : [{ name: "body", ...body.shape }])];
};

/** Texts on the wire are read by the author's schema, which may be narrower than the operation's. */
const readByInput = (
  binding: { readonly parameters: readonly Parameter[]; readonly body: BodyPlan | undefined },
  input: SchemaObject,
): Pick<ContractRequest, "parameters" | "body"> => {
  const narrowed = <T extends { readonly source: ValueSource; readonly schema: JsonSchema }>(place: T): T => {
    const properties = Object(input["properties"]);
    if (!("argument" in place.source) || !Object.hasOwn(properties, place.source.argument)) return place;
    const own: unknown = Reflect.get(properties, place.source.argument);
    return { ...place, schema: { $defs: input["$defs"] ?? {}, allOf: [own] } };
  };
  const { parameters, body } = binding;
  const shape = body?.shape;
  return {
    parameters: parameters.map(narrowed),
    body:
      body === undefined || shape?.kind !== "members"
        ? body
        : { ...body, shape: { ...shape, members: shape.members.map(narrowed) } },
  };
};

/** The operation as the document has it, without what is pinned. */
const readAsIs = (
  declaration: ContractDeclaration,
  operation: DocumentOperation,
  problems: Problem[],
): ContractRequest => {
  const exposed = exposeOperation(operation);
  for (const { pointer, message, mend } of exposed.problems)
    problems.push({ place: `operation at ${pointer}`, message, mend });
  if (declaration.map !== undefined)
    problems.push({ place: "map", message: "map has no meaning without input", mend: "add input, or leave map out" });
  const { inputSchema, notices } = exposed;
  const names = Object.keys(declaration.pin ?? {});
  const { pins, claims } = splitPins(declaration.pin);
  const request = pinPlaces(exposed, pins);
  const places = placesOf(request.parameters, request.body);
  for (const name of names) {
    if (Object.hasOwn(Object(inputSchema["properties"]), name)) continue;
    problems.push({
      place: `pin.${name}`,
      message: `the operation has no member '${name}'`,
      mend: `use one of: ${Object.keys(Object(inputSchema["properties"])).join(", ")}`,
    });
  }
  problems.push(
    ...checkFit(
      EMPTY,
      places.filter(({ source }) => "pinned" in source),
    ),
  );
  const input = { ...NO_INPUT, schema: withoutMembers(inputSchema, new Set(names)) };
  const claimPins = readClaimPins(claims, placeIn(request, operation.parameters), problems);
  return { input, formats: "annotate", notices, claimPins, ...request };
};

const pinPlaces = (
  { parameters, body }: Pick<ContractRequest, "parameters" | "body">,
  pins: JsonObject,
): Pick<ContractRequest, "parameters" | "body"> => {
  const pinned = <T extends { readonly source: ValueSource }>(place: T): T => {
    const value = "argument" in place.source ? memberOf(pins, place.source.argument) : undefined;
    return value === undefined ? place : { ...place, source: { pinned: value } };
  };
  if (body === undefined) return { parameters: parameters.map(pinned), body };
  const shape =
    body.shape.kind === "whole" ? pinned(body.shape) : { ...body.shape, members: body.shape.members.map(pinned) };
  return { parameters: parameters.map(pinned), body: { ...body, shape } };
};

const withoutMembers = (schema: SchemaObject, pins: ReadonlySet<string>): SchemaObject => {
  if (pins.size === 0) return schema;
  // Where other members are taken, a pinned name has to stay refused.
  const isClosed = schema["additionalProperties"] === false;
  const properties = Object.entries(Object(schema["properties"]))
    .filter(([name]) => !isClosed || !pins.has(name))
    .map(([name, member]) => [name, pins.has(name) ? false : member]);
  const required = Array.isArray(schema["required"])
    ? schema["required"].filter((name) => !pins.has(String(name)))
    : [];
  return { ...schema, properties: Object.fromEntries(properties), required };
};

// Whether a value can have something at a JSON Pointer pattern, as far as its schema says. What the schema leaves open can be
// there: only what would be refused in an input, or dropped from an output, cannot.
import { escapePointer, unescapePointer } from "../../json/pointer.ts";
import { children, isSchemaObject } from "../../schema/keywords.ts";
import {
  declaresItems,
  declaresMembers,
  itemSchemas,
  memberNames,
  memberSchemas,
  spread,
} from "../../schema/location.ts";
import { createResolver } from "../../schema/resolve.ts";
import type { JsonSchema, SchemaObject } from "../../schema/schema.ts";
import { readWireType } from "../wire-type.ts";

/** `no scalar`: a list or an object is there, and never one value. */
export type Reach = "nothing" | "scalar" | "no scalar";

export interface SchemaReach {
  /** In the pattern `*` stands for every entry of an array and every member of an object. */
  at(pattern: string): Reach;
  /** Names of the outermost members. */
  readonly names: readonly string[];
}

export interface ArgumentReach {
  readonly names: readonly string[];
  reach(argument: string, pattern?: string): Reach;
  isOptional(argument: string): boolean;
}

/** The same by argument: pins are arguments, too, of which the agent's schema says nothing. */
export const argumentReach = (input: SchemaObject, pinned: readonly string[]): ArgumentReach => {
  let known: SchemaReach | undefined;
  const read = (): SchemaReach => (known ??= createReach(input));
  return {
    get names() {
      return [...read().names, ...pinned];
    },
    isOptional: (argument) => !pinned.includes(argument) && !isRequired(input, argument),
    reach: (argument, pattern = "") =>
      pinned.includes(argument) ? "scalar" : read().at(`/${escapePointer(argument)}${pattern}`),
  };
};

const isRequired = ({ required }: SchemaObject, name: string): boolean =>
  Array.isArray(required) && required.includes(name);

type Target = (schema: SchemaObject) => JsonSchema | undefined;

export const createReach = (schema: JsonSchema): SchemaReach => {
  const { target } = createResolver(schema);
  return {
    names: memberNames(spread([schema], target)),
    at: (pattern) => {
      let schemas: readonly JsonSchema[] = [schema];
      for (const token of pattern.split("/").slice(1)) {
        const below = stepInto(schemas, token, target);
        if (below === "anything") return "scalar";
        if (below.length === 0) return "nothing";
        schemas = below;
      }
      return schemas.every((one) => isNoScalar(one, schema)) ? "no scalar" : "scalar";
    },
  };
};

const isNoScalar = (schema: JsonSchema, root: JsonSchema): boolean =>
  [...readWireType(schema, root).types].every((type) => type === "array" || type === "object" || type === "null");

const stepInto = (
  schemas: readonly JsonSchema[],
  token: string,
  target: Target,
): readonly JsonSchema[] | "anything" => {
  if (schemas.includes(true)) return "anything";
  const parts = spread(schemas, target);
  const name = unescapePointer(token);
  const below = parts.flatMap((part) => schemasBelow(part, token, name));
  if (below.length > 0) return below;
  const isClosed = schemas.every((one) => isSchemaObject(one) && closes(one));
  return !isClosed && parts.some((part) => isOpen(part, token, name)) ? "anything" : [];
};

const isIndex = (name: string): boolean => /^(?:0|[1-9]\d{0,8})$/.test(name);

const INSIDE: ReadonlySet<string> = new Set(
  "properties patternProperties additionalProperties unevaluatedProperties prefixItems items contains unevaluatedItems".split(
    " ",
  ),
);

const schemasBelow = (part: SchemaObject, token: string, name: string): readonly JsonSchema[] => {
  if (token === "*")
    return children(part).flatMap(({ keyword, schema }) => (INSIDE.has(keyword) && schema !== false ? [schema] : []));
  return [...memberSchemas(part, name), ...(isIndex(name) ? itemSchemas(part, Number(name)) : [])];
};

const closes = (schema: SchemaObject): boolean =>
  schema["additionalProperties"] === false || schema["unevaluatedProperties"] === false;

const IN_PLACE = ["$ref", "allOf", "anyOf", "oneOf", "if", "dependentSchemas", "enum", "const"];

/** Says nothing about what is inside, though there may be something. A choice between forms says it in its forms. */
const isOpen = (part: SchemaObject, token: string, name: string): boolean => {
  if (Array.isArray(part["required"]) && part["required"].includes(name)) return true;
  if (IN_PLACE.some((keyword) => Object.hasOwn(part, keyword))) return false;
  const types: readonly unknown[] = Array.isArray(part["type"]) ? part["type"] : [part["type"] ?? "any"];
  const takes = (type: string): boolean => types.includes(type) || types.includes("any");
  return (
    (takes("object") && !declaresMembers(part)) ||
    (takes("array") && !declaresItems(part) && (token === "*" || isIndex(name)))
  );
};

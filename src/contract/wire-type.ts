// The JSON types that a schema lets through at a place, as far as they can be read off it. Load compares them with the
// operation's, and the REST ingress reads texts by them. It judges no value: that is the one validator's part.
import { valueAt } from "../json/pointer.ts";
import { isSchema } from "../schema/keywords.ts";
import type { JsonSchema, SchemaObject } from "../schema/schema.ts";
import { localPointer } from "./document/reference.ts";

/** The JSON types that a schema lets through at one place, and what it says about members. */
export interface WireType {
  readonly types: ReadonlySet<string>;
  /** Every value is one of the literals. */
  readonly onlyLiterals: boolean;
  /** Scalars that stand in the schema as such (`enum`, `const`), by the text they are written as. */
  readonly literals: ReadonlyMap<string, unknown>;
  readonly items: WireType | undefined;
  readonly members: ReadonlyMap<string, WireType>;
  /** Members that must be there, where the schema says it plainly (no choice between forms). */
  readonly required: ReadonlySet<string>;
  /** Members without a name are refused. */
  readonly isClosed: boolean;
  /** The type of members without a name in the schema, when those are taken. */
  readonly others: WireType | undefined;
}

/** Types of a schema that names none. */
export const ALL_TYPES: readonly string[] = ["string", "number", "integer", "boolean", "array", "object"];
const MAX_DEPTH = 8;

/** Reads the wire type of a schema. `root` is what its references are looked up in: itself, unless it stands inside. */
export const readWireType = (schema: JsonSchema, root: JsonSchema = schema): WireType =>
  readPart(schema, typeof root === "boolean" ? {} : root, 0);

/** A wire type under way. `isFree`: some form of it is no literal. */
interface Draft {
  readonly root: SchemaObject;
  readonly depth: number;
  readonly types: Set<string>;
  readonly literals: Map<string, unknown>;
  readonly members: Map<string, WireType>;
  readonly required: Set<string>;
  items: WireType | undefined;
  others: WireType | undefined;
  isClosed: boolean;
  isFree: boolean;
}

/** Where a part stands: inside a choice between forms, or under a type that already says what is let through. */
interface Around {
  readonly isChoice: boolean;
  readonly isTyped: boolean;
  readonly seen: ReadonlySet<unknown>;
}

const readPart = (schema: JsonSchema, root: SchemaObject, depth: number): WireType => {
  const draft: Draft = {
    root,
    depth,
    types: new Set(),
    literals: new Map(),
    members: new Map(),
    required: new Set(),
    items: undefined,
    others: undefined,
    isClosed: false,
    isFree: false,
  };
  visit(draft, schema, { isChoice: false, isTyped: false, seen: new Set() });
  const { types, literals, members, required, items, others, isClosed, isFree } = draft;
  const isUntyped = types.size === 0;
  return {
    types: isUntyped ? new Set(ALL_TYPES) : types,
    literals,
    onlyLiterals: literals.size > 0 && !isFree,
    members,
    required,
    items,
    others,
    isClosed,
  };
};

const visit = (draft: Draft, part: JsonSchema, around: Around): void => {
  if (draft.depth > MAX_DEPTH || around.seen.has(part)) return;
  if (typeof part === "boolean" || isBare(part)) {
    if (part !== false && around.isChoice && !around.isTyped) for (const type of ALL_TYPES) draft.types.add(type);
    if (typeof part === "boolean") return;
  }
  const hasLiterals = addLiterals(part, draft, around);
  if (!around.isTyped && !hasLiterals) addTypes(part, draft);
  addMembers(part, draft, around);
  const inside = {
    isTyped: around.isTyped || part["type"] !== undefined || hasLiterals,
    seen: new Set([...around.seen, part]),
  };
  for (const branch of choicesOf(part)) visit(draft, branch, { ...inside, isChoice: true });
  for (const branch of partsOf(part, draft.root)) visit(draft, branch, { ...inside, isChoice: around.isChoice });
};

/** Says nothing about the type of a value. */
const isBare = (part: SchemaObject): boolean =>
  !["type", "enum", "const", "$ref", "anyOf", "oneOf", "allOf"].some((keyword) => keyword in part);

const addMembers = (part: SchemaObject, draft: Draft, around: Around): void => {
  const read = (schema: JsonSchema): WireType => readPart(schema, draft.root, draft.depth + 1);
  for (const [name, member] of Object.entries(objectAt(part, "properties")))
    if (isSchema(member)) draft.members.set(name, read(member));
  const { items, additionalProperties, required } = part;
  if (isSchema(items)) draft.items ??= read(items);
  if (isSchema(additionalProperties) && additionalProperties !== false) draft.others ??= read(additionalProperties);
  if (around.isChoice) return;
  if (Array.isArray(required)) for (const name of required) draft.required.add(String(name));
  if (additionalProperties === false || part["unevaluatedProperties"] === false) draft.isClosed = true;
};

const objectAt = (schema: SchemaObject, keyword: string): SchemaObject => {
  const value = schema[keyword];
  return isSchema(value) && typeof value !== "boolean" ? value : {};
};

const addTypes = (schema: SchemaObject, draft: Draft): void => {
  const { type } = schema;
  const types: readonly unknown[] = Array.isArray(type) ? type : [type];
  const isWhole = Number.isInteger(schema["multipleOf"]);
  for (const one of types) if (typeof one === "string") draft.types.add(one === "number" && isWhole ? "integer" : one);
  if (types.some((one) => typeof one === "string" && one !== "null")) draft.isFree = true;
};

/** Whether the part lets literals through and nothing else. */
const addLiterals = (schema: SchemaObject, draft: Draft, around: Around): boolean => {
  const values = "const" in schema ? [schema["const"]] : schema["enum"];
  if (!Array.isArray(values)) return false;
  for (const value of values) {
    if (value !== null && typeof value === "object") draft.isFree = true;
    else if (value !== null) draft.literals.set(String(value), value);
    if (!around.isTyped) draft.types.add(typeOf(value));
  }
  return true;
};

const typeOf = (value: unknown): string => {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return Number.isInteger(value) ? "integer" : typeof value;
};

const listAt = (schema: SchemaObject, keyword: string): readonly JsonSchema[] => {
  const list = schema[keyword];
  return Array.isArray(list) ? list.filter(isSchema) : [];
};

const choicesOf = (schema: SchemaObject): readonly JsonSchema[] => [
  ...listAt(schema, "anyOf"),
  ...listAt(schema, "oneOf"),
];

const partsOf = (schema: SchemaObject, root: SchemaObject): readonly JsonSchema[] => {
  const reference = schema["$ref"];
  const pointer = typeof reference === "string" ? localPointer(reference) : undefined;
  const target = pointer === undefined ? undefined : valueAt(root, pointer);
  return isSchema(target) ? [...listAt(schema, "allOf"), target] : listAt(schema, "allOf");
};

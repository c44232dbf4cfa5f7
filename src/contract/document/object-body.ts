// Whether a body is one plain object, and then its members: each becomes an argument of its own.
//
// Two questions, two answers. By its *structure* a body is an object when its type is (also merged by allOf and through
// $ref); an authored contract binds by that, as its types do. It is *exact* when flattening loses nothing of the
// schema's meaning; an operation exposed as it is flattens only then, else the whole body is one argument.
import { type JsonObject, isJsonObject } from "../../call.ts";
import { namesOf } from "./body.ts";
import type { OpenApiDocument } from "./read-document.ts";
import { entriesOf, listOf, resolve, step } from "./reference.ts";
import { markedMembers, partsOf } from "./parts.ts";
import { typesOf, upgrade } from "./upgrade.ts";

interface BodyMemberView {
  readonly name: string;
  readonly required: boolean;
  readonly schema: unknown;
  readonly pointer: string;
}

/** A choice between sets of members that have to be there. */
interface RequiredChoice {
  readonly keyword: "anyOf" | "oneOf";
  readonly sets: readonly (readonly string[])[];
}

export interface ObjectBody {
  readonly members: readonly BodyMemberView[];
  /** What the document says about further members, if it says something. */
  readonly additional: { readonly schema: unknown; readonly pointer: string } | undefined;
  readonly choices: readonly RequiredChoice[];
  readonly exact: boolean;
}

interface Draft {
  readonly document: OpenApiDocument;
  readonly members: Map<string, { readonly schema: unknown; readonly pointer: string }>;
  readonly required: Set<string>;
  readonly choices: RequiredChoice[];
  additional: ObjectBody["additional"];
  isClosed: boolean;
  exact: boolean;
}

/** The body as one object; undefined for unions, nullable objects, lists and scalars. */
export const readObjectBody = (document: OpenApiDocument, schema: unknown, pointer: string): ObjectBody | undefined => {
  const draft: Draft = {
    document,
    members: new Map(),
    required: new Set(),
    choices: [],
    additional: undefined,
    isClosed: false,
    exact: true,
  };
  if (!addPart(draft, schema, pointer, 0)) return undefined;
  hideReadOnly(draft, schema);
  const { members, required, choices } = draft;
  // An object of which the document says nothing takes any member: see schemas.ts.
  const additional =
    draft.additional ?? (members.size === 0 && !draft.isClosed ? { schema: true, pointer } : undefined);
  const unknown = [...required, ...choices.flatMap(({ sets }) => sets.flat())].some((name) => !members.has(name));
  return {
    members: [...members].map(([name, found]) => ({
      name,
      required: required.has(name),
      schema: found.schema,
      pointer: found.pointer,
    })),
    additional,
    choices,
    exact: draft.exact && !unknown,
  };
};

/** Members that only answers have are no arguments; where others are let in, the name has to stay refused. */
const hideReadOnly = (draft: Draft, schema: unknown): void => {
  const { root, version } = draft.document;
  for (const name of markedMembers({ root, version }, partsOf({ root, version }, schema), "readOnly")) {
    if (!draft.members.delete(name)) continue;
    draft.required.delete(name);
    draft.isClosed = true;
    if (draft.additional !== undefined) draft.exact = false;
  }
};

/** Keywords that flattening keeps, or that judge nothing. */
const SURVIVES: ReadonlySet<string> = new Set([
  "type",
  "properties",
  "required",
  "additionalProperties",
  "allOf",
  "anyOf",
  "oneOf",
  "$ref",
  "title",
  "description",
  "default",
  "deprecated",
  "readOnly",
  "writeOnly",
  "examples",
  "format",
]);

/** False when the part makes the whole no plain object. */
const addPart = (draft: Draft, schema: unknown, pointer: string, depth: number): boolean => {
  if (!isJsonObject(schema) || depth > 32) return false;
  const own = upgrade(schema, draft.document.version);
  const types = typesOf(own);
  const merges =
    own["$ref"] !== undefined || own["allOf"] !== undefined || isSingle(own["anyOf"]) || isSingle(own["oneOf"]);
  if (types === undefined ? own["properties"] === undefined && !merges : types.join() !== "object") return false;
  if (!Object.keys(own).every((name) => SURVIVES.has(name)) || own["x-secret"] !== undefined) draft.exact = false;
  addMembers(draft, own, pointer, depth);
  return (
    addReference(draft, own, pointer, depth) &&
    addAll(draft, own, pointer, depth) &&
    addChoice(draft, own, "anyOf", pointer, depth) &&
    addChoice(draft, own, "oneOf", pointer, depth)
  );
};

const isSingle = (list: unknown): boolean => listOf(list).length === 1;

const addMembers = (draft: Draft, own: JsonObject, pointer: string, depth: number): void => {
  for (const [name, schema] of entriesOf(own["properties"])) {
    if (draft.members.has(name)) draft.exact = false;
    else draft.members.set(name, { schema, pointer: step(pointer, "properties", name) });
  }
  for (const name of namesOf(own["required"])) draft.required.add(name);
  if (own["additionalProperties"] === undefined) return;
  // Of a part alone it would also judge the members of the other parts.
  if (depth > 0) draft.exact = false;
  else if (own["additionalProperties"] === false) draft.isClosed = true;
  else draft.additional = { schema: own["additionalProperties"], pointer: step(pointer, "additionalProperties") };
};

/** Behind a bare reference stands the same schema; beside other keywords it is one part of two. */
const addReference = (draft: Draft, own: JsonObject, pointer: string, depth: number): boolean => {
  if (own["$ref"] === undefined) return true;
  const isBare = Object.keys(own).every((name) => name === "$ref" || name === "title" || name === "description");
  const resolved = resolve(draft.document.root, { $ref: own["$ref"] }, pointer);
  if (!resolved.ok) return false;
  return addPart(draft, resolved.value, resolved.pointer, isBare ? depth : depth + 1);
};

const addAll = (draft: Draft, own: JsonObject, pointer: string, depth: number): boolean => {
  if (own["additionalProperties"] !== undefined && own["allOf"] !== undefined) draft.exact = false;
  return listOf(own["allOf"]).every((part, index) => {
    const names = requiredOnly(part);
    if (names === undefined) return addPart(draft, part, step(pointer, "allOf", index), depth + 1);
    for (const name of names) draft.required.add(name);
    return true;
  });
};

const addChoice = (
  draft: Draft,
  own: JsonObject,
  keyword: RequiredChoice["keyword"],
  pointer: string,
  depth: number,
): boolean => {
  if (own[keyword] === undefined) return true;
  const [only, ...others] = listOf(own[keyword]);
  // A choice of one is none; openapi-typescript sees the object in it, too.
  if (others.length === 0 && requiredOnly(only) === undefined)
    return addPart(draft, only, step(pointer, keyword, 0), depth + 1);
  const sets = listOf(own[keyword]).map(requiredOnly);
  if (!sets.every((set) => set !== undefined)) return false;
  draft.choices.push({ keyword, sets });
  return true;
};

/** The names, when a schema says nothing but which members have to be there. */
const requiredOnly = (schema: unknown): readonly string[] | undefined => {
  if (!isJsonObject(schema) || !Array.isArray(schema["required"])) return undefined;
  const isOnly = Object.keys(schema).every(
    (name) => ["required", "title", "description"].includes(name) || (name === "type" && schema["type"] === "object"),
  );
  return isOnly ? namesOf(schema["required"]) : undefined;
};

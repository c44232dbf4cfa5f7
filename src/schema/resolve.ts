// Finds what a `$ref` means inside one self-contained schema: pointers, `$anchor` and embedded `$id` resources.
// Nothing is ever fetched; a reference that leaves the schema has no target, and `inspect.ts` refuses it.
import { escapePointer, valueAt } from "../json/pointer.ts";
import { children, isSchema, isSchemaObject } from "./keywords.ts";
import type { JsonSchema, SchemaObject } from "./schema.ts";

/** One schema object and where it stands. */
interface SchemaPlace {
  readonly schema: JsonSchema;
  readonly pointer: string;
  readonly base: string;
}

export interface Resolver {
  /** Every schema of the document, outermost first, those behind unknown keywords only when a reference names them. */
  readonly places: readonly SchemaPlace[];
  /** The schema that this object's `$ref` names; undefined when it is not inside the document. */
  target(schema: SchemaObject): JsonSchema | undefined;
  /** Identifiers that stand twice. */
  readonly duplicates: readonly SchemaPlace[];
}

const localBase = "checkrein:/schema";

const join = (base: string, reference: string): string => {
  if (reference === "") return base;
  if (reference.startsWith("#")) return `${base}${reference}`;
  try {
    return new URL(reference, base).href;
  } catch {
    return reference;
  }
};

const decodeFragment = (fragment: string): string | undefined => {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return undefined;
  }
};

interface Index {
  readonly places: SchemaPlace[];
  readonly bases: Map<SchemaObject, string>;
  readonly resources: Map<string, SchemaObject>;
  readonly anchors: Map<string, SchemaObject>;
  readonly duplicates: SchemaPlace[];
}

const register = (table: Map<string, SchemaObject>, name: string, place: SchemaPlace, index: Index): void => {
  if (table.has(name)) index.duplicates.push(place);
  // Only places of schema objects come here.
  else table.set(name, place.schema as SchemaObject);
};

const visit = (index: Index, start: SchemaPlace): void => {
  const waiting: SchemaPlace[] = [start];
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    const { schema, pointer } = place;
    if (!isSchemaObject(schema)) {
      index.places.push(place);
      continue;
    }
    if (index.bases.has(schema)) continue;
    const base = typeof schema["$id"] === "string" ? join(place.base, schema["$id"]).replace(/#$/, "") : place.base;
    index.bases.set(schema, base);
    index.places.push({ schema, pointer, base });
    if (base !== place.base) register(index.resources, base, place, index);
    if (typeof schema["$anchor"] === "string") register(index.anchors, `${base}#${schema["$anchor"]}`, place, index);
    const inner = children(schema).map((child) => ({
      schema: child.schema,
      pointer: `${pointer}/${child.path.map(escapePointer).join("/")}`,
      base,
    }));
    waiting.push(...inner.toReversed());
  }
};

const lookUp = (index: Index, uri: string): unknown => {
  const at = uri.indexOf("#");
  const resource = index.resources.get(at < 0 ? uri : uri.slice(0, at));
  const fragment = decodeFragment(at < 0 ? "" : uri.slice(at + 1));
  if (resource === undefined || fragment === undefined) return undefined;
  if (fragment === "") return resource;
  return fragment.startsWith("/") ? valueAt(resource, fragment) : index.anchors.get(uri);
};

/** Reads a schema once. Shared sub-objects (the same JavaScript object twice) are one place. */
export const createResolver = (root: JsonSchema): Resolver => {
  const index: Index = {
    places: [],
    bases: new Map(),
    resources: new Map(),
    anchors: new Map(),
    duplicates: [],
  };
  if (isSchemaObject(root)) index.resources.set(localBase, root);
  visit(index, { schema: root, pointer: "", base: localBase });
  const found = new Map<SchemaObject, JsonSchema | undefined>();
  const target = (schema: SchemaObject): JsonSchema | undefined => {
    if (found.has(schema)) return found.get(schema);
    const reference = schema["$ref"];
    const base = index.bases.get(schema) ?? localBase;
    const value = typeof reference === "string" ? lookUp(index, join(base, reference)) : undefined;
    const result = isSchema(value) ? value : undefined;
    found.set(schema, result);
    if (isSchemaObject(result) && !index.bases.has(result))
      visit(index, { schema: result, pointer: pointerOf(reference), base });
    return result;
  };
  // References into unknown keywords bring new places, whose own references bring more.
  for (const place of index.places) if (isSchemaObject(place.schema)) target(place.schema);
  return { places: index.places, target, duplicates: index.duplicates };
};

const pointerOf = (reference: unknown): string => String(reference).replace(/^[^#]*#?/, "");

// A tool's input schema as far as it can be read, for a contract that narrows it: the author's schema is what is enforced and
// shown, and the server's is there for comparison. What cannot be read says nothing.
import { type JsonObject, isJsonObject } from "../../call.ts";
import { toDraft2020 } from "../../schema/draft-07.ts";
import { inspectSchema } from "../../schema/inspect.ts";
import { isSchemaObject } from "../../schema/keywords.ts";
import { createResolver } from "../../schema/resolve.ts";
import type { JsonSchema, SchemaObject } from "../../schema/schema.ts";
import { readObjectBody } from "../document/object-body.ts";
import { createPathTable } from "../document/paths.ts";
import type { OpenApiDocument } from "../document/read-document.ts";
import { entriesOf, step } from "../document/reference.ts";
import { createDocumentSchemas } from "../document/schemas.ts";
import { mapSchemas } from "./map-schemas.ts";

/** The schema as the one schema of a document: 2020-12, every reference a pointer, one plain object. */
export const readableDocument = (inputSchema: JsonObject): OpenApiDocument => {
  const converted = toDraft2020(inputSchema);
  if (!converted.ok || !isSchemaObject(converted.schema)) return createDocument({ type: "object" });
  const whole = createDocument(withNames(withPointers(converted.schema)));
  const isPlain = readObjectBody(whole, whole.root, "") !== undefined && !hasPatterns(whole.root);
  return isPlain && isReadable(whole, whole.root, "") ? whole : createDocument(reduce(whole));
};

const createDocument = (root: JsonObject): OpenApiDocument => {
  const source = { root, version: "3.1" } as const;
  const paths = createPathTable([]);
  return { file: "", ...source, schemas: createDocumentSchemas(source), templates: new Map(), paths };
};

/** A tool that says `properties: {}` names all its arguments: none. */
const withNames = (root: JsonObject): JsonObject =>
  isJsonObject(root["properties"]) && Object.keys(root).every((name) => NAMING.has(name))
    ? { ...root, additionalProperties: root["additionalProperties"] ?? false }
    : root;

const NAMING: ReadonlySet<string> = new Set(
  "type properties required additionalProperties title description $defs definitions $comment".split(" "),
);

const hasPatterns = (root: JsonObject): boolean => entriesOf(root["patternProperties"]).length > 0;

const isReadable = (document: OpenApiDocument, schema: unknown, pointer: string): boolean => {
  const bundle = document.schemas.createBundle("input");
  const bundled = bundle.finish(bundle.convert(schema, pointer));
  return bundle.problems().length === 0 && inspectSchema(bundled, { formats: "annotate" }).length === 0;
};

/** The members that the outermost object names itself; others may be there, too. */
const reduce = (document: OpenApiDocument): JsonObject => {
  const { root } = document;
  const members = entriesOf(root["properties"]).map(([name, schema]) => [
    name,
    isReadable(document, schema, step("", "properties", name)) ? schema : true,
  ]);
  const { $defs = {}, definitions = {}, required = [], properties } = root;
  const kept = { type: "object", $defs, definitions, required, additionalProperties: true };
  return isJsonObject(properties) ? { ...kept, properties: Object.fromEntries(members) } : kept;
};

/** References by name or `$id` as pointers; one that leads nowhere is left out, and nothing is fetched. */
const withPointers = (root: SchemaObject): JsonObject => {
  const resolver = createResolver(root);
  const pointers = new Map<JsonSchema, string>(
    resolver.places.flatMap(({ schema, pointer }) => (isSchemaObject(schema) ? [[schema, pointer] as const] : [])),
  );
  const write = (schema: JsonSchema): JsonSchema => {
    if (!isSchemaObject(schema)) return schema;
    const entries = mapSchemas(schema, write).filter(([name]) => !NAMES.has(name));
    const target = resolver.target(schema);
    if (target === undefined) return Object.fromEntries(entries);
    const pointer = pointers.get(target);
    const own: readonly (readonly [string, unknown])[] =
      pointer === undefined ? (target === true ? [] : [["not", {}]]) : [["$ref", fragmentOf(pointer)]];
    return Object.fromEntries([...entries, ...own]);
  };
  return write(root) as JsonObject; // the JSON that it was
};

/** What says where schemas are; references are written anew. */
const NAMES: ReadonlySet<string> = new Set(
  "$ref $schema $id $anchor $dynamicRef $dynamicAnchor $recursiveRef $recursiveAnchor".split(" "),
);

const fragmentOf = (pointer: string): string => `#${pointer.split("/").map(encodeURIComponent).join("/")}`;

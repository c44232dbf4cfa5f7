// An OpenAPI 3.0 or 3.1 document, read from JSON or YAML. The document is the operator's, yet it decides what may be
// called: two readings of it must not exist, so duplicate keys, custom tags and alias bombs are refused.
import { readFileSync } from "node:fs";
import { isMap, isScalar, parseDocument, visit } from "yaml";
import { type JsonObject, isJsonObject } from "../../call.ts";
import type { SchemaProblem } from "../../schema/schema.ts";
import { parseStrictJson } from "../../json/strict-json.ts";
import { type DocumentPaths, createPathTable } from "./paths.ts";
import { entriesOf, member, step, text } from "./reference.ts";
import { type DocumentSchemas, createDocumentSchemas } from "./schemas.ts";
import type { PathTemplate } from "../contract.ts";
import { literalsOf, readTemplate } from "./template.ts";
import type { DocumentVersion } from "./upgrade.ts";

export interface OpenApiDocument {
  readonly file: string;
  readonly version: DocumentVersion;
  readonly root: JsonObject;
  readonly schemas: DocumentSchemas;
  /** Every path of the document, by its template. */
  readonly templates: ReadonlyMap<string, DocumentPath>;
  readonly paths: DocumentPaths;
}

export interface DocumentPath {
  /** As the document writes it. */
  readonly own: PathTemplate;
  /**
   * The path as the table knows it. Documents write one path twice, with other names for its parameters (GitHub:
   * `/orgs/{org}/attestations/{attestation_id}` and `…/{subject_digest}`): to a backend it is one path, and so it is here.
   */
  readonly path: PathTemplate;
  /** All templates of that path, this one included. */
  readonly writings: readonly string[];
  /** Why no operation can be offered on this path. */
  readonly problem: string | undefined;
}

type ReadDocument =
  | { readonly ok: true; readonly document: OpenApiDocument }
  | { readonly ok: false; readonly problems: readonly SchemaProblem[] };

type Parsed =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problems: readonly SchemaProblem[] };

const refused = (
  message: string,
  mend: string,
  pointer = "",
): { readonly ok: false; readonly problems: readonly SchemaProblem[] } => ({
  ok: false,
  problems: [{ pointer, message, mend }],
});

const messageOf = (error: unknown): string =>
  error instanceof Error ? (error.message.split("\n", 1)[0] ?? "") : String(error);

/** Reads the file. Problems say what no operation of the document could do without; the others come with the operations. */
export const readDocument = (file: string, read: () => Uint8Array = () => readFileSync(file)): ReadDocument => {
  let source: string;
  try {
    source = new TextDecoder("utf-8", { fatal: true }).decode(read());
  } catch (error) {
    return refused(
      `the document cannot be read: ${messageOf(error)}`,
      "give the path of a UTF-8 file, relative to the file that names it",
    );
  }
  return parseOpenApi(source, file);
};

/** The same for text at hand; `file` is for messages. */
export const parseOpenApi = (source: string, file: string): ReadDocument => {
  const parsed = /^\s*\{/.test(source) ? parseJson(source) : parseYaml(source);
  if (!parsed.ok) return parsed;
  if (!isJsonObject(parsed.value)) return refused("the document is no object", "give an OpenAPI 3.0 or 3.1 document");
  return openDocument(parsed.value, file);
};

/**
 * YAML is a superset of JSON: what starts like JSON and is none may still be a flow mapping. The value is JSON.parse's,
 * which rounds numbers as the schemas' validator does; the strict parser is asked only whether a key stands twice.
 */
const parseJson = (source: string): Parsed => {
  let value: unknown;
  try {
    value = JSON.parse(source);
  } catch {
    return parseYaml(source);
  }
  const strict = parseStrictJson(new TextEncoder().encode(source), { maxDepth: 512, unsafeNumbers: "mark" });
  if (strict.ok || strict.refusal.code !== "duplicate_key") return { ok: true, value };
  return refused(`the document has the same key twice: ${strict.refusal.detail}`, "keep one of them");
};

const sameKey = (one: unknown, other: unknown): boolean =>
  one === other || (isScalar(one) && isScalar(other) && String(one.value) === String(other.value));

const parseYaml = (source: string): Parsed => {
  const yaml = parseDocument(source, {
    version: "1.2",
    schema: "core",
    merge: false,
    uniqueKeys: sameKey,
    prettyErrors: true,
  });
  const [trouble] = [...yaml.errors, ...yaml.warnings];
  if (trouble !== undefined)
    return refused(
      `the document is no valid YAML: ${messageOf(trouble)}`,
      "correct it; keys must be unique and tags are not taken",
    );
  if (!hasPlainKeys(yaml)) return refused("a key of the document is a list or an object", "write keys as plain text");
  try {
    // Through JSON, so that aliases become copies (bounded by maxAliasCount) and a cycle fails here, not in a walk.
    return { ok: true, value: JSON.parse(JSON.stringify(yaml.toJS({ maxAliasCount: 100 })) ?? "null") };
  } catch (error) {
    return refused(
      `the document's aliases cannot be followed: ${messageOf(error)}`,
      "write the repeated parts as components and use $ref",
    );
  }
};

const hasPlainKeys = (yaml: ReturnType<typeof parseDocument>): boolean => {
  let plain = true;
  visit(yaml, {
    Map: (_, map) => {
      plain &&= isMap(map) && map.items.every(({ key }) => isScalar(key));
    },
  });
  return plain;
};

const DIALECTS: ReadonlySet<unknown> = new Set([
  undefined,
  "https://json-schema.org/draft/2020-12/schema",
  "https://spec.openapis.org/oas/3.1/dialect/base",
]);

const openDocument = (root: JsonObject, file: string): ReadDocument => {
  const version = readVersion(root);
  if (version === undefined) return refusedVersion(root);
  if (!DIALECTS.has(member(root, "jsonSchemaDialect"))) {
    return refused(
      "the document's schemas are of an unknown dialect",
      "use JSON Schema 2020-12 and leave jsonSchemaDialect out",
      "/jsonSchemaDialect",
    );
  }
  const paths = entriesOf(member(root, "paths")).filter(([path]) => !path.startsWith("x-"));
  if (paths.length === 0)
    return refused("the document has no paths", "give a document that describes operations", "/paths");
  const wrong = paths.find(([, item]) => !isJsonObject(item));
  if (wrong !== undefined)
    return refused("the path is no object", "describe its operations or remove it", step("/paths", wrong[0]));
  const templates = readTemplates(paths.map(([template]) => template));
  const table = createPathTable([...new Set([...templates.values()].map(({ path }) => path))]);
  return {
    ok: true,
    document: Object.freeze({
      file,
      version,
      root,
      schemas: createDocumentSchemas({ root, version }),
      templates,
      paths: table,
    }),
  };
};

const readTemplates = (templates: readonly string[]): ReadonlyMap<string, DocumentPath> => {
  const shapes = new Map<string, { readonly path: PathTemplate; readonly writings: string[] }>();
  const readPath = (template: string): [string, DocumentPath] => {
    const { path: own, problem } = readTemplate(template);
    const shape = JSON.stringify(own.segments.map(literalsOf));
    const { path, writings } = shapes.get(shape) ?? { path: own, writings: [] };
    writings.push(template);
    shapes.set(shape, { path, writings });
    return [template, { own, path, writings, problem }];
  };
  return new Map(templates.map(readPath));
};

const readVersion = (root: JsonObject): DocumentVersion | undefined => {
  const written = text(member(root, "openapi")) ?? "";
  if (/^3\.0\.\d+(?:-.+)?$/.test(written)) return "3.0";
  return /^3\.1\.\d+(?:-.+)?$/.test(written) ? "3.1" : undefined;
};

const refusedVersion = (root: JsonObject): ReadDocument => {
  const swagger = member(root, "swagger");
  if (swagger !== undefined) {
    return refused(
      `the document is Swagger ${String(swagger)}, not OpenAPI 3`,
      "convert it to OpenAPI 3.0, for example with `npx swagger2openapi`",
      "/swagger",
    );
  }
  const written = member(root, "openapi");
  const message =
    written === undefined
      ? "the document does not say which OpenAPI version it is"
      : `OpenAPI ${JSON.stringify(written)} is not known here`;
  return refused(
    message,
    "give an OpenAPI 3.0 or 3.1 document, with the version as text: `openapi: 3.1.0`",
    "/openapi",
  );
};

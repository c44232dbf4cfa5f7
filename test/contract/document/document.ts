// Small documents for the tests of this room: the least that OpenAPI asks for around what a test is about.
import { parseOpenApi, type OpenApiDocument } from "../../../src/contract/document/read-document.ts";
import { readOperations, type DocumentOperation } from "../../../src/contract/document/operation.ts";

export interface Parts {
  readonly version?: string;
  readonly paths?: Readonly<Record<string, unknown>>;
  readonly components?: Readonly<Record<string, unknown>>;
}

export const openDocument = ({ version = "3.1.0", paths = { "/": {} }, components = {} }: Parts): OpenApiDocument => {
  const read = parseOpenApi(
    JSON.stringify({ openapi: version, info: { title: "t", version: "1" }, paths, components }),
    "test.json",
  );
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.document;
};

/** The first operation of a document with one path. */
export const openOperation = (
  operation: object,
  more: Parts & { readonly path?: string; readonly method?: string } = {},
): DocumentOperation => {
  const { path = "/things", method = "post", ...parts } = more;
  const [found] = readOperations(openDocument({ ...parts, paths: { [path]: { [method]: operation } } }));
  if (found === undefined) throw new Error("no operation");
  return found;
};

export const jsonBody = (schema: unknown, required = true): object => ({
  required,
  content: { "application/json": { schema } },
});
export const inQuery = (name: string, schema: unknown = { type: "string" }, more: object = {}): object => ({
  name,
  in: "query",
  schema,
  ...more,
});
export const inPath = (name: string, schema: unknown = { type: "string" }): object => ({
  name,
  in: "path",
  required: true,
  schema,
});

// OpenAPI 3.0/3.1, Path Item Object and Operation Object: the operations of a document. Security and servers are ignored:
// credential and address come from the backend's declaration. What is wrong with one operation stays with it.
import { type JsonObject, isJsonObject } from "../../call.ts";
import type { SchemaProblem } from "../../schema/schema.ts";
import type { PathTemplate } from "../contract.ts";
import { type DocumentBody, readBody } from "./body.ts";
import { type DocumentParameter, readParameters } from "./parameter.ts";
import type { DocumentPath, OpenApiDocument } from "./read-document.ts";
import { member, resolve, step, text } from "./reference.ts";

export interface DocumentOperation {
  /** What messages call it: the tool of an MCP server is read as an operation, too. */
  readonly noun: "operation" | "tool";
  readonly document: OpenApiDocument;
  /** Upper case, as sent. */
  readonly method: string;
  /** As the document writes it; contracts name the operation by it. */
  readonly template: string;
  /** As the table of paths knows it: its parameters may have other names. */
  readonly path: PathTemplate;
  readonly pointer: string;
  readonly operationId: string | undefined;
  readonly summary: string | undefined;
  readonly description: string | undefined;
  readonly parameters: readonly DocumentParameter[];
  readonly body: DocumentBody | undefined;
  /** The Responses Object as it is: `answers.ts` reads it. */
  readonly responses: unknown;
  readonly notices: readonly string[];
  /** Why this operation cannot be offered. */
  readonly problems: readonly SchemaProblem[];
}

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch", "trace"] as const;

/** All operations, in document order. Those with problems are among them. */
export const readOperations = (document: OpenApiDocument): readonly DocumentOperation[] =>
  [...document.templates.keys()].flatMap((template) => readPathItem(document, template));

const readPathItem = (document: OpenApiDocument, template: string): readonly DocumentOperation[] => {
  const pointer = step("/paths", template);
  const item = member(member(document.root, "paths"), template);
  // A path item may take another one's operations and add its own (3.1, Path Item Object, $ref): its own win.
  const base = member(item, "$ref") === undefined ? undefined : resolve(document.root, item, pointer);
  const shared: Located = { item: isJsonObject(item) ? item : {}, pointer };
  const items = base?.ok === true ? [shared, { item: base.value, pointer: base.pointer }] : [shared];
  const problems = base?.ok === false ? [base.problem] : [];
  const operations = METHODS.flatMap((method) => {
    const owner = items.find(({ item: { [method]: operation } }) => operation !== undefined);
    return owner === undefined ? [] : [readOperation({ document, template, owner, method, problems })];
  });
  return operations;
};

interface Located {
  readonly item: JsonObject;
  readonly pointer: string;
}

interface Found {
  readonly document: OpenApiDocument;
  readonly template: string;
  readonly owner: Located;
  readonly method: (typeof METHODS)[number];
  readonly problems: readonly SchemaProblem[];
}

const readOperation = (found: Found): DocumentOperation => {
  const { document, template, owner } = found;
  const method = found.method.toUpperCase();
  const pointer = step(owner.pointer, found.method);
  const operation = member(owner.item, found.method);
  const parameters = readParameters(document.root, [
    { value: member(owner.item, "parameters"), pointer: step(owner.pointer, "parameters") },
    { value: member(operation, "parameters"), pointer: step(pointer, "parameters") },
  ]);
  const body = readBody(document.root, member(operation, "requestBody"), {
    pointer: step(pointer, "requestBody"),
    method,
  });
  const at = pathOf(document, template);
  const inPath = pathParameters(at, parameters.parameters, pointer);
  const own: SchemaProblem[] = pathProblems(found).map((message) => ({
    pointer: owner.pointer,
    message,
    mend: "correct the path in the document",
  }));
  if (method === "TRACE")
    own.push({ pointer, message: "TRACE requests are never sent", mend: "remove the operation from the contracts" });
  return Object.freeze({
    noun: "operation",
    document,
    method,
    template,
    path: at.path,
    pointer,
    operationId: text(member(operation, "operationId")),
    summary: text(member(operation, "summary")),
    description: text(member(operation, "description")),
    parameters: inPath.parameters,
    body: body.body,
    responses: member(operation, "responses"),
    notices: [...parameters.notices, ...inPath.notices, ...body.notices],
    problems: [...found.problems, ...own, ...parameters.problems, ...inPath.problems, ...body.problems],
  });
};

const pathOf = (document: OpenApiDocument, template: string): DocumentPath => {
  const path = document.templates.get(template);
  if (path === undefined) throw new TypeError(`no such path: ${template}`);
  return path;
};

/** A path written twice is one path: no request says which of two equal methods it means. */
const pathProblems = ({ document, template, method }: Found): readonly string[] => {
  const { writings, problem } = pathOf(document, template);
  const paths = member(document.root, "paths");
  const rivals = writings.filter((name) => name !== template && member(member(paths, name), method) !== undefined);
  const told = rivals.map((name) => `the path cannot be told from ${name}`);
  return problem === undefined ? told : [`the path ${problem}`, ...told];
};

const parameterNames = (path: PathTemplate): readonly string[] =>
  path.segments.flat().flatMap((part) => ("parameter" in part ? [part.parameter] : []));

const withWireName = (parameter: DocumentParameter, names: ReadonlyMap<string, string>): DocumentParameter =>
  parameter.in === "path" ? { ...parameter, wireName: names.get(parameter.name) ?? parameter.name } : parameter;

const pathParameters = ({ own, path }: DocumentPath, parameters: readonly DocumentParameter[], pointer: string) => {
  const tableNames = parameterNames(path);
  const names = new Map(parameterNames(own).map((name, index) => [name, tableNames[index] ?? name]));
  const declared = new Set(parameters.filter((parameter) => parameter.in === "path").map(({ name }) => name));
  const missing = [...names.keys()].filter((name) => !declared.has(name));
  const surplus = [...declared].filter((name) => !names.has(name));
  return {
    parameters: parameters
      .filter((parameter) => parameter.in !== "path" || names.has(parameter.name))
      .map((parameter) => withWireName(parameter, names)),
    notices: surplus.map((name) => `${pointer}: the path has no place for the parameter '${name}'; it is left out`),
    problems: missing.map((name) => ({
      pointer,
      message: `the path parameter '${name}' is not described`,
      mend: "add it to parameters, with in: path",
    })),
  };
};

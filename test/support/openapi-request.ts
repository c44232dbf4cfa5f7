// Judges a request that arrived at a backend by the backend's document alone: method, path, query, headers and body are
// decoded the plain way and validated by a fresh Ajv. Whatever is in no parameter and no body member is a problem.
import { memberOf } from "./json.ts";
import type { OpenApi, OpenApiOperation, OpenApiParameter } from "./openapi-document.ts";
import {
  isOpen,
  listFrom,
  namesIn,
  objectFrom,
  readJoined,
  readPathValue,
  shapesOf,
  takeFromPairs,
} from "./openapi-style.ts";
import type { RecordedRequest } from "./scripted-backend.ts";

export interface ArrivedRequest {
  readonly operation: OpenApiOperation | undefined;
  /** By place and name: `query limit`, `header x-tag`; the body is `body`. */
  readonly values: ReadonlyMap<string, unknown>;
  readonly problems: readonly string[];
}

/** Fields that the sidecar writes itself. */
const OWN_FIELDS = [
  "host",
  "connection",
  "accept",
  "accept-encoding",
  "user-agent",
  "content-type",
  "content-length",
  "authorization",
];

const TARGET = /^\/[A-Za-z0-9\-._~!$&'()*,;=:@/?%]*$/;

export const readArrived = (api: OpenApi, request: RecordedRequest, basePath = ""): ArrivedRequest => {
  const problems: string[] = [];
  const values = new Map<string, unknown>();
  if (!TARGET.test(request.target)) problems.push(`the target has bytes that a target cannot have: ${request.target}`);
  const [path = "", query = ""] = request.target.slice(basePath.length).split("?", 2);
  const templates = api.templatesFor(path);
  const operations = templates
    .map((template) => api.find(request.method, template))
    .filter((found) => found !== undefined);
  const [operation] = operations;
  if (operation === undefined || operations.length > 1) {
    return {
      operation: undefined,
      values,
      problems: [...problems, `${request.method} ${path} belongs to ${operations.length} operations`],
    };
  }
  const reading: Reading = { api, operation, values, problems };
  readPath(reading, path);
  readPairs(reading, "query", [...new URLSearchParams(query)]);
  readFields(reading, request);
  readBody(reading, request);
  return { operation, values, problems };
};

interface Reading {
  readonly api: OpenApi;
  readonly operation: OpenApiOperation;
  readonly values: Map<string, unknown>;
  readonly problems: string[];
}

const keep = ({ api, values, problems }: Reading, key: string, schema: unknown, value: unknown): void => {
  values.set(key, value);
  if (!api.schemas.isValid(schema, value)) problems.push(`${key} ${JSON.stringify(value)}: ${api.schemas.errors()}`);
  for (const at of api.schemas.undeclared([schema], value))
    problems.push(`${key} has ${at}, which the document does not name`);
};

const readPath = (reading: Reading, path: string): void => {
  const { operation, problems } = reading;
  const segments = path.split("/");
  for (const [index, segment] of operation.template.split("/").entries()) {
    const names = [...segment.matchAll(/\{([^}]+)\}/g)].map((match) => match[1]);
    if (names.length === 0) continue;
    const literals = segment.split(/\{[^}]+\}/).map((text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
    const found = new RegExp(`^${literals.join("([^]+)")}$`).exec(decodeURIComponent(segments[index] ?? ""));
    for (const [at, name] of names.entries()) {
      const parameter = operation.parameters.find((one) => one.in === "path" && one.name === name);
      if (parameter === undefined) problems.push(`no parameter ${name}`);
      else
        keep(
          reading,
          `path ${name}`,
          parameter.schema,
          readPathValue(reading.api.schemas, parameter, found?.[at + 1] ?? ""),
        );
    }
  }
};

const readPairs = (reading: Reading, place: "query" | "cookie", pairs: [string, string][]): void => {
  const { schemas } = reading.api;
  const placed = reading.operation.parameters.filter((each) => each.in === place);
  // An object that takes any name takes what is left.
  const isGreedy = ({ schema, style }: OpenApiParameter): number => Number(style === "form" && isOpen(schemas, schema));
  for (const parameter of placed.sort((one, other) => isGreedy(one) - isGreedy(other))) {
    const value = takeFromPairs(schemas, parameter, pairs);
    if (value !== undefined) keep(reading, `${place} ${parameter.name}`, parameter.schema, value);
    else if (parameter.required) reading.problems.push(`the ${place} parameter ${parameter.name} is missing`);
  }
  for (const [name] of pairs) reading.problems.push(`the ${place} member ${name} is not in the document`);
};

const readFields = (reading: Reading, { headers }: RecordedRequest): void => {
  const declared = reading.operation.parameters.filter((each) => each.in === "header");
  for (const [field, text] of headers) {
    const name = field.toLowerCase();
    if (name === "cookie" || OWN_FIELDS.includes(name)) continue;
    const parameter = declared.find((each) => each.name.toLowerCase() === name);
    if (parameter === undefined) reading.problems.push(`the header ${name} is not in the document`);
    else keep(reading, `header ${name}`, parameter.schema, readFieldValue(reading, parameter, text));
  }
  for (const { name, required } of declared) {
    if (required && !reading.values.has(`header ${name.toLowerCase()}`))
      reading.problems.push(`the header ${name} is missing`);
  }
  const cookies = headers.filter(([name]) => name.toLowerCase() === "cookie").flatMap(([, text]) => text.split("; "));
  readPairs(reading, "cookie", [...new URLSearchParams(cookies.join("&"))]);
};

/** Blanks around the commas of a list are not part of its items (RFC 9110, 5.6.1). */
const readFieldValue = ({ api: { schemas } }: Reading, parameter: OpenApiParameter, text: string): unknown => {
  if (parameter.isJson) return JSON.parse(text);
  const isOne = shapesOf(schemas, parameter.schema).has("scalar");
  return readJoined(schemas, parameter, isOne ? text : text.replaceAll(/[ \t]*,[ \t]*/g, ","), ",");
};

const readBody = (reading: Reading, request: RecordedRequest): void => {
  const { operation, problems } = reading;
  const contentType = request.headers.find(([name]) => name.toLowerCase() === "content-type")?.[1];
  const text = new TextDecoder("utf-8", { fatal: true }).decode(request.body);
  if (contentType === undefined) {
    if (text !== "") problems.push("a body without a media type");
    if (operation.body?.required === true) problems.push("the body is missing");
    return;
  }
  if (contentType !== operation.body?.mediaType) return void problems.push(`a body of ${contentType}`);
  keep(reading, "body", operation.body.schema, decodeBody(reading, contentType, text));
};

const decodeBody = ({ api: { schemas }, operation }: Reading, mediaType: string, text: string): unknown => {
  if (mediaType === "application/json") return JSON.parse(text);
  if (mediaType === "text/plain") return text;
  const pairs = [...new URLSearchParams(text)];
  const schema = operation.body?.schema;
  const lists = namesIn(schemas, schema).filter((name) => shapesOf(schemas, propertyOf(schema, name)).has("list"));
  const single = pairs.filter(([name]) => !lists.includes(name));
  const repeated = lists.flatMap((name) => {
    const texts = pairs.filter(([own]) => own === name).map(([, value]) => value);
    return texts.length === 0 ? [] : [[name, listFrom(schemas, propertyOf(schema, name), texts)] as const];
  });
  return { ...Object(objectFrom(schemas, schema, single)), ...Object.fromEntries(repeated) };
};

const propertyOf = (schema: unknown, name: string): unknown => memberOf(memberOf(schema, "properties"), name);

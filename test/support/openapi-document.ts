// A second reading of an OpenAPI document, independent of src/: its operations, and which of them a request belongs to.
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { entriesOf, isMembers, listOf, memberOf } from "./json.ts";
import { type OpenApiSchemas, openSchemas, resolve } from "./openapi-schema.ts";

export interface OpenApiParameter {
  readonly name: string;
  readonly in: string;
  readonly style: string;
  readonly explode: boolean;
  readonly isJson: boolean;
  readonly required: boolean;
  readonly schema: unknown;
}

/** `path owner`, `query page`; headers in lower case. */
export const keyOf = ({ in: place, name }: Pick<OpenApiParameter, "in" | "name">): string =>
  `${place} ${place === "header" ? name.toLowerCase() : name}`;

export interface OpenApiOperation {
  readonly method: string;
  readonly template: string;
  readonly parameters: readonly OpenApiParameter[];
  readonly body: { readonly mediaType: string; readonly required: boolean; readonly schema: unknown } | undefined;
}

export interface OpenApi {
  readonly operations: readonly OpenApiOperation[];
  readonly schemas: OpenApiSchemas;
  /** The templates that fit a path (raw, without query) best: more than one when a backend could take either. */
  templatesFor(path: string): readonly string[];
  find(method: string, template: string): OpenApiOperation | undefined;
}

export const openApi = (file: string): OpenApi => {
  const source = readFileSync(file, "utf8");
  return readOpenApi(file.endsWith(".json") ? JSON.parse(source) : parse(source));
};

export const readOpenApi = (root: unknown): OpenApi => {
  const follow = (value: unknown): unknown => {
    const reference = memberOf(value, "$ref");
    return typeof reference === "string" ? follow(resolve(root, reference)) : value;
  };
  const paths = entriesOf(memberOf(root, "paths"));
  const operations = paths.flatMap(([template, item]) =>
    entriesOf(item)
      .filter(
        ([method, operation]) => /^(?:get|put|post|delete|patch|head|options)$/.test(method) && isMembers(operation),
      )
      .map(([method, operation]): OpenApiOperation => {
        const all = [...listOf(memberOf(item, "parameters")), ...listOf(memberOf(operation, "parameters"))].map(
          (each) => readParameter(follow(each)),
        );
        const unique = new Map(all.map((parameter) => [`${parameter.in} ${parameter.name}`, parameter]));
        return {
          method: method.toUpperCase(),
          template,
          parameters: [...unique.values()],
          body: readBody(follow(memberOf(operation, "requestBody"))),
        };
      }),
  );
  const byKey = new Map(operations.map((operation) => [`${operation.method} ${operation.template}`, operation]));
  const templates = paths.map(([template]) => createTemplate(template));
  return {
    operations,
    schemas: openSchemas(root),
    templatesFor: (path) => {
      const fits = templates.filter(({ pattern }) => pattern.test(decodeSegments(path)));
      const best = fits.filter((one) =>
        fits.every((other) => one.ranks.every((rank, index) => rank >= (other.ranks[index] ?? 0))),
      );
      return (best.length > 0 ? best : fits).map(({ template }) => template);
    },
    find: (method, template) => byKey.get(`${method} ${template}`),
  };
};

/** Decoded once; a slash inside a segment becomes a character that is in no template. */
const decodeSegments = (path: string): string =>
  path
    .split("/")
    .map((segment) => decodeURIComponent(segment).replaceAll("/", "\uFFFE"))
    .join("/");

const escape = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);

const createTemplate = (template: string) => {
  const segments = template.split("/");
  const pattern = segments
    .map((segment) =>
      segment
        .split(/\{[^}]+\}/)
        .map(escape)
        .join("([^/]+)"),
    )
    .join("/");
  const ranks = segments.map((segment) => (/^\{[^}]+\}$/.test(segment) ? 0 : segment.includes("{") ? 1 : 2));
  return { template, pattern: new RegExp(`^${pattern}$`, "su"), ranks };
};

const readParameter = (parameter: unknown): OpenApiParameter => {
  const place = String(memberOf(parameter, "in"));
  const style = String(memberOf(parameter, "style") ?? (place === "query" || place === "cookie" ? "form" : "simple"));
  const content = entriesOf(memberOf(parameter, "content"))[0]?.[1];
  return {
    name: String(memberOf(parameter, "name")),
    in: place,
    style,
    explode: (memberOf(parameter, "explode") ?? style === "form") === true,
    isJson: content !== undefined,
    required: memberOf(parameter, "required") === true,
    schema: memberOf(content ?? parameter, "schema") ?? true,
  };
};

const readBody = (body: unknown): OpenApiOperation["body"] => {
  const content = entriesOf(memberOf(body, "content"));
  const order = ["application/json", "application/x-www-form-urlencoded", "text/plain"];
  const mediaType = order.find((known) => content.some(([name]) => name === known));
  if (mediaType === undefined) return undefined;
  const schema = memberOf(content.find(([name]) => name === mediaType)?.[1], "schema") ?? true;
  return { mediaType, required: memberOf(body, "required") === true, schema };
};

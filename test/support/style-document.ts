// An OpenAPI document with one operation for every way to write a value: place, style, explode, JSON content, and the types
// that the style is defined for (OpenAPI 3.1, Parameter Object); and bodies of every supported media type.

const scalars = {
  text: { type: "string", maxLength: 30 },
  integer: { type: "integer" },
  number: { type: "number", minimum: -1000, maximum: 1000 },
  boolean: { type: "boolean" },
  choice: { type: "string", enum: ["a", "b c", "d,e", "1", "true", "é", "x/y"] },
  mixed: { type: ["integer", "boolean"] },
} as const;
const texts = { type: "array", items: { type: "string", maxLength: 8 } };
const integers = { type: "array", items: { type: "integer" }, maxItems: 4 };
const members = {
  type: "object",
  properties: { name: { type: "string", maxLength: 10 }, size: { type: "integer" } },
  additionalProperties: false,
};
const map = { type: "object", additionalProperties: { type: "integer" }, maxProperties: 3 };
const lists = { texts, integers } as const;
const objects = { members, map } as const;
const all = { ...scalars, ...lists, ...objects } as const;

interface Written {
  readonly in: string;
  readonly style: string;
  readonly explode: boolean;
  readonly types: Readonly<Record<string, object>>;
}

const both = (place: string, style: string, types: Written["types"]): readonly Written[] =>
  [true, false].map((explode) => ({ in: place, style, explode, types }));

const WAYS: readonly Written[] = [
  ...["simple", "label", "matrix"].flatMap((style) => both("path", style, all)),
  ...both("query", "form", all),
  ...["spaceDelimited", "pipeDelimited"].flatMap((style) => [
    { in: "query", style, explode: true, types: lists },
    { in: "query", style, explode: false, types: { ...lists, ...objects } },
  ]),
  { in: "query", style: "deepObject", explode: true, types: objects },
  ...both("header", "simple", all),
  ...both("cookie", "form", all),
];

const BODIES: Readonly<Record<string, object>> = {
  "application/json": {
    type: "object",
    properties: { a: scalars.text, b: texts, c: members, d: { type: ["string", "null"] } },
    required: ["a"],
    additionalProperties: false,
  },
  "application/x-www-form-urlencoded": {
    type: "object",
    properties: { a: scalars.text, b: texts, c: scalars.integer, d: integers, e: scalars.boolean },
    required: ["a"],
    additionalProperties: false,
  },
  "text/plain": { type: "string", maxLength: 60 },
};

const answers = { "200": { description: "as sent", content: { "application/json": { schema: true } } } };

export interface StyleDocument {
  readonly openapi: "3.1.0";
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string }>>>>;
}

export const styleDocument = (): StyleDocument => {
  const paths: Record<string, Record<string, { operationId: string }>> = {};
  const add = (operationId: string, place: string, operation: object): void => {
    const path = `/${operationId}${place === "path" ? "/{value}/end" : ""}`;
    const post = { operationId, responses: answers, ...operation };
    paths[path] = { post };
  };
  for (const { types, ...way } of WAYS) {
    for (const [type, schema] of Object.entries(types)) {
      const operationId = [way.in, way.style, way.explode ? "explode" : "plain", type].join("-");
      add(operationId, way.in, {
        parameters: [
          { name: "value", required: way.in === "path", ...way, schema },
          ...(way.in === "query" ? [limit] : []),
        ],
      });
    }
  }
  for (const place of ["path", "query", "header", "cookie"]) {
    const content = {
      "application/json": { schema: { type: ["object", "array", "string", "null"], items: scalars.text } },
    };
    add(`${place}-json`, place, { parameters: [{ name: "value", in: place, required: place === "path", content }] });
  }
  for (const [mediaType, schema] of Object.entries(BODIES)) {
    for (const required of [true, false]) {
      const operationId = `body-${mediaType.replaceAll(/[^a-z]/g, "-")}-${required ? "required" : "optional"}`;
      add(operationId, "body", { requestBody: { required, content: { [mediaType]: { schema } } } });
    }
  }
  return { openapi: "3.1.0", info: { title: "styles", version: "1" }, paths };
};

/** Stands beside each query parameter: what is written must not run into its neighbour. */
const limit = { name: "limit", in: "query", schema: { type: "integer" } };

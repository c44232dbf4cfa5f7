import { describe, expect, it } from "vitest";
import { exposeOperation } from "../../../src/contract/document/expose.ts";
import { createSchemaCheck } from "../../../src/schema/compile.ts";
import { inPath, inQuery, jsonBody, openOperation, type Parts } from "./document.ts";

const expose = (operation: object, more: Parts & { readonly path?: string; readonly method?: string } = {}) =>
  exposeOperation(openOperation(operation, more));
const text = { type: "string" };
const object = (names: readonly string[], more: object = {}): object => ({
  type: "object",
  properties: Object.fromEntries(names.map((name) => [name, text])),
  ...more,
});
const argumentNames = (exposed: ReturnType<typeof expose>): readonly string[] =>
  Object.keys(exposed.inputSchema["properties"] as object); // always an object

describe("an operation exposed as it is", () => {
  it("takes one flat closed object", () => {
    const exposed = expose(
      {
        parameters: [inPath("id"), inQuery("page", { type: "integer", description: "s" }, { description: "p" })],
        requestBody: jsonBody(object(["name"], { required: ["name"] })),
      },
      { path: "/things/{id}" },
    );
    expect(exposed).toMatchObject({ notices: [], problems: [] });
    expect(exposed.inputSchema).toEqual({
      type: "object",
      properties: { id: text, page: { type: "integer", description: "p" }, name: text },
      required: ["id", "name"],
      additionalProperties: false,
    });
    expect(exposed.parameters.map(({ name, in: place, source }) => [name, place, source])).toEqual([
      ["id", "path", { argument: "id" }],
      ["page", "query", { argument: "page" }],
    ]);
    expect(exposed.body).toEqual({
      mediaType: "application/json",
      required: true,
      shape: { kind: "members", members: [{ name: "name", source: { argument: "name" }, schema: text }], open: false },
    });
  });

  it("renames what clashes, and says so", () => {
    const exposed = expose(
      { parameters: [inPath("id"), inQuery("id"), inQuery("a")], requestBody: jsonBody(object(["id", "a", "b"])) },
      { path: "/{id}" },
    );
    expect(argumentNames(exposed)).toEqual(["path_id", "query_id", "a", "body_id", "body_a", "b"]);
    expect(exposed.notices).toHaveLength(4);
    expect(exposed.notices[0]).toBe(
      "the path member 'id' is the argument 'path_id': its name stands in more than one place",
    );
    expect(exposed.parameters[0]).toMatchObject({ name: "id", source: { argument: "path_id" } });
  });

  it("has a problem when renaming does not help", () => {
    const exposed = expose({ parameters: [inQuery("a"), inQuery("body_a")], requestBody: jsonBody(object(["a"])) });
    expect(exposed.problems.map(({ message }) => message)).toEqual([
      "two members of the operation would be the argument 'body_a'",
    ]);
  });

  it.each<[string, object, readonly string[]]>([
    ["a list", { type: "array", items: text }, ["body"]],
    ["a nullable object", { type: ["object", "null"], properties: { a: text } }, ["body"]],
    ["a union", { oneOf: [object(["a"]), object(["b"])] }, ["body"]],
    ["a choice of other members", object(["a"], { oneOf: [object(["b"]), object(["c"])] }), ["body"]],
    ["a choice of one", { oneOf: [object(["a"], { anyOf: [object(["b"])] })] }, ["a", "b"]],
    ["an object with a count of members", object(["a"], { minProperties: 1 }), ["body"]],
    [
      "an object that requires what it does not name",
      object(["a"], { required: ["b"], additionalProperties: true }),
      ["body"],
    ],
    ["anything", {}, ["body"]],
    ["a component", { $ref: "#/components/schemas/A" }, ["a"]],
    [
      "parts with different members",
      { allOf: [object(["a"]), { $ref: "#/components/schemas/B" }, { required: ["a"] }] },
      ["a", "b"],
    ],
    ["parts with the same member", { allOf: [object(["a"]), object(["a"])] }, ["body"]],
    [
      "parts of which one is closed",
      { allOf: [object(["a"], { additionalProperties: false }), object(["b"])] },
      ["body"],
    ],
    ["an object without type", { properties: { a: text } }, ["a"]],
    [
      "members that only answers have",
      { type: "object", properties: { a: text, id: { type: "string", readOnly: true } }, required: ["id"] },
      ["a"],
    ],
    [
      "an object with a choice of required members",
      object(["a", "b"], { anyOf: [{ required: ["a"] }, { required: ["b"] }] }),
      ["a", "b"],
    ],
  ])("takes as body %s", (_, schema, names) => {
    const components = { schemas: { A: object(["a"]), B: object(["b"]) } };
    const exposed = expose({ requestBody: jsonBody(schema) }, { components });
    expect(exposed.problems).toEqual([]);
    expect(argumentNames(exposed)).toEqual(names);
    expect(exposed.body?.shape.kind).toBe(names[0] === "body" ? "whole" : "members");
  });

  it("calls the body body_body when a parameter is called body", () => {
    expect(argumentNames(expose({ parameters: [inQuery("body")], requestBody: jsonBody(text) }))).toEqual([
      "body",
      "body_body",
    ]);
  });

  it("keeps a body open that the document says is open, and lists it", () => {
    const exposed = expose({ requestBody: jsonBody(object(["a"], { additionalProperties: { type: "integer" } })) });
    expect(exposed.inputSchema["additionalProperties"]).toEqual({ type: "integer" });
    expect(exposed.body?.shape).toMatchObject({ kind: "members", open: true });
    expect(exposed.notices).toEqual([
      "/paths/~1things/post takes arguments that the document does not name: they go into the body",
    ]);
    expect(expose({ requestBody: jsonBody({ type: "object" }) }).inputSchema).toEqual({
      type: "object",
      properties: {},
      additionalProperties: true,
    });
  });

  it("takes no argument when there is none", () => {
    expect(expose({})).toEqual({
      inputSchema: { type: "object", properties: {}, additionalProperties: false },
      parameters: [],
      body: undefined,
      notices: [],
      problems: [],
    });
  });

  it("requires the members of an optional body only when there is one", () => {
    const { inputSchema } = expose({
      parameters: [inQuery("q")],
      requestBody: jsonBody(object(["q", "a", "b"], { required: ["q", "a"] }), false),
    });
    const check = createSchemaCheck(inputSchema, { formats: "annotate" });
    for (const good of [{}, { q: "1" }, { body_q: "1", a: "1" }, { body_q: "1", a: "1", b: "1" }])
      expect([good, check.isValid(good)]).toEqual([good, true]);
    for (const bad of [{ b: "1" }, { a: "1" }, { body_q: "1" }, { q: "1", a: "1" }])
      expect([bad, check.isValid(bad)]).toEqual([bad, false]);
  });

  it("keeps choices between members, under their arguments' names", () => {
    const choice = { oneOf: [{ required: ["a"] }, { required: ["b"] }] };
    const one = expose({ parameters: [inQuery("a")], requestBody: jsonBody(object(["a", "b"], choice)) });
    expect(one.inputSchema).toMatchObject({ oneOf: [{ required: ["body_a"] }, { required: ["b"] }] });
    const two = expose({ requestBody: jsonBody(object(["a", "b"], { ...choice, anyOf: choice.oneOf })) });
    expect(two.inputSchema["allOf"]).toHaveLength(2);
  });

  it("has a problem when a pattern cannot be enforced in linear time", () => {
    const { problems } = expose({ parameters: [inQuery("a", { type: "string", pattern: "^(?=x)" })] });
    expect(problems).toHaveLength(1);
    expect(problems[0]!.message).toContain("/properties/a/pattern of the arguments");
  });

  it("keeps every mark of a secret", () => {
    const components = { schemas: { A: text } };
    const parameters = [
      inQuery("a", text, { "x-secret": true }),
      inQuery("b", { type: "string", "x-secret": true }),
      inQuery("c", { $ref: "#/components/schemas/A", "x-secret": true }),
    ];
    for (const version of ["3.0.3", "3.1.0"]) {
      const { inputSchema } = expose(
        { parameters, requestBody: jsonBody({ type: "object", additionalProperties: { "x-secret": true } }) },
        { components, version },
      );
      const members = Object.values(inputSchema["properties"] as object) as unknown[]; // always an object
      expect(
        [...members, inputSchema["additionalProperties"]].map(
          (schema) => (schema as { "x-secret"?: true })["x-secret"],
        ),
      ).toEqual([true, true, true, true]); // objects all
    }
  });

  it("brings the definitions that it needs, also into the schemas of its parts", () => {
    const components = { schemas: { A: object(["x"]) } };
    const { inputSchema, body } = expose(
      { requestBody: jsonBody({ type: "object", properties: { a: { $ref: "#/components/schemas/A" } } }) },
      { components },
    );
    expect(inputSchema["$defs"]).toEqual({ A: { ...object(["x"]), additionalProperties: false } });
    expect(body?.shape).toMatchObject({ members: [{ schema: { $ref: "#/$defs/A", $defs: { A: {} } } }] });
  });
});

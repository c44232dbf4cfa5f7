import { describe, expect, it } from "vitest";
import { readOperations } from "../../../src/contract/document/operation.ts";
import { inPath, inQuery, jsonBody, openDocument, openOperation } from "./document.ts";

const messages = (operation: ReturnType<typeof openOperation>): readonly string[] =>
  operation.problems.map(({ message }) => message);
const text = { type: "string" };

describe("operations", () => {
  it("are all read, each with its method and path", () => {
    const document = openDocument({
      paths: {
        "/a": { get: { operationId: "x", summary: "s", description: "d" }, delete: {}, parameters: [], "x-y": 1 },
        "/b": { patch: {} },
      },
    });
    const operations = readOperations(document);
    expect(operations.map(({ method, template }) => `${method} ${template}`)).toEqual([
      "GET /a",
      "DELETE /a",
      "PATCH /b",
    ]);
    expect(operations[0]).toMatchObject({
      operationId: "x",
      summary: "s",
      description: "d",
      problems: [],
    });
  });

  it("take the path item's parameters, and their own first", () => {
    const shared = [inQuery("a", { type: "integer" }), inQuery("b"), { name: "X-A", in: "header", schema: text }];
    const own = [inQuery("a", text), { name: "x-a", in: "header", required: true, schema: text }];
    const [operation] = readOperations(
      openDocument({ paths: { "/a": { parameters: shared, get: { parameters: own } } } }),
    );
    expect(
      operation!.parameters.map(({ name, in: place, schema, required }) => [name, place, schema, required]),
    ).toEqual([
      ["a", "query", text, false],
      ["b", "query", text, false],
      ["x-a", "header", text, true],
    ]);
  });

  it("follow references to path items, parameters, bodies", () => {
    const components = {
      parameters: { P: inQuery("p") },
      requestBodies: { B: { $ref: "#/components/requestBodies/C" }, C: jsonBody(text) },
      pathItems: {
        I: {
          post: {
            parameters: [{ $ref: "#/components/parameters/P" }],
            requestBody: { $ref: "#/components/requestBodies/B" },
          },
        },
      },
    };
    const [operation] = readOperations(
      openDocument({ components, paths: { "/a": { $ref: "#/components/pathItems/I" } } }),
    );
    expect(operation).toMatchObject({
      method: "POST",
      template: "/a",
      problems: [],
      body: { mediaType: "application/json", required: true, schema: text },
    });
    expect(operation!.parameters).toHaveLength(1);
  });

  it.each([
    ["path", undefined, undefined, "simple", false],
    ["path", "label", true, "label", true],
    ["query", undefined, undefined, "form", true],
    ["query", undefined, false, "form", false],
    ["query", "deepObject", undefined, "deepObject", false],
    ["header", undefined, undefined, "simple", false],
    ["cookie", undefined, undefined, "form", true],
  ])(
    "write a parameter in %s with style %s and explode %s as %s, %s",
    (place, style, explode, wantStyle, wantExplode) => {
      const parameter = {
        name: "a",
        in: place,
        required: true,
        schema: text,
        ...(style === undefined ? {} : { style }),
        ...(explode === undefined ? {} : { explode }),
      };
      const operation = openOperation({ parameters: [parameter] }, { path: place === "path" ? "/{a}" : "/a" });
      expect(operation.problems).toEqual([]);
      expect(operation.parameters[0]).toMatchObject({ style: wantStyle, explode: wantExplode, json: false });
    },
  );

  it("write a parameter with JSON content as JSON", () => {
    const operation = openOperation({
      parameters: [{ name: "a", in: "query", content: { "application/json": { schema: { type: "object" } } } }],
    });
    expect(operation.parameters[0]).toMatchObject({ json: true, schema: { type: "object" } });
  });

  it.each<[string, object, string]>([
    [
      "a style of another place",
      { parameters: [{ name: "a", in: "query", style: "matrix", schema: text }] },
      'the style "matrix" does not exist in query',
    ],
    [
      "a parameter of no place",
      { parameters: [{ name: "a", in: "body", schema: text }] },
      "the parameter has no name or no known `in`",
    ],
    [
      "a parameter with XML content",
      { parameters: [{ name: "a", in: "query", content: { "text/xml": {} } }] },
      "only one JSON media type",
    ],
    [
      "a required header of the connection",
      { parameters: [{ name: "Transfer-Encoding", in: "header", required: true }] },
      "the header 'Transfer-Encoding' belongs to the connection",
    ],
    ["a header that is no token", { parameters: [{ name: "X A", in: "header" }] }, "is no header name"],
    ["a remote reference", { parameters: [{ $ref: "p.yaml#/P" }] }, "leaves the document"],
    ["a reference to nothing", { requestBody: { $ref: "#/components/requestBodies/B" } }, "points at nothing"],
    [
      "a required body of parts",
      { requestBody: { required: true, content: { "multipart/form-data": {} } } },
      "a body of multipart/form-data is not supported yet",
    ],
    [
      "a form with another encoding",
      {
        requestBody: {
          content: { "application/x-www-form-urlencoded": { schema: {}, encoding: { a: { style: "deepObject" } } } },
        },
      },
      "encoding of a form member is not supported",
    ],
  ])("have a problem: %s", (_, operation, message) => {
    expect(messages(openOperation(operation)).join()).toContain(message);
  });

  it.each<[string, object, string]>([
    [
      "an optional header of the connection",
      { parameters: [{ name: "Host", in: "header" }] },
      "the header 'Host' belongs to the connection or to the sidecar",
    ],
    [
      "an optional body of parts",
      { requestBody: { content: { "multipart/form-data": {} } } },
      "is not supported yet; it is never sent",
    ],
    [
      "a path parameter that the path does not have",
      { parameters: [inPath("z")] },
      "the path has no place for the parameter 'z'",
    ],
  ])("say that they leave out %s", (_, operation, message) => {
    const { problems, notices, parameters, body } = openOperation(operation);
    expect({ problems, parameters, body }).toEqual({ problems: [], parameters: [], body: undefined });
    expect(notices.join()).toContain(message);
  });

  it("ignore the headers that OpenAPI says are ignored, and the one that agents have their own key in", () => {
    const parameters = ["Accept", "content-type", "AUTHORIZATION", "X-Api-Key"].map((name) => ({
      name,
      in: "header",
      required: true,
    }));
    expect(openOperation({ parameters })).toMatchObject({ parameters: [], problems: [], notices: [] });
  });

  it("of a GET or HEAD have no body", () => {
    const body = (required: boolean) => ({ requestBody: jsonBody(text, required) });
    expect(openOperation(body(false), { method: "get" })).toMatchObject({ body: undefined, problems: [] });
    expect(messages(openOperation(body(true), { method: "get" }))).toEqual(["a GET request carries no body"]);
    expect(openOperation(body(true), { method: "delete" }).body).toBeDefined();
  });

  it("choose JSON before a form before text", () => {
    const media = (...types: readonly string[]) =>
      openOperation({ requestBody: { content: Object.fromEntries(types.map((type) => [type, { schema: {} }])) } }).body
        ?.mediaType;
    expect(
      media(
        "text/plain",
        "multipart/form-data",
        "application/x-www-form-urlencoded",
        "Application/JSON; charset=utf-8",
      ),
    ).toBe("application/json");
    expect(media("text/plain", "application/x-www-form-urlencoded")).toBe("application/x-www-form-urlencoded");
    expect(media("text/plain", "text/xml")).toBe("text/plain");
    expect(media("*/*")).toBe("application/json");
  });

  it("have a problem when their path does or lacks a parameter", () => {
    expect(messages(openOperation({}, { path: "/{a}" }))).toEqual(["the path parameter 'a' is not described"]);
    expect(messages(openOperation({ parameters: [inPath("a"), inPath("b")] }, { path: "/{a}{b}" }))).toEqual([
      "the path has two parameters without text between them",
    ]);
  });

  it("of a path that is written twice are operations of one path", () => {
    const paths = {
      "/a/{x}": { get: { parameters: [inPath("x")] } },
      "/a/{y}": { delete: { parameters: [inPath("y")] } },
    };
    const [one, other] = readOperations(openDocument({ paths }));
    expect(other!.path).toBe(one!.path);
    expect([one!.problems, other!.problems]).toEqual([[], []]);
    expect(other).toMatchObject({ template: "/a/{y}", parameters: [{ name: "y", wireName: "x" }] });
    expect(other!.document.paths.match(["a", "1"])).toBe(one!.path);
    const twice = readOperations(
      openDocument({ paths: { ...paths, "/a/{z}": { get: { parameters: [inPath("z")] } } } }),
    );
    expect(twice.map(messages)).toEqual([
      ["the path cannot be told from /a/{z}"],
      [],
      ["the path cannot be told from /a/{x}"],
    ]);
  });
});

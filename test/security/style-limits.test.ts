// Values that a parameter's style cannot carry were once sent all the same, and arrived as something else: a list of one
// empty text as an empty path segment, blanks and empty items of a header's list dropped, brackets in names as nesting.
// And two readings that the REST ingress once refused: a repeated parameter that may be text or list, an empty text body.
import { afterAll, beforeAll, expect, it } from "vitest";
import type { RunningApp } from "../support/running-app.ts";
import { type ScriptedBackend, startScriptedBackend } from "../support/scripted-backend.ts";
import { startToolApp } from "../support/tool-app.ts";

const texts = { type: "array", items: { type: "string" } };
const map = { type: "object", additionalProperties: { type: "string" } };
const answers = { "200": { description: "ok", content: { "application/json": { schema: true } } } };
const operation = (parameters: readonly object[], more: object = {}): object => ({
  post: { parameters, responses: answers, ...more },
});
const inPath = (style: string): object => ({ name: "v", in: "path", required: true, style, schema: texts });

const document = {
  openapi: "3.1.0",
  info: { title: "styles", version: "1" },
  paths: {
    "/simple/{v}": operation([inPath("simple")]),
    "/matrix/{v}": operation([inPath("matrix")]),
    "/deep": operation([{ name: "v", in: "query", style: "deepObject", explode: true, schema: map }]),
    "/field": operation([{ name: "v", in: "header", schema: texts }]),
    "/either": operation([{ name: "v", in: "query", schema: { oneOf: [{ type: "string" }, texts] } }]),
    "/text": operation([], { requestBody: { content: { "text/plain": { schema: { type: "string" } } } } }),
  },
};
const tools = {
  simple: 'operation: api.post("/simple/{v}")',
  matrix: 'operation: api.post("/matrix/{v}")',
  deep: 'operation: api.post("/deep")',
  field: 'operation: api.post("/field")',
  either: 'operation: api.post("/either")',
  text: 'operation: api.post("/text")',
};

let backend: ScriptedBackend;
let running: RunningApp;
beforeAll(async () => {
  backend = await startScriptedBackend();
  running = await startToolApp({ document, tools, backendUrl: backend.url });
});
afterAll(async () => {
  await running.stop();
  await backend.close();
});

const targetOf = async (send: () => Promise<{ readonly code: string | undefined }>): Promise<string | undefined> => {
  backend.reset();
  const { code } = await send();
  return backend.requests()[0]?.target ?? code;
};
const call = (tool: string, v: unknown): Promise<string | undefined> => targetOf(() => running.call(tool, { v }));

it("refuses a list that would leave a path segment empty", async () => {
  expect(await call("simple", [""])).toBe("invalid_arguments");
  expect(await call("simple", ["", ""])).toBe("/simple/,");
  expect(await call("simple", ["a"])).toBe("/simple/a");
});

it("refuses a semicolon inside a matrix value", async () => {
  expect(await call("matrix", ["a;b=c"])).toBe("invalid_arguments");
  expect(await call("matrix", ["a", "b"])).toBe("/matrix/;v=a,b");
});

it("refuses brackets in the names of a deep object, and takes them in its values", async () => {
  expect(await call("deep", { "a][b": "1" })).toBe("invalid_arguments");
  expect(await call("deep", { a: "[1]" })).toBe("/deep?v%5Ba%5D=%5B1%5D");
});

it("refuses items of a header's list that receivers would drop or trim", async () => {
  for (const list of [[""], ["a", ""], ["a "], [" a", "b"]])
    expect(await call("field", list)).toBe("invalid_arguments");
  expect(await call("field", ["a b", "c"])).toBe("/field");
});

it("reads a repeated parameter as a list where a text is taken as well", async () => {
  const rest = (query: string): Promise<string | undefined> =>
    targetOf(() => running.send({ method: "POST", target: `/api/either?${query}`, headers: [], body: undefined }));
  expect(await call("either", ["a", "b"])).toBe("/either?v=a&v=b");
  expect(await rest("v=a&v=b")).toBe("/either?v=a&v=b");
  expect(await rest("v=a")).toBe("/either?v=a");
});

it("tells an empty text body from none", async () => {
  const contentTypes = async (headers: readonly (readonly [string, string])[]): Promise<readonly string[]> => {
    await targetOf(() =>
      running.send({ method: "POST", target: "/api/text", headers, body: headers.length > 0 ? "" : undefined }),
    );
    return backend.requests().flatMap((request) => request.headers.map(([name]) => name.toLowerCase()));
  };
  expect(await contentTypes([["content-type", "text/plain"]])).toContain("content-type");
  expect(await contentTypes([])).not.toContain("content-type");
});

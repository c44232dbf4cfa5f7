// Names that the agent may choose (members of open bodies and of exploded objects) once stood beside the names of the
// contract without being compared with them: an open body could carry a pinned member a second time, and a member of an
// exploded object could set a query parameter that the contract pins or leaves out.
import { afterAll, beforeAll, expect, it } from "vitest";
import type { RunningApp } from "../support/running-app.ts";
import { type ScriptedBackend, startScriptedBackend } from "../support/scripted-backend.ts";
import { startToolApp } from "../support/tool-app.ts";

const answers = { "200": { description: "ok", content: { "application/json": { schema: true } } } };
const text = { type: "string" };
const query = (name: string, schema: object): object => ({ name, in: "query", schema });
const map = { type: "object", additionalProperties: text };
const body = (schema: object, mediaType = "application/json"): object => ({
  requestBody: { required: true, content: { [mediaType]: { schema } } },
  responses: answers,
});

const document = {
  openapi: "3.1.0",
  info: { title: "names", version: "1" },
  paths: {
    "/pay": {
      post: body({
        type: "object",
        properties: { currency: text, amount: { type: "integer" } },
        additionalProperties: true,
      }),
    },
    "/move/{id}": {
      post: {
        parameters: [{ name: "id", in: "path", required: true, schema: text }, query("id", text)],
        ...body({ type: "object", properties: { id: { type: "integer" } }, additionalProperties: text }),
      },
    },
    "/files": {
      get: { parameters: [query("root", text), query("admin", text), query("filter", map)], responses: answers },
    },
    "/form": {
      post: body({ type: "object", properties: { role: text, more: map } }, "application/x-www-form-urlencoded"),
    },
  },
};
const tools = {
  pay: 'operation: api.post("/pay"), pin: { currency: "EUR" }',
  move: 'operation: api.post("/move/{id}")',
  files:
    'operation: api.get("/files"), pin: { root: "workspace" }, input: jsonSchema({ type: "object", properties: { filter: { type: "object", additionalProperties: { type: "string" } } }, additionalProperties: false })',
  form: 'operation: api.post("/form"), pin: { role: "guest" }',
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

const sent = async (tool: string, given: object): Promise<string> => {
  backend.reset();
  const { code } = await running.call(tool, given);
  const [request] = backend.requests();
  return request === undefined ? String(code) : `${request.target} ${request.body.toString()}`;
};

it("keeps a pinned member of an open body as the contract says", async () => {
  expect(await sent("pay", { amount: 1, note: "x" })).toBe('/pay {"currency":"EUR","amount":1,"note":"x"}');
  expect(await sent("pay", { amount: 1, currency: "USD" })).toBe("invalid_arguments");
});

it("takes no open argument under the wire name of a renamed member", async () => {
  expect(await sent("move", { path_id: "a", query_id: "b", body_id: 1 })).toBe('/move/a?id=b {"id":1}');
  expect(await sent("move", { path_id: "a", query_id: "b", body_id: 1, id: "2" })).toBe("invalid_arguments");
  expect(await sent("move", { path_id: "a", query_id: "b", id: "2" })).toBe("invalid_arguments");
});

it("lets no member of an exploded object stand for another parameter, pinned or not in the contract", async () => {
  expect(await sent("files", { filter: { size: "1" } })).toBe("/files?size=1&root=workspace ");
  expect(await sent("files", { filter: { root: "/etc" } })).toBe("invalid_arguments");
  expect(await sent("files", { filter: { admin: "1" } })).toBe("invalid_arguments");
});

it("lets no member of an object in a form stand for another member", async () => {
  expect(await sent("form", { more: { size: "1" } })).toBe("/form role=guest&size=1");
  expect(await sent("form", { more: { role: "admin" } })).toBe("invalid_arguments");
});

it("reads the same on the REST ingress, and forwards none of it either", async () => {
  const send = async (method: string, target: string, text?: string): Promise<number> => {
    backend.reset();
    await running.send({
      method,
      target,
      headers:
        text === undefined
          ? []
          : [["content-type", text.startsWith("{") ? "application/json" : "application/x-www-form-urlencoded"]],
      body: text,
    });
    return backend.requests().length;
  };
  expect(await send("POST", "/api/pay", '{"amount":1,"currency":"USD"}')).toBe(0);
  expect(await send("GET", "/api/files?admin=1")).toBe(0);
  expect(await send("GET", "/api/files?root=%2Fetc")).toBe(0);
  expect(await send("GET", "/api/files?size=1&root=workspace")).toBe(1);
  expect(await send("POST", "/api/form", "role=admin&size=1")).toBe(0);
});

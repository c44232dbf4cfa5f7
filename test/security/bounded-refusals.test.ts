// One bad call must not cost what thousands of good ones do: a megabyte of mistakes once took ten seconds to explain,
// became an answer of nine megabytes, or threw. And what a full disk, a slash or a number did on the way.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RunningApp } from "../support/running-app.ts";
import { type ScriptedBackend, startScriptedBackend } from "../support/scripted-backend.ts";
import { startToolApp } from "../support/tool-app.ts";
import { createSchemaCheck } from "../../src/schema/compile.ts";
import type { JsonSchema } from "../../src/schema/schema.ts";
import { loadProblems, refund } from "../support/contracts-folder.ts";

const text = { type: "string" };
const answers = { "200": { description: "ok", content: { "application/json": { schema: true } } } };
const body = (schema: object, mediaType = "application/json"): object => ({
  requestBody: { required: true, content: { [mediaType]: { schema } } },
  responses: answers,
});
const row = { type: "object", required: ["a", "b"], additionalProperties: false, properties: { a: text, b: text } };
const closed = (properties: object): object => ({ type: "object", properties, additionalProperties: false });
const path = { name: "path", in: "path", required: true, schema: text };

const document = {
  openapi: "3.1.0",
  info: { title: "bounds", version: "1" },
  paths: {
    "/rows": { post: body(closed({ rows: { type: "array", items: row } })) },
    "/form": { post: body(closed({ a: text }), "application/x-www-form-urlencoded") },
    "/files/{path}": { get: { parameters: [path], responses: answers } },
    "/files/all": { get: { responses: answers } },
    "/label/{v}": {
      get: {
        parameters: [{ name: "v", in: "path", required: true, style: "label", schema: text }],
        responses: answers,
      },
    },
  },
};
const tools = {
  rows: 'operation: api.post("/rows")',
  form: 'operation: api.post("/form")',
  files: 'operation: api.get("/files/{path}"), input: z.strictObject({ path: z.string() }), encodedSlash: ["path"]',
  label: 'operation: api.get("/label/{v}")',
};

let backend: ScriptedBackend;
let running: RunningApp;
const start = (flags: readonly string[] = []): Promise<RunningApp> =>
  startToolApp({ document, tools, backendUrl: backend.url, flags });
beforeAll(async () => {
  backend = await startScriptedBackend();
  running = await start();
});
afterAll(async () => {
  await running.stop();
  await backend.close();
});

const post = (target: string, mediaType: string, content: string): ReturnType<RunningApp["send"]> =>
  running.send({ method: "POST", target, headers: [["content-type", mediaType]], body: content });

describe("a megabyte of mistakes", () => {
  it("is explained as far as anybody reads, and soon", async () => {
    const begun = performance.now();
    const answer = await running.call("rows", { rows: Array.from({ length: 300_000 }, () => ({})) });
    expect(answer.code).toBe("invalid_arguments");
    expect(answer.text.length).toBeLessThan(50_000);
    expect(performance.now() - begun).toBeLessThan(3000);
  });

  it("of unknown members is not repeated to the agent", async () => {
    const members = Object.fromEntries(Array.from({ length: 60_000 }, (_, index) => [`m${index}`, 1]));
    const answer = await post("/api/rows", "application/json", JSON.stringify(members));
    expect(answer.code).toBe("invalid_arguments");
    expect(answer.text.length).toBeLessThan(50_000);
  });

  it("in a form is refused as arguments, and nothing was sent", async () => {
    backend.reset();
    const answer = await post("/api/form", "application/x-www-form-urlencoded", `${"u&".repeat(150_000)}a=x`);
    expect([answer.status, JSON.parse(answer.text).forwarded]).toEqual([422, "no"]);
    expect(backend.requests()).toEqual([]);
  });
});

it("names a number that would not survive by its place alone: it may be a secret", async () => {
  const content = '{"tool":"rows","arguments":{"pin":12345678901234567891}}';
  const answer = await post("/call", "application/json", content);
  expect(answer.code).toBe("unsafe_number");
  expect(answer.text).toContain('"/pin"');
  expect(answer.text).not.toContain("123456");
});

it.each(["/all", "all/", "//all", "all"])(
  "refuses %s where it spells another path once slashes are merged",
  async (value) => {
    expect((await running.call("files", { path: value })).code).toBe("invalid_arguments");
  },
);

it.each(["/etc/x", "a/b", "etc"])("sends %s, which spells no other path", async (value) => {
  expect((await running.call("files", { path: value })).status).toBe(200);
});

it("reads a label only with its dot", async () => {
  const get = (target: string): ReturnType<RunningApp["send"]> =>
    running.send({ method: "GET", target, headers: [], body: undefined });
  expect((await get("/api/label/.x")).status).toBe(200);
  expect((await get("/api/label/x")).code).toBe("malformed_target");
});

it("refuses what has effect while the journal cannot be written, and goes on reading", async () => {
  const full = await start(["--journal", "lines:/dev/full"]);
  await full.call("label", { v: "first" });
  await expect
    .poll(async () => (await full.call("rows", { rows: [] })).code, { timeout: 5000 })
    .toBe("journal_unavailable");
  expect((await full.call("label", { v: "second" })).status).toBe(200);
  await full.stop();
});

it("does not load a number where the operation takes an integer", async () => {
  const input = (amount: string): string =>
    refund(`input: z.strictObject({ orderId: z.string(), amount: ${amount} }), pin: { currency: "EUR" }`);
  const messages = async (amount: string): Promise<readonly string[]> =>
    (await loadProblems({ "refund.ts": input(amount) })).map(({ message }) => message);
  expect(await messages("z.number()")).toEqual(["'amount' must be integer, the operation does not take number"]);
  expect(await messages("z.number().multipleOf(5)")).toEqual([]);
  expect(await messages("z.int()")).toEqual([]);
});

describe("a search for fixes ends soon", () => {
  const names = (count: number, start = "member"): object =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`${start}_${letters(index)}word`, text]));
  const letters = (index: number): string =>
    String.fromCharCode(97 + (index % 26)) + String.fromCharCode(97 + ((index * 7) % 26));
  const keys = (count: number, start: string): object =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`${start}${index.toString(36).padStart(5, "q")}`, 0]),
    );
  const kinds = Array.from({ length: 50 }, (_, index) => ({
    properties: { kind: { const: `kind${index}` } },
    required: ["kind"],
  }));
  const words = Array.from({ length: 10_000 }, (_, index) => `value_abcdef_${index.toString(36)}`);
  it.each([
    ["in an object of 70,000 members", closed(names(26)), { wrapper: keys(70_000, "memb") }],
    [
      "in 20 objects of 230 members",
      closed(names(26)),
      Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`wrap${index}`, keys(230, "memb")])),
    ],
    ["for the branch of 70,000 members", closed({ u: { oneOf: kinds } }), { u: keys(70_000, "kinx") }],
    [
      "among 10,000 words",
      { type: "array", items: { enum: words } },
      Array.from({ length: 50 }, (_, index) => `value_abcdeg_${index}`),
    ],
    [
      "among 10 branches of 20 members",
      { anyOf: Array.from({ length: 10 }, (_, index) => closed(names(20, `mem${letters(index)}`))) },
      keys(4900, "member"),
    ],
  ])("%s", (_where, schema, value) => {
    const { check } = createSchemaCheck(schema as JsonSchema, { formats: "assert" }); // objects, as written above
    check(null); // compiled by now
    const before = process.cpuUsage();
    expect(check(value).length).toBeGreaterThan(0);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(1000); // each took seconds once, and takes a tenth of one now
  });
});

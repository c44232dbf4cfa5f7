// Which tools are observed, what an operator is told, and what is refused of them as of any tool.
import pino from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { StartError } from "../../src/app.ts";
import { membersOf } from "../support/json.ts";
import { ADMIN_TOKEN, type AgentAnswer, type RunningApp, startRunningApp } from "../support/running-app.ts";
import { type ScriptedBackend, startScriptedBackend } from "../support/scripted-backend.ts";
import { type ToolFolder, writeToolFolder } from "../support/tool-folder.ts";

const text = { type: "string" };
const answers = {
  responses: { "200": { description: "Done", content: { "application/json": { schema: { type: "object" } } } } },
};
const path = (schema: object): object => ({ name: "id", in: "path", required: true, schema });
const size = { name: "size", in: "query", schema: { type: "integer", maximum: 100 } };
const note = {
  type: "object",
  properties: { text, color: { enum: ["red", "blue"] }, kind: text },
  required: ["text"],
  additionalProperties: false,
};
const document = {
  openapi: "3.1.0",
  info: { title: "Items", version: "1" },
  paths: {
    "/items/{id}": {
      parameters: [path(text)],
      get: { parameters: [size], ...answers },
      post: { requestBody: { required: true, content: { "application/json": { schema: note } } }, ...answers },
      delete: answers,
    },
    "/items/all": { delete: answers },
  },
};

const local = `operation: (await import("checkrein")).local(), input: z.strictObject({})`;
const tools = {
  get_item:
    'operation: api.get("/items/{id}"), input: z.strictObject({ id: z.string().max(3), size: z.int().max(10).optional() })',
  set_note:
    'operation: api.post("/items/{id}"), pin: { kind: "note" }, input: z.strictObject({ id: z.string(), text: z.string().max(3), color: z.literal("red").optional() }).refine(({ text }) => text !== "no", "must not say no")',
  put_note: 'operation: api.post("/items/{id}"), rest: false',
  drop_item: 'operation: api.delete("/items/{id}"), input: z.strictObject({ id: z.string().max(3) })',
  think: local,
  all: 'operation: api.delete("/items/all")',
};

let backend: ScriptedBackend;
let folder: ToolFolder;
beforeAll(async () => {
  backend = await startScriptedBackend();
  folder = writeToolFolder({ document, tools });
});
afterAll(async () => {
  await backend.close();
  folder.remove();
});
beforeEach(() => backend.reset());

const start = (flags: readonly string[], log = pino({ level: "silent" })): Promise<RunningApp> =>
  startRunningApp({
    contracts: folder.path,
    environment: { API_URL: backend.url, API_TOKEN: "canary-77b0-token-of-the-api" },
    flags,
    log,
  });

const observeOf = async ({ app }: RunningApp): Promise<unknown> =>
  (await fetch(`${app.adminUrl}/observe`, { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } })).json();

/** Targets and bodies that arrived. */
const arrived = (): readonly unknown[] =>
  backend.requests().map(({ target, body }) => (body.length === 0 ? target : [target, JSON.parse(String(body))]));

describe("the setting", () => {
  const problems = async (names: string): Promise<unknown> =>
    start(["--observe", names]).then(
      (app) => app.stop(),
      (error: unknown) => (error instanceof StartError ? error.problems : error),
    );

  it("names tools, and a name that none has does not start", async () => {
    expect(await problems("get_itm,set_note")).toEqual([
      {
        file: "environment",
        place: "CHECKREIN_OBSERVE",
        message: 'no tool is called "get_itm"',
        mend: "did you mean get_item?",
      },
    ]);
    expect(await problems("ALL")).toMatchObject([{ message: 'no tool is called "ALL"' }]);
    expect(await problems("think,")).toMatchObject([{ message: expect.stringContaining("think runs in the agent") }]);
  });

  it.each([
    ["all", ["get_item", "put_note", "set_note"]],
    ["get_item", ["get_item"]],
    [" drop_item , all ", ["drop_item", "get_item", "put_note", "set_note"]],
  ])("%s", async (names, observed) => {
    const lines: string[] = [];
    const app = await start(["--observe", names], pino({ level: "warn" }, { write: (line) => void lines.push(line) }));
    expect(await observeOf(app)).toEqual({
      tools: expect.toSatisfy((own) => String([...own].toSorted()) === String(observed)),
      counts: [],
    });
    await app.stop();
    const banners = lines
      .map((line) => membersOf(JSON.parse(line)))
      .filter(({ msg }) => String(msg).startsWith("OBSERVE MODE"));
    expect(banners).toHaveLength(1);
    expect(banners[0]).toMatchObject({
      tools: expect.arrayContaining(observed),
      msg: expect.stringContaining(`${observed.length} tool`),
    });
  });

  it("says nothing where nothing is observed", async () => {
    const lines: string[] = [];
    const app = await start([], pino({ level: "warn" }, { write: (line) => void lines.push(line) }));
    expect(await observeOf(app)).toEqual({ tools: [], counts: [] });
    expect(await app.call("get_item", { id: "long" })).toMatchObject({ status: 422 });
    await app.stop();
    expect(lines).toEqual([]);
    expect(arrived()).toEqual([]);
  });
});

describe("an observed tool", () => {
  let app: RunningApp;
  beforeAll(async () => void (app = await start(["--observe", "get_item,set_note"])));
  afterAll(() => app.stop());

  const rest = (method: string, target: string, body?: string): Promise<AgentAnswer> =>
    app.send({
      method,
      target: `/api${target}`,
      headers: body === undefined ? [] : [["content-type", "application/json"]],
      body,
    });

  it("has what its contract narrows forwarded, with its pins", async () => {
    expect(await app.call("get_item", { id: "long", size: 50 })).toMatchObject({ status: 200 });
    expect(await rest("GET", "/items/long?size=50")).toMatchObject({ status: 200 });
    expect(await app.call("set_note", { id: "a/b", text: "long" })).toMatchObject({ status: 422 });
    expect(await app.call("set_note", { id: "a", text: "long", color: "blue" })).toMatchObject({ status: 200 });
    expect(await rest("POST", "/items/a", '{"text":"no","kind":"note"}')).toMatchObject({ status: 200 });
    expect(arrived()).toEqual([
      "/items/long?size=50",
      "/items/long?size=50",
      ["/items/a", { text: "long", color: "blue", kind: "note" }],
      ["/items/a", { text: "no", kind: "note" }],
    ]);
    expect(await observeOf(app)).toMatchObject({
      counts: [
        { tool: "get_item", code: "invalid_arguments", calls: 2 },
        { tool: "set_note", code: "invalid_arguments", calls: 1 },
        { tool: "set_note", code: "check_failed", calls: 1 },
      ],
    });
  });

  it.each<[string, string, unknown, number]>([
    ["a value that the operation does not take", "get_item", { id: "a", size: 101 }, 422],
    ["a missing argument", "set_note", { id: "a" }, 422],
    ["a member that the operation does not have", "get_item", { id: "long", more: 1 }, 422],
    ["a member that the contract leaves out", "set_note", { id: "a", text: "long", kind: "other" }, 422],
    ["a step of a path", "get_item", { id: ".." }, 422],
    ["a slash in a path", "get_item", { id: "long/path" }, 422],
    ["nothing in a path", "get_item", { id: "" }, 422],
    ["the path of another operation", "get_item", { id: "all" }, 422],
    ["no object", "get_item", ["long"], 422],
    ["a tool that does not exist", "get_itm", { id: "long" }, 404],
    ["a tool that is not observed", "drop_item", { id: "long" }, 422],
    ["a tool that is not observed, as it is", "put_note", { id: "long", text: 5 }, 422],
  ])("is refused %s", async (_what, tool, args, status) => {
    expect(await app.call(tool, args)).toMatchObject({ status });
    expect(arrived()).toEqual([]);
  });

  it.each<[string, string, string, string | undefined, number]>([
    ["an unknown query parameter", "GET", "/items/long?other=1", undefined, 422],
    ["a query parameter twice", "GET", "/items/long?size=50&size=60", undefined, 400],
    ["a pinned member", "POST", "/items/a", '{"text":"long","kind":"other"}', 422],
    ["a member that nobody knows", "POST", "/items/a", '{"text":"long","more":1}', 422],
    ["a key twice", "POST", "/items/a", '{"text":"long","text":"a"}', 400],
    ["no JSON", "POST", "/items/a", '{"text":', 400],
    ["a step of a path", "GET", "/items/%2e%2e", undefined, 422],
  ])("is refused %s on its own path", async (_what, method, target, body, status) => {
    expect(await rest(method, target, body)).toMatchObject({ status });
    expect(arrived()).toEqual([]);
  });

  it("is asked about at /check as ever", async () => {
    expect(await app.call("get_item", { id: "long" }, "/check")).toMatchObject({ status: 422 });
    expect(arrived()).toEqual([]);
  });
});

describe("a destructive tool", () => {
  it("is observed by its own name alone", async () => {
    for (const [names, count] of [
      ["all", 0],
      ["all,drop_item", 1],
    ] as const) {
      const app = await start(["--observe", names]);
      await app.call("drop_item", { id: "long" });
      expect(arrived()).toHaveLength(count);
      await app.stop();
    }
  });
});

describe("what a grant restricts of an operation as it is", () => {
  it("is observed, and the operation's own schema is not", async () => {
    const app = await start(["--observe", "put_note"]);
    const grant = { arguments: { put_note: { text: { maxLength: 3 }, color: { pin: { value: "red" } } } } };
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" };
    const opened = await fetch(`${app.app.adminUrl}/runs`, {
      method: "POST",
      headers,
      body: JSON.stringify({ caller: "anonymous", grant }),
    });
    const { token } = membersOf(await opened.json());
    const call = (args: object): Promise<AgentAnswer> =>
      app.send({
        method: "POST",
        target: `/r/${String(token)}/call`,
        headers: [["content-type", "application/json"]],
        body: JSON.stringify({ tool: "put_note", arguments: args }),
      });
    expect(await call({ id: "a", text: "long" })).toMatchObject({ status: 200 });
    expect(await call({ id: "a", text: 5 })).toMatchObject({ status: 422 });
    expect(await call({ id: "a", text: "long", color: "blue" })).toMatchObject({ status: 422 });
    expect(arrived()).toEqual([["/items/a", { text: "long", color: "red" }]]);
    await app.stop();
  });
});

describe("a journal that cannot be written", () => {
  it("keeps an observed call with effect from being sent, and it is not counted", async () => {
    const app = await start(["--observe", "all", "--journal", "lines:/dev/full"]);
    await app.call("get_item", { id: "a" });
    await expect
      .poll(async () => (await app.call("set_note", { id: "a", text: "abc" })).code, { timeout: 3000 })
      .toBe("journal_unavailable");
    backend.reset();
    expect(await app.call("set_note", { id: "a", text: "long" })).toMatchObject({ code: "journal_unavailable" });
    expect(await app.call("get_item", { id: "long" })).toMatchObject({ status: 200 });
    expect(arrived()).toEqual(["/items/long"]);
    expect(await observeOf(app)).toMatchObject({ counts: [{ tool: "get_item", calls: 1 }] });
    await app.stop();
  });
});

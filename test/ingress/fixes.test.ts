// Fixes as an agent meets them: on every way in, beside grants, pins, named checks and rules. The agent applies what it is
// offered with a library of its own and calls again.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ArgumentRestriction, Grant } from "../../src/call.ts";
import type { Catalog } from "../../src/contract/contract.ts";
import { loadContracts } from "../../src/contract/load/load.ts";
import type { Issue } from "../../src/refusal.ts";
import { applyFixes } from "../support/apply-fixes.ts";
import { type Judge, createJudge, nobodysRun } from "../support/judge.ts";
import { type RunningApp, startRunningApp } from "../support/running-app.ts";
import { type ScriptedBackend, startScriptedBackend } from "../support/scripted-backend.ts";
import { type ToolFolder, writeToolFolder } from "../support/tool-folder.ts";

const text = { type: "string" };
const body = (properties: object, required: readonly string[] = []): object => ({
  requestBody: {
    required: true,
    content: { "application/json": { schema: { type: "object", properties, required, additionalProperties: false } } },
  },
});

const document = {
  openapi: "3.1.0",
  info: { title: "Goals", version: "1" },
  paths: {
    "/goals/{goalId}": {
      parameters: [{ name: "goalId", in: "path", required: true, schema: text }],
      get: {
        parameters: [
          { name: "limit", in: "query", schema: { type: "integer" } },
          { name: "limits", in: "query", schema: { type: "integer" } },
          { name: "sort", in: "query", schema: { enum: ["minimize", "minimised", "balance"] } },
          { name: "review", in: "query", schema: { enum: ["approve", "approved", "reject"] } },
        ],
        responses: { 200: { content: { "application/json": { schema: { type: "object" } } } } },
      },
      post: {
        ...body({
          amount: { type: "integer" },
          currency: { enum: ["EUR", "USD"] },
          note: { type: ["string", "null"] },
        }),
        responses: { 200: { content: { "application/json": { schema: { type: "object" } } } } },
      },
    },
    "/goals/{goalId}/filter": {
      parameters: [{ name: "goalId", in: "path", required: true, schema: text }],
      post: {
        ...body({ filter: { type: "object", properties: { tenant: text, state: text, owner: text, owners: text } } }, [
          "filter",
        ]),
        responses: { 200: { content: { "application/json": { schema: { type: "object" } } } } },
      },
    },
  },
};

const input = "input: z.strictObject({ goalId: z.string(), amount: z.int(), note: z.string().nullable().optional() })";
const TOOLS = {
  get_goal:
    'operation: api.get("/goals/{goalId}"), input: z.strictObject({ goalId: z.string(), limit: z.int().max(100).optional(), sort: z.enum(["minimize", "balance"]).optional(), review: z.enum(["approve", "reject"]).optional() })',
  set_goal: `operation: api.post("/goals/{goalId}"), pin: { currency: "EUR" }, ${input}`,
  set_filter: `operation: api.post("/goals/{goalId}/filter"),
    input: z.strictObject({ goalId: z.string(), filter: z.strictObject({ tenant: z.string().optional(), state: z.string().optional(), owner: z.string().optional() }) })`,
  set_even_goal: `operation: api.post("/goals/{goalId}"), rest: false, pin: { currency: "EUR" },
    input: z.strictObject({ goalId: z.string(), amount: z.int() }).refine(({ amount }) => amount % 2 === 0, { path: ["amount"], message: "must be even" })`,
};

let backend: ScriptedBackend;
let folder: ToolFolder;
let running: RunningApp;
let catalog: Catalog;
let judge: Judge;
beforeAll(async () => {
  backend = await startScriptedBackend();
  folder = writeToolFolder({ document, tools: TOOLS });
  running = await startRunningApp({
    contracts: folder.path,
    environment: { API_URL: backend.url, API_TOKEN: "canary-77b3-token-of-the-api" },
  });
  const loaded = await loadContracts(folder.path);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  ({ catalog } = loaded);
  judge = createJudge(catalog);
});
afterAll(async () => {
  await judge.close();
  await running.stop();
  await backend.close();
  folder.remove();
});

const fixesOf = (issues: readonly Issue[] = []): readonly unknown[] => issues.flatMap(({ fix = [] }) => fix);

describe("over /call", () => {
  it("an agent that applies what it is offered gets through with the call that it meant", async () => {
    backend.reset();
    const sent = { goal_id: "g1", amount: "12", note: "n" };
    const refused = await running.call("set_goal", sent);
    expect(refused.status).toBe(422);
    const mended = applyFixes(sent, JSON.parse(refused.text).issues);
    expect(mended).toEqual({ goalId: "g1", amount: 12, note: "n" });
    expect((await running.call("set_goal", mended)).status).toBe(200);
    expect(backend.requests().map(({ target, body: got }) => [target, JSON.parse(String(got))])).toEqual([
      ["/goals/g1", { amount: 12, note: "n", currency: "EUR" }],
    ]);
  });
});

describe("on the API's own paths", () => {
  const issuesOf = async (target: string, json?: unknown): Promise<readonly Issue[]> => {
    const answer = await running.send({
      method: json === undefined ? "GET" : "POST",
      target: `/api${target}`,
      headers: json === undefined ? [] : [["content-type", "application/json"]],
      body: json === undefined ? undefined : JSON.stringify(json),
    });
    return JSON.parse(answer.text).issues;
  };

  it("a misspelt query parameter is moved, and read as the type that it has", async () => {
    const issues = await issuesOf("/goals/g1?limt=5");
    expect(issues.map(({ path, code }) => `${path} ${code}`)).toEqual(["/limt unknown"]);
    expect(fixesOf(issues)).toEqual([
      { op: "move", from: "/limt", path: "/limit" },
      { op: "replace", path: "/limit", value: 5 },
    ]);
  });

  it("a misspelt member of the body is moved, and what is missing without it is not filled in otherwise", async () => {
    const issues = await issuesOf("/goals/g1", { amuont: 5 });
    expect(issues.map(({ path, code }) => `${path} ${code}`)).toEqual(["/amuont unknown", "/amount required"]);
    expect(fixesOf(issues)).toEqual([{ op: "move", from: "/amuont", path: "/amount" }]);
  });

  it("a query parameter is no slip for a member of the body", async () => {
    const issues = await issuesOf("/goals/g1?amuont=5", { note: "n" });
    expect(issues.map(({ path, code }) => `${path} ${code}`)).toContain("/amuont unknown");
    expect(fixesOf(issues)).toEqual([]);
  });

  it("an argument of another place, and what stands twice, is not moved", async () => {
    expect(fixesOf(await issuesOf("/goals/g1", { amount: 5, limit: 3 }))).toEqual([]);
    expect(fixesOf(await issuesOf("/goals/g1?limt=5&limt=6"))).toEqual([]);
    expect(fixesOf(await issuesOf("/goals/g1?__proto__=5"))).toEqual([]);
  });

  it("a wrong value of what the sidecar sets gets no fix", async () => {
    expect(fixesOf(await issuesOf("/goals/g1", { amount: 5, currency: "USD" }))).toEqual([]);
    expect(fixesOf(await issuesOf("/goals/g1", { amount: 5, curency: "USD" }))).toEqual([]);
  });
});

describe("a fix is not offered", () => {
  const offered = async (tool: string, args: unknown): Promise<readonly unknown[]> =>
    fixesOf((await judge.refusalOf(tool, args))?.issues);
  const granted = async (tool: string, restricted: Readonly<Record<string, ArgumentRestriction>>, args: unknown) => {
    const grants: readonly Grant[] = [{ arguments: { [tool]: restricted } }];
    return (await judge.refusalOf(tool, args, { run: { ...nobodysRun, grants } }))?.issues ?? [];
  };

  it("where a named check refuses the mended value, and is where it does not", async () => {
    expect(await offered("set_even_goal", { goalId: "g", amount: "13" })).toEqual([]);
    expect(await offered("set_even_goal", { goalId: "g", amount: "12" })).toHaveLength(1);
  });

  it("where the request cannot carry the mended value", async () => {
    expect(await offered("get_goal", { goalId: ["."] })).toEqual([]);
    expect(await offered("get_goal", { goalId: ["x"] })).toHaveLength(1);
  });

  it("for a word that the API knows and the contract leaves out", async () => {
    for (const sort of ["minimised", ["minimised"]])
      expect(await offered("get_goal", { goalId: "g", sort })).toEqual([]);
    for (const sort of ["minimise", ["minimize"]])
      expect(await offered("get_goal", { goalId: "g", sort })).toHaveLength(1);
    expect(await offered("get_goal", { goalId: "g", review: "approved" })).toEqual([]);
    expect(await offered("get_goal", { goalId: "g", review: "Approve" })).toHaveLength(1);
  });

  it("for a member that the API has and the contract leaves out", async () => {
    expect(await offered("get_goal", { goalId: "g", limits: 5 })).toEqual([]);
    expect(await offered("get_goal", { goalId: "g", limitt: 5 })).toHaveLength(1);
    expect(await offered("set_filter", { goalId: "g", filter: { owners: "ann" } })).toEqual([]);
    expect(await offered("set_filter", { goalId: "g", filter: { ownerr: "ann" } })).toHaveLength(1);
  });

  it("where the run's grant refuses the mended value, and is within its bounds", async () => {
    const at = (amount: string) => granted("set_goal", { amount: { maximum: 10 } }, { goalId: "g", amount });
    expect(fixesOf(await at("12"))).toEqual([]);
    expect(fixesOf(await at("9"))).toHaveLength(1);
  });

  it("for what stands in an argument that the run's grant sets, and tells nothing of it", async () => {
    const pin = { value: { tenant: "acme-internal", state: "open" } };
    const at = (args: object) => granted("set_filter", { filter: { pin } }, { goalId: "g", ...args });
    for (const args of [{ state: "closed" }, { tenant: "t" }, { owner: "ann" }]) {
      const issues = await at(args);
      expect(fixesOf(issues)).toEqual([]);
      expect(JSON.stringify(issues)).not.toContain("acme-internal");
    }
    expect(await offered("set_filter", { goalId: "g", filter: {}, owner: "ann" })).toHaveLength(1);
  });

  it("that brings along what the run's grant sets", async () => {
    const sent = JSON.stringify({ goalId: "g", amount: 5 });
    expect(fixesOf(await granted("set_goal", { amount: { pin: { value: 7 } } }, sent))).toEqual([]);
    expect(await offered("set_goal", sent)).toHaveLength(1);
  });

  it("for an argument that the run's grant sets", async () => {
    const issues = await granted("set_goal", { amount: { pin: { value: 7 } } }, { goalId: "g", amuont: 5 });
    expect(issues.map(({ path, code }) => `${path} ${code}`)).toEqual(["/amuont unknown"]);
    expect(fixesOf(issues)).toEqual([]);
    expect(JSON.stringify(issues)).not.toContain("7");
  });
});

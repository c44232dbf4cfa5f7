// `replay` on journals that a sidecar wrote: which changes of a contract flip which decisions, and of what it says that it cannot
// tell.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { replayJournal } from "../../src/cli/replay.ts";
import { callCommand } from "../cli/command.ts";
import { type RunningApp, startRunningApp } from "../support/running-app.ts";
import { writeToolFolder } from "../support/tool-folder.ts";

const string = { type: "string" };
const json = (properties: object): object => ({
  content: { "application/json": { schema: { type: "object", properties } } },
});
const order = { name: "id", in: "path", required: true, schema: string };
const document = {
  openapi: "3.1.0",
  info: { title: "Orders", version: "1" },
  paths: {
    "/orders/{id}": {
      get: { parameters: [order], responses: { 200: json({ id: string, total: { type: "integer" } }) } },
    },
    "/refunds": {
      post: {
        requestBody: { required: true, ...json({ id: string, amount: { type: "integer" }, pin: string }) },
        responses: { 200: json({ done: { type: "boolean" } }) },
      },
    },
  },
};

const look = 'operation: api.get("/orders/{id}"), input: z.strictObject({ id: z.string() })';
const refund = (rules: string, amount = "z.int().max(100)", pin = "z.string()"): string =>
  `operation: api.post("/refunds"), input: z.strictObject({ id: z.string().max(50_000), amount: ${amount}, pin: secretField(${pin}).optional() }), rules: [${rules}]`;

let server: Server;
const folder = mkdtempSync(join(tmpdir(), "checkrein-replay-"));
beforeAll(async () => {
  server = createServer((request, response) => {
    const answer = request.method === "GET" ? { id: "a", total: 60 } : { done: true };
    void text(request).then(() =>
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer)),
    );
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

const toolFolder = (tools: Readonly<Record<string, string>>): string =>
  writeToolFolder({
    document,
    tools: Object.fromEntries(Object.entries(tools).map(([name, members]) => [name, members])),
  }).path;

let made = 0;
/** What a sidecar with these tools writes about these calls. */
const record = async (
  tools: Readonly<Record<string, string>>,
  calls: (app: RunningApp) => Promise<unknown>,
): Promise<string> => {
  const journal = join(folder, `journal-${(made += 1)}`);
  const { port } = Object(server.address());
  const app = await startRunningApp({
    contracts: toolFolder(tools),
    environment: { API_URL: `http://127.0.0.1:${port}`, API_TOKEN: "canary-77b2-token-of-the-api" },
    flags: ["--journal", `lines:${journal}`, "--max-attempts", "3"],
  });
  await calls(app);
  await app.stop();
  return journal;
};

interface Report {
  readonly calls: number;
  readonly same: number;
  readonly flips: readonly string[];
  readonly changes: readonly string[];
  readonly unclear: readonly string[];
}

const replay = async (journal: string, tools: Readonly<Record<string, string>>): Promise<Report> => {
  const { exitCode, stdout } = await callCommand(replayJournal, [journal, "--contracts", toolFolder(tools), "--json"]);
  const { calls, same, ...groups } = Object(JSON.parse(stdout));
  const view = (list: readonly Record<string, unknown>[]): readonly string[] =>
    list.map(
      ({ tool, from, to, calls: of }) =>
        `${String(tool)} ${String(from)}${to === "" ? "" : ` > ${String(to)}`}: ${String(of)}`,
    );
  const report = {
    calls,
    same,
    flips: view(groups.flips),
    changes: view(groups.changes),
    unclear: view(groups.unclear),
  };
  expect(exitCode).toBe(report.flips.length === 0 ? 0 : 1);
  return report;
};

const give = (amount: number, more: object = {}) => ({ id: "a", amount, ...more });

describe("a change of a contract", () => {
  it("to a limit flips what it stopped, or what it now stops", async () => {
    const journal = await record({ refund: refund("limit(3)") }, async ({ call }) => {
      for (let amount = 1; amount <= 5; amount += 1) await call("refund", give(amount));
    });
    expect(await replay(journal, { refund: refund("limit(3)") })).toMatchObject({ calls: 5, same: 5 });
    expect(await replay(journal, { refund: refund("") })).toMatchObject({
      flips: ["refund limit_reached > allowed: 2"],
    });
    expect(await replay(journal, { refund: refund("limit(1)") })).toMatchObject({
      flips: ["refund allowed > limit_reached: 2"],
    });
    expect(await replay(journal, { refund: refund("limit(3)", "z.int().max(2)") })).toMatchObject({
      flips: ["refund allowed > invalid_arguments: 1"],
      changes: ["refund limit_reached > invalid_arguments: 2"],
    });
  });

  it("to evidence, or to what is done once, is seen through what took place then", async () => {
    const seen = 'requires("look", { same: { id: "id" }, where: ({ args, result }) => args.amount <= result.total })';
    const journal = await record(
      { look, refund: refund(`${seen}, once(({ id, amount }) => [id, amount])`) },
      async ({ call }) => {
        await call("refund", give(1));
        await call("look", { id: "a" });
        await call("refund", give(1));
        await call("refund", give(1));
        await call("refund", give(70));
      },
    );
    const narrower = { look, refund: refund(seen.replace("args.amount <=", "2 * args.amount <=")) };
    expect(
      await replay(journal, { look, refund: refund(`${seen}, once(({ id, amount }) => [id, amount])`) }),
    ).toMatchObject({ same: 5 });
    expect(await replay(journal, narrower)).toMatchObject({ flips: ["refund repeated > allowed: 1"], unclear: [] });
    expect(await replay(journal, { look, refund: refund("") })).toMatchObject({ calls: 5, same: 2 });
  });

  it("by which a tool goes, or comes, is told", async () => {
    const journal = await record({ look, refund: refund("") }, async ({ call }) => {
      await call("look", { id: "a" });
      await call("looks", { id: "a" });
    });
    expect(await replay(journal, { refund: refund("") })).toMatchObject({ flips: ["look allowed > unknown_tool: 1"] });
    expect(await replay(journal, { look, looks: `${look}, rest: false`, refund: refund("") })).toMatchObject({
      flips: [],
      unclear: ["looks arguments of a tool that did not exist are not kept: 1"],
    });
  });

  it("to what is looked up cannot be told where nobody looked it up then", async () => {
    const rule = (bound: string): string =>
      `lookup("look", ({ args }) => ({ id: args.id }), ({ args, result }) => args.amount <= ${bound})`;
    const journal = await record({ look, refund: refund(rule("result.total")) }, async ({ call }) => {
      await call("refund", give(50));
      await call("refund", give(61));
    });
    expect(await replay(journal, { look, refund: refund(rule("result.total")) })).toMatchObject({ same: 2 });
    expect(await replay(journal, { look, refund: refund(rule("result.total / 2")) })).toMatchObject({
      flips: ["refund allowed > forbidden_by_rule: 1"],
    });
    const bare = await record({ look, refund: refund("") }, ({ call }) => call("refund", give(50)));
    expect(await replay(bare, { look, refund: refund(rule("result.total")) })).toMatchObject({
      flips: [],
      unclear: ["refund what a rule looks up is not in the journal: 1"],
    });
  });
});

describe("what a record does not have", () => {
  it("is a secret: told by the same contract, and by no other", async () => {
    const journal = await record({ refund: refund("") }, async ({ call }) => {
      await call("refund", give(1, { pin: "0713" }));
      await call("refund", give(1, { pin: 7 }));
    });
    expect(await replay(journal, { refund: refund("") })).toMatchObject({ same: 2 });
    expect(await replay(journal, { refund: refund("", "z.int().max(100)", "z.string().max(3)") })).toMatchObject({
      flips: [],
      unclear: ["refund a secret argument is not in the record: 2"],
    });
  });

  it("is an argument of thousands of characters", async () => {
    const journal = await record({ refund: refund("") }, ({ call }) =>
      call("refund", give(1, { id: "x".repeat(30_000) })),
    );
    expect(await replay(journal, { refund: refund("limit(1)") })).toMatchObject({
      unclear: ["refund the arguments were too long to be kept: 1"],
    });
  });

  it("is the beginning of a run that was dropped", async () => {
    const seen = { look, refund: refund('requires("look", { same: { id: "id" } })') };
    const journal = await record(seen, async ({ call }) => {
      await call("look", { id: "a" });
      await call("refund", give(1));
    });
    const lines = readFileSync(journal, "utf8").split("\n");
    const at = lines.findIndex((line) => line.includes('"kind":"call"'));
    writeFileSync(journal, lines.slice(at + 1).join("\n"));
    expect(await replay(journal, seen)).toMatchObject({
      flips: [],
      unclear: ["refund earlier calls of the run are not all in the journal: 1"],
    });
  });
});

describe("calls that overlapped", () => {
  it("overlap again: the limit holds while they are under way", async () => {
    const tools = { refund: refund("budget(({ amount }) => amount, { max: 100 })") };
    const journal = await record(tools, ({ call }) =>
      Promise.all(Array.from({ length: 12 }, () => call("refund", give(30)))),
    );
    expect(await replay(journal, tools)).toMatchObject({ calls: 12, same: 12 });
  });
});

describe("the command", () => {
  it("shows each group with an example, for people", async () => {
    const journal = await record({ refund: refund("limit(1)") }, async ({ call }) => {
      await call("refund", give(1));
      await call("refund", give(2));
    });
    const { exitCode, stdout } = await callCommand(replayJournal, [
      journal,
      "--contracts",
      toolFolder({ refund: refund("") }),
    ]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain("Decisions that flip\n  refund: limit_reached → allowed: 1 call\n");
    expect(stdout).toContain('{"id":"a","amount":2}');
    expect(stdout).toContain("2 calls judged again: 1 as they were, 1 flip\n");
  });

  it.each([
    ["no journal", [], 2, "name one journal"],
    ["two journals", ["a", "b"], 2, "name one journal"],
    [
      "a journal that is not there",
      ["nowhere.jsonl", "--contracts", "contracts/shop"],
      1,
      "nowhere.jsonl cannot be read",
    ],
    ["an option that is none", ["a", "--contract", "x"], 2, "--contracts"],
  ])("says what is wrong with %s", async (_what, words, code, said) => {
    const { exitCode, stdout } = await callCommand(replayJournal, words);
    expect([exitCode, stdout]).toEqual([code, expect.stringContaining(said)]);
  });
});

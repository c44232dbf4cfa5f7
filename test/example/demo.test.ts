// The demo, run for real: service, database, sidecar, agent. The facts of its picture are taken from its summary.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadContracts } from "../../src/contract/load/load.ts";
import { runExamples } from "../../src/rehearse/examples.ts";
import { types } from "../../src/cli/types.ts";
import { findJournal, journalLines } from "../../src/journal/read.ts";
import { type Demo, type Row, startDemo } from "../../examples/shop/demo.ts";
import { isObject } from "../../examples/shop/json.ts";
import { steps } from "../../examples/shop/steps.ts";

const root = join(import.meta.dirname, "../..");
const rowsOf = (rows: readonly Row[], kind: string): readonly Row[] => rows.filter(({ step }) => step.kind === kind);

describe("the demo", () => {
  let demo: Demo;
  let taken: number;
  const squatter = createServer();

  beforeAll(async () => {
    squatter.listen(0, "127.0.0.1");
    await once(squatter, "listening");
    taken = (squatter.address() as AddressInfo).port; // listening on a port, so it is no pipe
    demo = await startDemo(taken);
  });
  afterAll(async () => {
    await demo.stop();
    squatter.close();
  });

  it("takes a free port when its own is taken", () => {
    expect(URL.parse(demo.dataUrl)?.port).not.toBe(String(taken));
  });

  it("answers every attempt with the code that the script expects", () => {
    expect(demo.surprises.map(({ step, code }) => [step.about, code])).toEqual([]);
    expect(demo.guarded.rows.length).toBe(steps.reduce((sum, { expect: codes }) => sum + codes.length, 0));
  });

  it("lets every good call through to the shop", () => {
    for (const { reached, step } of rowsOf(demo.guarded.rows, "good"))
      expect([step.about, reached]).toEqual([step.about, "yes"]);
  });

  it("forwards no mistake, and every mended call", () => {
    const mistakes = rowsOf(demo.guarded.rows, "mistake");
    for (const { code, reached, step } of mistakes)
      expect([step.about, reached]).toEqual([step.about, code === "ok" ? "yes" : "no"]);
    expect(mistakes.filter(({ attempt, code }) => attempt === 1 && code === "ok").length).toBe(9);
    expect(mistakes.length).toBe(18);
  });

  it("makes first what a refused call lacks, as the refusal says it, and comes through", () => {
    const [refused, named, again] = rowsOf(demo.guarded.rows, "timing");
    expect([refused?.code, refused?.reached]).toEqual(["precondition_missing", "no"]);
    expect([named?.how, named?.request.body]).toEqual([
      "named",
      { tool: "get_order", arguments: { orderId: "ord_100022" } },
    ]);
    expect([again?.how, again?.request, again?.code]).toEqual(["again", refused?.request, "ok"]);
  });

  it("answers a refund that is repeated with the first one's result, and the shop has one", () => {
    const [, , made, repeated] = rowsOf(demo.guarded.rows, "timing");
    expect([made?.isRecorded, made?.reached]).toEqual([false, "yes"]);
    expect([repeated?.isRecorded, repeated?.reached]).toEqual([true, "no"]);
    expect(repeated?.answer).toEqual(made?.answer);
    const twice = ({ damage }: Demo["bare"]): unknown =>
      damage.kinds.find(({ name }) => name === "refunds made twice")?.rows;
    expect([twice(demo.guarded), twice(demo.bare)]).toEqual([0, 1]);
  });

  it("sends nothing that a rule refuses, and leaves to a person what is a person's", () => {
    const refused = rowsOf(demo.guarded.rows, "timing").filter(({ code }) => code !== "ok");
    expect(refused.map(({ code, reached }) => [code, reached])).toEqual([
      ["precondition_missing", "no"],
      ["check_failed", "no"],
      ["approval_required", "no"],
    ]);
  });

  it("lets no way around reach the shop, and the shop's own door stays shut without its credential", () => {
    for (const { code, reached, step } of rowsOf(demo.guarded.rows, "around")) {
      expect([step.about, reached]).toEqual([step.about, step.request.door === "shop" ? "past" : "no"]);
      expect(code).not.toBe("ok");
    }
  });

  it("says truly in every refusal whether the shop got the call", () => {
    const refusals = demo.guarded.rows.filter(({ code, reached }) => code !== "ok" && reached !== "past");
    expect(refusals.length).toBeGreaterThan(10);
    for (const { answer, reached } of refusals) expect(isObject(answer) && answer["forwarded"]).toBe(reached);
  });

  it("leaves the database whole behind the sidecar, and damaged without it", () => {
    expect(demo.guarded.damage.rows).toBe(0);
    expect(demo.guarded.leaked).toBe(0);
    expect(demo.guarded.damage.kinds.every(({ rows }) => rows === 0)).toBe(true);
    expect(demo.bare.damage.kinds.filter(({ rows }) => rows === 0)).toEqual([]);
    expect(demo.bare.leaked).toBeGreaterThan(40);
  });

  it("does the work that was asked for: the good and the mended calls are in the database", () => {
    expect(demo.guarded.damage.written).toBe(20);
  });

  it("keeps from the agent what the contract does not name", () => {
    const product = (rows: readonly Row[]): unknown =>
      rows.find(({ request }) => request.path === "/products/MUG-01")?.answer;
    expect(product(demo.bare.rows)).toHaveProperty("cost");
    expect(product(demo.guarded.rows)).toEqual({ sku: "MUG-01", name: "Mug, blue", price: 1290 });
  });

  it("lets the agent read why the shop itself refuses", () => {
    const cancelled = demo.guarded.rows.find(({ code }) => code === "backend_error")?.answer;
    expect(cancelled).toHaveProperty("backend.body.error", "order_closed");
  });

  it("stays up: tools, calls and the probe answer", async () => {
    const listed = await fetch(`${demo.dataUrl}/tools`);
    expect(await listed.json()).toHaveProperty("tools.length", 8);
    expect((await fetch(`${demo.adminUrl}/readyz`)).status).toBe(200);
    const order = await fetch(`${demo.dataUrl}/shop/orders/ord_100028`);
    expect(await order.json()).toHaveProperty("id", "ord_100028");
  });

  it("writes no PIN into the journal", async () => {
    const read = (): readonly string[] => [...journalLines(findJournal(demo.journal))];
    await expect.poll(() => read().length).toBeGreaterThan(30);
    const lines = read();
    const verified = lines.filter((line) => line.includes("verify_customer"));
    expect(verified).toHaveLength(2); // before it leaves, and after
    for (const line of verified) expect(line).toMatch(/"pin":"\[secret:/);
    expect(lines.join("\n")).not.toContain('"0713"');
  });

  it("removes its files when it stops", async () => {
    const other = await startDemo(0);
    await other.stop();
    expect(existsSync(dirname(other.journal))).toBe(false);
  });
});

const runDemo = (args: readonly string[], environment: Readonly<Record<string, string>>) => {
  const { CI: _, ...inherited } = process.env;
  return spawn(process.execPath, [join(root, "examples/shop/demo.ts"), ...args], {
    cwd: import.meta.dirname,
    env: { ...inherited, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
};

const collect = (child: ReturnType<typeof runDemo>): { readonly text: () => string; readonly all: () => string } => {
  let [text, all] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => ((text += chunk), (all += chunk)));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (all += chunk));
  return { text: () => text, all: () => all };
};

describe("npm run demo", () => {
  it.each([
    [["--once"], {}],
    [[], { CI: "true" }],
  ] as const)("ends after the picture: %j %j", async (args, environment) => {
    const child = runDemo(args, environment);
    const output = collect(child);
    const [code] = (await once(child, "close")) as [number | null];
    expect([code, output.all()]).toEqual([0, output.text()]);
    expect(output.text()).toContain("rows damaged");
    expect(output.text()).toContain("mended in one go, 6 steps");
    expect(output.text()).toContain("the same again, 4 times");
    expect(output.text()).not.toContain("\u001b");
  });

  it("stays up with lines ready to paste, and ends on Ctrl-C", async () => {
    const child = runDemo([], {});
    const output = collect(child);
    await expect.poll(output.text, { timeout: 15_000 }).toContain("checkrein -- replay");
    const url = /curl -s (http:\S+\/tools)$/m.exec(output.text())?.[1] ?? "";
    expect((await fetch(url)).status).toBe(200);
    child.kill("SIGINT");
    expect(await once(child, "close")).toEqual([0, null]);
  });

  it("names an option that it does not have", async () => {
    const child = runDemo(["--onec"], {});
    const output = collect(child);
    expect(await once(child, "close")).toEqual([2, null]);
    expect(output.all()).toContain("--onec");
  });
});

describe("the contracts of the shop", () => {
  it("load without a problem, and their examples hold, both ways", async () => {
    const loaded = await loadContracts(join(root, "contracts/shop"));
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    expect(loaded.notices.map(({ tool, message }) => `${tool}: ${message}`)).toEqual([
      expect.stringMatching(/^create_refund: .*open a run for each piece of work/),
    ]);
    const results = await runExamples(loaded.catalog);
    for (const { example, passed, got } of results)
      expect([example.name, passed, got]).toEqual([example.name, true, got]);
    for (const { tool, examples } of loaded.catalog.contracts) {
      const ways = new Set(examples.map(({ refused }) => refused === undefined));
      expect([tool, [...ways].toSorted()]).toEqual([tool, [false, true]]);
    }
  });

  it("name neither the deletion of orders nor an export", async () => {
    const loaded = await loadContracts(join(root, "contracts/shop"));
    const operations = loaded.ok ? loaded.catalog.contracts.map(({ operation }) => operation) : [];
    const paths = operations.flatMap((one) => (one.kind === "rest" ? [`${one.method} ${one.path.template}`] : []));
    expect(paths).toHaveLength(8);
    expect(paths.filter((path) => path.startsWith("DELETE") || path.includes("export"))).toEqual([]);
  });

  it("are typed by the document as it is", async () => {
    let said = "";
    const out = { write: (text: string) => void (said += text) };
    expect([await types(["--check", join(root, "openapi/shop.yaml")], out), said]).toEqual([0, ""]);
  });
});

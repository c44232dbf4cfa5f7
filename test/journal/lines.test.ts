// The journal's first form: one line a call, whatever happened; nothing that is secret, nothing that a reader could take for
// another line; and no trouble of its own that reaches a call.
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createLinesJournal } from "../../src/journal/lines.ts";
import type { JournalEntry } from "../../src/journal/journal.ts";
import { API_TOKEN, type Probe, startProbe } from "../support/probe.ts";
import { always } from "../support/socket-backend.ts";
import { callerNamed } from "../support/someone.ts";

const SECRET = "canary-91ab-secret-field";
let probe: Probe;
beforeAll(async () => {
  probe = await startProbe({ script: always(201, '{"id":"a"}'), flags: ["--max-body-bytes", "4000000"] });
});
afterAll(() => probe.stop());

/** The records of what the calls did, in order. */
const recordsOf = async (calls: () => Promise<unknown>): Promise<readonly Readonly<Record<string, unknown>>[]> => {
  const begun = new Date().toISOString();
  await calls();
  return (await probe.journal()).filter(({ time }) => String(time) >= begun);
};

describe("one line a call", () => {
  it("says what was asked, decided and sent", async () => {
    const [record] = await recordsOf(() => probe.call("create_item", { name: "n" }));
    expect(record).toMatchObject({
      v: 1,
      caller: "anonymous",
      ingress: "call",
      tool: "create_item",
      arguments: { name: "n" },
      decision: "allow",
      forwarded: "yes",
      status: 201,
    });
    expect(record?.["call"]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    expect(Date.parse(String(record?.["time"]))).toBeGreaterThan(Date.now() - 60_000);
  });

  it("says the same of a refusal, with its places and not its texts", async () => {
    const [record] = await recordsOf(() => probe.call("create_item", { name: 7 }));
    expect(record).toMatchObject({
      decision: "refuse",
      forwarded: "no",
      code: "invalid_arguments",
      class: "fix_arguments",
      issues: [{ path: "/name", code: "type" }],
    });
  });

  it("writes of /check that nothing was forwarded", async () => {
    const [record] = await recordsOf(() => probe.call("create_item", { name: "n" }, "/check"));
    expect(record).toMatchObject({ ingress: "check", decision: "allow", forwarded: "no" });
  });

  it("writes no argument of an unknown tool, for nobody knows what in it is secret", async () => {
    const records = await recordsOf(() => probe.call("create_itemm", { name: SECRET }));
    expect(records).toMatchObject([{ tool: "create_itemm", code: "unknown_tool", decision: "refuse" }]);
    expect(records[0]).not.toHaveProperty("arguments");
  });

  it("writes nothing for a request that could not be read", async () => {
    const send = (body: string): Promise<unknown> =>
      probe.send({ method: "POST", target: "/call", headers: [["content-type", "application/json"]], body });
    expect(await recordsOf(() => send("{"))).toEqual([]);
  });

  it.each([
    [true, undefined],
    [false, false],
    [null, false],
  ])("says whether a result counts as done (ok: %s), and hands the result on either way", async (ok, counts) => {
    probe.backend.play(always(200, JSON.stringify({ ok })));
    const records = await recordsOf(async () =>
      expect(await probe.call("run_job", {})).toMatchObject({ status: 200, code: undefined }),
    );
    probe.backend.play(always(201, '{"id":"a"}'));
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({ decision: "allow", forwarded: "yes" });
    expect(records[0]?.["counts"]).toBe(counts);
  });
});

describe("text of an agent in the journal", () => {
  it.each([
    ["newlines", 'a\n{"v":1,"decision":"allow"}\r\n'],
    ["ANSI escapes", "\u001b[2J\u001b[31mred"],
    ["line separators", "a\u2028b\u2029c\u0085d"],
    ["a NUL and other controls", "\0\u0007\u007f"],
    ["a megabyte", "x".repeat(1_000_000)],
  ])("with %s stays one line, and escaped", async (_what, name) => {
    const calls = new Set<unknown>();
    calls.add((await probe.call("create_item", { name })).headers["checkrein-call"]);
    calls.add((await probe.call(name.slice(0, 1000), {})).headers["checkrein-call"]);
    const text = await probe.journalText();
    const lines = text.split("\n");
    const own = lines.filter((line) => line !== "").map((line) => Object(JSON.parse(line)));
    expect(own.filter(({ call }) => calls.has(call))).toHaveLength(2);
    // oxlint-disable-next-line no-control-regex
    expect(text).not.toMatch(/[\0-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]/);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(70_000);
  });
});

describe("a secret", () => {
  it("is in no record, answer or readiness, whatever happens to the call", async () => {
    const answers = [
      await probe.call("create_item", { name: "n", token: SECRET }),
      await probe.call("create_item", { name: 7, token: SECRET }),
      await probe.call("create_item", { name: "n", token: { inner: SECRET } }),
      await probe.call("create_item", { name: "n", token: [SECRET] }),
      await probe.call("create_item", { name: "n", token: SECRET }, "/check"),
      await probe.send({
        method: "POST",
        target: "/api/items",
        headers: [
          ["content-type", "application/json"],
          ["authorization", `Bearer ${SECRET}`],
        ],
        body: JSON.stringify({ name: 7, token: SECRET }),
      }),
    ];
    const ready = await (await fetch(`${probe.app.adminUrl}/readyz`)).text();
    const everything = [
      await probe.journalText(),
      ready,
      ...answers.map(({ text, headers }) => text + JSON.stringify(headers)),
    ].join("\n");
    expect(everything).not.toContain(SECRET);
    expect(everything).not.toContain(API_TOKEN);
    expect(JSON.stringify(probe.backend.requests().map(({ body }) => String(body)))).toContain(SECRET); // the backend has it
  });

  it("is in no record of a member that the contract does not know", async () => {
    await probe.call("create_item", { name: "n", tokn: SECRET });
    expect(await probe.journalText()).not.toContain(SECRET);
  });
});

describe("the sink", () => {
  const entry: JournalEntry = {
    call: { id: "1", tool: "t", arguments: {}, ...callerNamed("c"), ingress: "call", signal: undefined },
    contract: undefined,
    verdict: { ok: true, value: undefined },
    milliseconds: 1,
  };
  const until = (done: () => boolean): Promise<void> => expect.poll(done, { timeout: 3000 }).toBe(true);

  it("F23 goes on with a full disk, says so, and counts what is lost", async () => {
    const told: string[] = [];
    const journal = createLinesJournal("/dev/full", (message) => told.push(message));
    journal.record(entry);
    await until(() => journal.trouble() !== undefined);
    expect(journal.trouble()).toContain("ENOSPC");
    const long = { ...entry, contract: { digest: "d", redact: () => "x".repeat(15_000) } };
    for (let index = 0; index < 600; index += 1) journal.record(long);
    expect(journal.trouble()).toMatch(/[1-9]\d* records lost/);
    const begun = performance.now();
    await journal.close();
    expect(performance.now() - begun).toBeLessThan(1500);
    expect(told[0]).toContain("ENOSPC");
  });

  it("refuses to start with a file that cannot be opened", () => {
    const folder = mkdtempSync(join(tmpdir(), "checkrein-journal-"));
    writeFileSync(join(folder, "file"), "");
    expect(() => createLinesJournal(join(folder, "file", "journal"), () => undefined)).toThrow();
    rmSync(folder, { recursive: true });
  });

  it("appends, makes folders, and lets nobody else read", async () => {
    const folder = mkdtempSync(join(tmpdir(), "checkrein-journal-"));
    const file = join(folder, "deep", "journal.jsonl");
    for (let run = 0; run < 2; run += 1) {
      const journal = createLinesJournal(file, () => undefined);
      journal.record(entry);
      await journal.close();
    }
    const { size, mode } = statSync(file);
    expect([size > 100, mode & 0o077]).toEqual([true, 0]);
    rmSync(folder, { recursive: true });
  });
});

// `checkrein journal`: lists calls, shows one as a story, counts; whatever form the journal has, and whatever agents wrote there.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { journal as command } from "../../src/cli/journal.ts";
import { FORMS, type Made, START, WRONG, made, refusal, writeJournal } from "../journal/records.ts";
import { callCommand, runCommand } from "./command.ts";

const folder = mkdtempSync(join(tmpdir(), "checkrein-journal-command-"));
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const records: readonly Made[] = [
  {
    kind: "run",
    time: new Date(START).toISOString(),
    run: "run_a",
    caller: "support",
    lineage: ["run_0", "run_a"],
    claims: { tenant: "acme" },
    grants: [
      { tools: ["get_order", "create_refund"], arguments: { create_refund: { amount: { maximum: 5000 } } } },
      { limits: [{ tools: ["create_refund"], calls: 2, windowMs: 60_000 }], messages: [] },
    ],
    expiresAt: "2026-01-02T00:00:00.000Z",
  },
  made("0a-lookup", { ingress: "lookup", tool: "get_order", arguments: { id: "o" }, ms: 2 }, 1),
  made("0a-lookup", { kind: "intent", tool: "create_refund" }, 1),
  made(
    "0a-lookup",
    {
      tool: "create_refund",
      contract: "0123456789ab",
      arguments: { amount: 4900, card: "[secret:abc]", note: "x".repeat(100) },
      request: "keyed:abc",
      ms: 12.5,
      status: 201,
      approvals: [{ id: "1f0c", by: "ann" }],
      claims: ["once", "limit"],
      settled: "done",
      result: { kind: "json", value: { ok: true } },
      hidden: ["arguments"],
      cut: ["result"],
    },
    1,
  ),
  made(
    "0b-wrong",
    {
      ...WRONG,
      tool: "bad\u001b[31m\u202e",
      detail: "Mend it.",
      issues: [
        {
          path: "/amount",
          code: "type",
          message: "must be an integer",
          fix: [{ op: "replace", path: "/amount", value: 1 }],
        },
        { path: "", code: "check" },
      ],
      next: ["list_orders"],
      retryAfter: 30,
      arguments: { amount: "x" },
      given: [{ path: "/x", code: "unknown" }],
    },
    2,
  ),
  made(
    "0c-observed",
    { ...WRONG, forwarded: "yes", observed: true, error: { why: "no" }, note: "for the operator" },
    3,
  ),
  made("0d-failed", { code: "upstream_timeout", class: "wait", forwarded: "unknown", ms: 0 }, 4),
  made("0e-again", { continues: "0d-failed", repeats: "0a-lookup", forwarded: "no" }, 5),
  made("0f-dry", { ingress: "check", forwarded: "no" }, 6),
  made("0g-open", { kind: "intent", run: "run_b" }, 7),
  made("0h-stream", { run: "run_b", toolError: true, counts: false, stream: { bytes: 7, end: "left" } }, 8),
  made("0i-unknown", { run: "run_b", tool: "nope", ...refusal("unknown_tool", "fix_tool") }, 9),
];

const call = (...words: readonly string[]): ReturnType<typeof callCommand> => callCommand(command, words);
const linesOf = (text: string): readonly string[] => text.split("\n").slice(0, -1);

describe.each(FORMS)("checkrein journal on %s", (form) => {
  let path: string;
  beforeAll(() => {
    path = writeJournal(folder, form, records);
  });

  it("lists one line a call, newest first, with nothing hidden", async () => {
    const { exitCode, stdout } = await call(path);
    expect(exitCode).toBe(0);
    expect(linesOf(stdout).map((line) => line.split(/ {2,}/))).toEqual([
      ["2026-01-01T00:00:09.000Z", "nope", "unknown_tool", "1.0 ms", "run_b", "0i-unknown"],
      ["2026-01-01T00:00:08.000Z", "get_order", "allow", "1.0 ms", "run_b", "0h-stream"],
      ["2026-01-01T00:00:07.000Z", "get_order", "unknown", "run_b", "0g-open"],
      ["2026-01-01T00:00:06.000Z", "get_order", "allow, dry run", "1.0 ms", "run_a", "0f-dry"],
      ["2026-01-01T00:00:05.000Z", "get_order", "allow, repeat", "1.0 ms", "run_a", "0e-again"],
      ["2026-01-01T00:00:04.000Z", "get_order", "upstream_timeout", "0.0 ms", "run_a", "0d-failed"],
      ["2026-01-01T00:00:03.000Z", "get_order", "invalid_arguments, observed", "1.0 ms", "run_a", "0c-observed"],
      ["2026-01-01T00:00:02.000Z", "bad\\u{1b}[31m\\u{202e}", "invalid_arguments", "1.0 ms", "run_a", "0b-wrong"],
      ["2026-01-01T00:00:01.000Z", "create_refund", "allow", "12.5 ms", "run_a", "0a-lookup"],
      ["2026-01-01T00:00:01.000Z", "get_order", "allow, lookup", "2.0 ms", "run_a", "0a-lookup"],
    ]);
  });

  it("takes filters, pages and --json", async () => {
    const idsOf = ({ stdout }: { stdout: string }): string => [...stdout.matchAll(/0\w-\w+$/gm)].join();
    expect(idsOf(await call(path, "--code", "invalid_arguments"))).toBe("0c-observed,0b-wrong");
    expect(idsOf(await call(path, "--run", "run_b", "--class", "fix_tool"))).toBe("0i-unknown");
    expect(idsOf(await call(path, "--tool=create_refund", "--caller", "support"))).toBe("0a-lookup");
    expect(idsOf(await call(path, "--since", "2026-01-01T00:00:08Z"))).toBe("0i-unknown,0h-stream");
    expect(idsOf(await call(path, "--until", "2026-01-01T00:00:01.5Z", "--decision", "allow"))).toBe(
      "0a-lookup,0a-lookup",
    );
    const first = await call(path, "--most", "2");
    expect(linesOf(first.stdout).at(-1)).toBe("There may be more: add --after 11");
    expect(idsOf(await call(path, "--most", "1", "--after", "11"))).toBe("0g-open");
    expect((await call(path, "--caller", "nobody")).stdout).toBe("No such call stands in the journal.\n");
    const json = linesOf((await call(path, "--json", "--most", "3")).stdout);
    expect(json.map((line) => Object(JSON.parse(line)).call)).toEqual(["0i-unknown", "0h-stream", "0g-open"]);
    expect((await call(path, "--most", "0")).stdout).toBe("No such call stands in the journal.\n");
  });

  it("shows a call as a story", async () => {
    const { exitCode, stdout } = await call("show", "0a", path);
    expect(exitCode).toBe(0);
    expect(linesOf(stdout).slice(0, 17)).toEqual([
      "who        support",
      '           known of it: {"tenant":"acme"}',
      "run        run_a, a part of run_0, to 2026-01-02T00:00:00.000Z",
      "may        call get_order, create_refund",
      '           create_refund, amount: {"maximum":5000}',
      "           make 2 calls of create_refund in 60 s",
      "           send other messages to nothing",
      "",
      "create_refund  0a-lookup  allow",
      "came       2026-01-01T00:00:01.000Z over call, from support in run_a, contract 0123456789ab",
      "asked      {",
      '             "amount": 4900,',
      '             "card": "[secret:abc]",',
      `             "note": "${"x".repeat(100)}"`,
      "           }",
      "looked up  get_order: allow, lookup, 2 ms",
      '             {"id":"o"}',
    ]);
    expect(linesOf(stdout).slice(17)).toEqual([
      "decided    allowed",
      "approved   1f0c, by ann",
      "claimed    once, limit; settled: done",
      "sent       yes",
      "           only after its intent was on the disk (record 3)",
      "           request keyed:abc",
      "answered   status 201",
      '           {"kind":"json","value":{"ok":true}}',
      "ended      2026-01-01T00:00:01.012Z, after 12.5 ms (record 4)",
      "left out   secrets in arguments stand as digests",
      "           result: cut, or left out, for length or because the contract says so",
      "",
      expect.stringMatching(/^get_order {2}0e-again {2}allow, repeat$/),
      expect.stringContaining("; goes on with 0d-failed"),
      expect.stringContaining("asked"),
      "decided    allowed",
      "sent       nothing: it got the result of 0a-lookup again",
      "ended      2026-01-01T00:00:05.001Z, after 1 ms (record 8)",
    ]);
  });

  it.each([
    [
      "0b",
      [
        "refused: invalid_arguments (fix_arguments)",
        "Mend it.",
        "/amount: must be an integer; a fix was offered",
        "(all): check",
      ],
    ],
    [
      "0b",
      ["next: list_orders", "again after 30 s", "and /x (unknown), which no argument takes", "bad\\u{1b}[31m\\u{202e}"],
    ],
    ["0c", ["forwarded, although it should have been refused", '{"why":"no"}', "note       for the operator"]],
    ["0d", ["allowed, and failed: upstream_timeout (wait)", "perhaps: nobody knows", "a later start closed it"]],
    ["0e", ["; goes on with 0d-failed", "nothing: it got the result of 0a-lookup again", "create_refund  0a-lookup"]],
    ["0f", ["nothing: a dry run"]],
    ["0g", ["it was let through", "perhaps: nobody knows", "it is under way, or nobody knows what became of it"]],
    ["0h", ["the tool says that it failed", "does not count as done", "a stream: 7 bytes, left"]],
    ["0i", ["of an unknown tool nobody knows the secrets"]],
  ])("tells in the story of %s what happened: %j", async (id, told) => {
    const { stdout } = await call("show", id, path);
    for (const text of told) expect(stdout).toContain(text);
    for (const hidden of ["\u001b", "\u202e"]) expect(stdout).not.toContain(hidden);
    expect((await call("show", id, path, "--json")).stdout.split("\n").length).toBeGreaterThan(1);
  });

  it("counts, in tables for people and as JSON", async () => {
    const { exitCode, stdout } = await call("stats", path);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("3 succeeded, 2 refused, 1 observed, 1 failed, 1 open");
    expect(stdout).toContain("Apart: 1 dry run (0 refused), 1 lookup (0 failed).");
    expect(stdout).toMatch(/^bad\\u\{1b\}\[31m\\u\{202e\} +\/amount +type +1$/m);
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(JSON.parse((await call("stats", path, "--json", "--run", "run_b")).stdout)).toMatchObject({
      calls: 2,
      open: 1,
    });
  });

  it.each([
    [["--cod", "x"], 2, "did you mean --code?"],
    [["--code", "invalid"], 2, "--code: "],
    [["--class", "fix"], 2, "--class: "],
    [["--since", "tomorrow"], 2, "--since: "],
    [["--until", ""], 2, "--until: "],
    [["--decision", "deny"], 2, "--decision: "],
    [["--run", ""], 2, "--run: is empty"],
    [["--most", "many"], 2, "--most must be a whole number"],
    [["--after", "-1"], 2, "--after must be a whole number"],
    [["another"], 2, "name one journal"],
    [["stats", "another"], 2, "name one journal"],
    [["stats", "--code", "busy"], 2, "there is no option --code"],
    [["stats", "--since", "x"], 2, "--since: "],
    [["show"], 2, "name one call"],
    [["show", "a", "b"], 2, "name one call"],
    [["show", "nothing"], 1, 'no call "nothing" stands in the journal'],
    [["show", "0"], 1, "more than one call begins"],
    [["tail", "another"], 2, "name one journal"],
    [["tail", "--most", "x"], 2, "--most must be"],
    [["tail", "--caller", ""], 2, "--caller: is empty"],
  ])("answers the words %j with exit code %i and what to do", async (words, exitCode, told) => {
    const placed = words.length === 1 && words[0] === "show" ? words : [...words, path];
    expect(await call(...placed)).toMatchObject({ exitCode, stdout: expect.stringContaining(told) });
  });
});

describe("the journal that checkrein journal looks into", () => {
  const run = (environment: Readonly<Record<string, string>>, ...words: readonly string[]) =>
    runCommand(["journal", ...words], { environment, folder });

  it("is the one that serve would write", async () => {
    const path = writeJournal(folder, "sqlite", records);
    const lines = writeJournal(folder, "lines", records);
    for (const place of [`sqlite:${path}`, `lines:${lines}`])
      expect((await run({ CHECKREIN_JOURNAL: place, CHECKREIN_PORT: "nonsense" })).stdout).toContain("0i-unknown");
    expect(await run({ CHECKREIN_STATE_DIRECTORY: "elsewhere" }, "stats")).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining("elsewhere/journal.sqlite"),
    });
  });

  it.each([
    [{ CHECKREIN_JOURNAL: "none" }, [], "keeps no journal"],
    [{ CHECKREIN_JOURNAL: "stdout" }, ["tail"], "checkrein journal - < lines"],
    [{ CHECKREIN_JOURNAL: "nonsense" }, ["show", "a"], "must be sqlite:<file>"],
    [{}, ["nothing.jsonl"], "nothing.jsonl cannot be read"],
    [{}, ["foreign.sqlite"], "is no journal of checkrein"],
    [{}, ["stat"], "did you mean checkrein journal stats?"],
  ])("has to be there: %j %j", async (environment, words, told) => {
    writeFileSync(join(folder, "foreign.sqlite"), readFileSync(foreign()));
    const ended = await run(environment, ...words);
    expect(ended.stdout).toContain(told);
    expect(ended.exitCode).toBeGreaterThan(0);
    expect(ended.stderr).toBe("");
  });
});

/** Another program's SQLite file. */
const foreign = (): string => {
  const path = join(folder, "made.sqlite");
  rmSync(path, { force: true });
  const database = new DatabaseSync(path);
  database.exec("CREATE TABLE other (a)");
  database.close();
  return path;
};

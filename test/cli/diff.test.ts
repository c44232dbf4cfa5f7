// `checkrein diff`: what it prints for people and for CI, its gate and its exit codes.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { diff } from "../../src/cli/diff.ts";
import { writeContracts } from "../support/contracts-folder.ts";
import { callCommand, runCommand } from "./command.ts";

const folderOf = (members: string, more: Readonly<Record<string, string>> = {}): string =>
  writeContracts({
    "refund.ts": `import { defineContract, limit, local, z } from "checkrein";
      export default defineContract({ tool: "refund", description: "Refund.", operation: local(), ${members} });`,
    ...more,
  });

const NOTE = `import { defineContract, local, z } from "checkrein";
  export default defineContract({ tool: "note", description: "A note.", operation: local(), input: z.strictObject({}) });`;

const small = "input: z.strictObject({ amount: z.int().max(100) })";
const large = "input: z.strictObject({ amount: z.int().max(500) })";
const run = (...words: readonly string[]): ReturnType<typeof callCommand> => callCommand(diff, words);

describe("two sets of contracts", () => {
  it("that are the same have no difference", async () => {
    const { exitCode, stdout } = await run(folderOf(small), folderOf(small));
    expect([exitCode, stdout]).toEqual([0, "nothing has changed\n"]);
  });

  it("are held up where something widens, until it is accepted", async () => {
    const [old, now] = [folderOf(`${small}, rules: [limit(3)]`), folderOf(`${large}, rules: [limit(2)]`)];
    const said = `refund
  widens       input.amount  maximum 100 → 500; takes 500 now
  narrows      rules.limit   At most 3 calls in one run. → At most 2 calls in one run.
2 changes: 1 widens, 1 narrows
`;
    const held = "What widens and what cannot be told has to be accepted: read it, then add --accept\n";
    expect(await run(old, now)).toEqual({ exitCode: 1, stdout: `${said}${held}` });
    expect(await run(old, now, "--accept")).toEqual({ exitCode: 0, stdout: said });
  });

  it("pass where something only narrows or breaks", async () => {
    const { exitCode, stdout } = await run(folderOf(large), folderOf(small));
    expect(exitCode).toBe(0);
    expect(stdout).toContain("  narrows      input.amount  maximum 500 → 100; refuses 500 now\n");
    const gone = await run(folderOf(small, { "note.ts": NOTE }), folderOf(small));
    expect([gone.exitCode, gone.stdout]).toEqual([0, "note\n  breaks       tool  gone\n1 change: 1 breaks\n"]);
  });

  it("are held up where it cannot be told", async () => {
    const check = (text: string): string => `input: z.strictObject({ amount: z.int().refine((n) => n !== ${text}) })`;
    const { exitCode, stdout } = await run(folderOf(check("3")), folderOf(check("4")));
    expect(exitCode).toBe(1);
    expect(stdout).toContain("  cannot tell  input.amount  a check has another text\n");
  });

  it("are told in JSON", async () => {
    const { exitCode, stdout } = await run(folderOf(small), folderOf(large, { "note.ts": NOTE }), "--json");
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toEqual([
      { tool: "note", place: "tool", change: "widens", message: "new: the agent's own process" },
      { tool: "refund", place: "input.amount", change: "widens", message: "maximum 100 → 500; takes 500 now" },
    ]);
    const accepted = await run(folderOf(small), folderOf(small), "--json", "--accept");
    expect([accepted.exitCode, accepted.stdout]).toEqual([0, "[]\n"]);
  });

  it("tell of callers and backends, too", async () => {
    const caller = (tools: string): Readonly<Record<string, string>> => ({
      "callers.ts": `import { defineCaller, secret } from "checkrein";
        export const desk = defineCaller({ name: "desk", key: secret("DESK_KEY"), ${tools} });`,
      "note.ts": NOTE,
    });
    const { stdout } = await run(
      folderOf(small, caller('tools: ["note"]')),
      folderOf(small, caller('tools: ["note", "refund"], arguments: { refund: { amount: { maximum: 5 } } }')),
    );
    expect(stdout).toContain("(caller desk)\n  widens       tools                    refund is new\n");
    expect(stdout).toContain('  narrows      arguments.refund.amount  restricted: {"maximum":5}\n');
  });

  it("hide nothing", async () => {
    const value = (letter: string): string => `input: z.strictObject({ amount: z.enum(["a", "${letter}"]) })`;
    const { stdout } = await run(folderOf(value("b")), folderOf(value("\\u001b[31m\\u202e")));
    for (const letter of ["\u001b", "\u202e"]) expect(stdout).not.toContain(letter);
    expect(stdout).toContain("\\u{202e}");
  });
});

it("prints what the page for authors shows", async () => {
  const page = readFileSync(new URL("../../docs/CONTRACTS.md", import.meta.url), "utf8");
  const [, shown] = /^```\n(create_refund\n.*?)^```$/ms.exec(page) ?? [];
  const version = (input: string, rules: string): string =>
    writeContracts({
      "refund.ts": `import { check, defineContract, limit, local, z } from "checkrein";
        export default defineContract({ tool: "create_refund", description: "Refund.", operation: local(),
          input: z.strictObject({ ${input} }), rules: [${rules}] });`,
    });
  const { stdout } = await run(
    version(
      "amount: z.int().max(5000), reason: z.string().optional(), note: z.string().optional()",
      'limit(3), check("weekday", ({ now }) => now.getUTCDay() !== 0)',
    ),
    version(
      "amount: z.int().max(10000), reason: z.string()",
      'limit(5), check("weekday", ({ now }) => now.getUTCDay() % 6 !== 0)',
    ),
  );
  expect(stdout).toBe(shown);
});

describe("wrong usage", () => {
  it.each<[string, readonly string[], string]>([
    ["no folder", [], "name two folders of contracts"],
    ["one folder", ["contracts/shop"], "name two folders of contracts"],
    ["three folders", ["a", "b", "c"], "name two folders of contracts"],
    ["an option that is not there", ["a", "b", "--acept"], "did you mean --accept?"],
    ["a value for a flag", ["a", "b", "--json=x"], "--json takes no value"],
  ])("is refused: %s", async (_, words, says) => {
    const { exitCode, stdout } = await run(...words);
    expect(exitCode).toBe(2);
    expect(stdout).toContain(says);
  });

  it("is no folder that does not load: its problems are printed, and the exit code is 1", async () => {
    const wrong = await run(folderOf(small), folderOf('effect: "reads", input: z.strictObject({})'));
    expect(wrong.exitCode).toBe(1);
    expect(wrong.stdout).toMatch(/refund\.ts: effect: "reads" is not an effect\n    mend: .*\n1 problem\n$/);
    expect((await run("/nowhere", folderOf(small))).stdout).toContain("/nowhere: folder: there is no such folder");
  });

  it("ends the process with its exit code", async () => {
    expect((await runCommand(["diff"])).exitCode).toBe(2);
    const { exitCode, stdout } = await runCommand(["diff", folderOf(small), folderOf(large)]);
    expect([exitCode, stdout.split("\n", 1)]).toEqual([1, ["refund"]]);
    expect((await runCommand(["diff", "--help"])).stdout).toContain("checkrein diff <old> <new> [--accept] [--json]");
  });
});

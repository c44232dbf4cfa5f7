// `checkrein try`: what an agent would get, on a terminal, without anything being sent.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { showTrial } from "../../src/cli/show-trial.ts";
import { tryTool } from "../../src/cli/try.ts";
import { type Issue, accept, refuse } from "../../src/refusal.ts";
import type { Trial } from "../../src/rehearse/try-call.ts";
import { writeContracts } from "../support/contracts-folder.ts";
import { type Ended, callCommand } from "./command.ts";

const folderOf = (name: string): string => join(import.meta.dirname, "../..", name);
const shop = ["--contracts", folderOf("contracts/shop")];
const rules = ["--contracts", folderOf("examples/rules")];
const run = (...words: readonly string[]): Promise<Pick<Ended, "exitCode" | "stdout">> => callCommand(tryTool, words);

describe("a call that would be forwarded", () => {
  it("is shown with its request, pins among it", async () => {
    const { exitCode, stdout } = await run("get_order", '{"orderId":"ord_100001"}', ...shop);
    expect([exitCode, stdout]).toEqual([0, "get_order would be forwarded\n  GET /orders/ord_100001\n"]);
    const pinned = await run("search_orders", "{}", "--claims", '{"customer":"cus_1"}', ...rules);
    expect(pinned.stdout).toContain("GET /orders?customerId=cus_1\n");
  });

  it("is allowed in JSON", async () => {
    const { exitCode, stdout } = await run("get_order", '{"orderId":"ord_100001"}', "--json", ...shop);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ call: expect.any(String), tool: "get_order", decision: "allow" });
  });
});

describe("a call that would be refused", () => {
  const stringified = '{"orderId":"ord_100001","amount":"1250","reason":"damaged"}';

  it("is shown with place, what was received and what is accepted", async () => {
    const { exitCode, stdout } = await run("create_refund", stringified, ...shop);
    expect(exitCode).toBe(1);
    expect(stdout).toContain("create_refund refused: invalid_arguments (fix_arguments)\n");
    expect(stdout).toContain(
      '  /amount must be an integer, got the string "1250"\n    received "1250"\n    accepted {"type":"integer"',
    );
  });

  it("is in JSON what agents get", async () => {
    const { exitCode, stdout } = await run("create_refund", stringified, "--json", ...shop);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      type: "urn:checkrein:refusals/invalid_arguments",
      tool: "create_refund",
      call: expect.stringMatching(/^[0-9a-f-]{36}$/),
      forwarded: "no",
      issues: [{ path: "/amount", code: "type", received: '"1250"' }],
    });
  });

  it("is shown with its fixes as a difference, and with what the mended call would get", async () => {
    const sent = '{"order_id":"ord_100001","amount":"1250","reason":"Damaged"}';
    const { exitCode, stdout } = await run("create_refund", sent, ...shop);
    expect(exitCode).toBe(1);
    for (const line of [
      "    fix      rename /order_id to /orderId",
      "    fix      /amount → 1250",
      '  -   "reason": "Damaged"',
      '  +   "reason": "damaged"',
      "with the fixes: refused: precondition_missing (fix_order)",
    ])
      expect(stdout).toContain(`${line}\n`);
    const twice = await run("get_order", '["{\\"orderId\\":\\"ord_100001\\"}"]', ...shop);
    expect(twice.stdout).toContain('    fix      the arguments → {"orderId":"ord_100001"}\n');
    const whole = await run("get_order", '{"args":{"orderId":"ord_100001"}}', ...shop);
    expect(whole.stdout).toMatch(/^with the fix(?:es)?: would be forwarded$/m);
  });

  it("names the call that has to come first", async () => {
    const { exitCode, stdout } = await run("create_refund", stringified.replace('"1250"', "1250"), ...shop);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('  next     get_order {"orderId":"ord_100001"}\n');
  });

  it.each<[string, readonly string[], string]>([
    ["for a tool that is not there", ["get_ordr", "{}"], "unknown_tool"],
    ["for a key that stands twice", ["get_order", '{"orderId":"a","orderId":"b"}'], "duplicate_key"],
    ["for what is no JSON", ["get_order", "{orderId:1}"], "malformed_json"],
    ["for a number that would not survive", ["get_order", '{"orderId":12345678901234567890}'], "unsafe_number"],
    ["for arguments that are no object", ["get_order", "[]"], "invalid_arguments"],
  ])("says the code %s", async (_, words, code) => {
    const { exitCode, stdout } = await run(...words, ...shop);
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`${words[0]} refused: ${code} (`);
  });

  it("looks nothing up, and says so", async () => {
    const { exitCode, stdout } = await run("change_recipient", '{"orderId":"ord_1","recipient":"Ann"}', ...rules);
    expect(exitCode).toBe(1);
    expect(stdout).toContain("Nothing is sent while a call is tried.");
  });

  it("shows hidden letters of arguments", async () => {
    const { stdout } = await run("get_order", '{"orderId":"ord_1\\u001b[31m\\u202e"}', ...shop);
    for (const letter of ["\u001b", "\u202e"]) expect(stdout).not.toContain(letter);
  });
});

describe("time and caller", () => {
  it("decide: within office hours, and after", async () => {
    const at = (time: string): ReturnType<typeof run> =>
      run("cancel_in_office_hours", '{"orderId":"ord_1"}', "--at", time, ...rules);
    expect((await at("2026-05-08T16:59:59+02:00")).exitCode).toBe(0);
    expect((await at("2026-05-08T17:00:00+02:00")).stdout).toContain("refused: not_now (wait)");
  });

  it("decide: claims in a file, and none", async () => {
    const file = join(writeContracts({ "claims.json": '{"level":"senior"}' }), "claims.json");
    const words = ["refund_by_level", '{"orderId":"ord_1","amount":9000,"reason":"late"}'];
    expect((await run(...words, "--claims", file, ...rules)).exitCode).toBe(0);
    expect((await run(...words, ...rules)).stdout).toContain("/amount is too much for your level");
  });
});

it.each<[string, readonly string[], string]>([
  ["no arguments", ["get_order"], "name a tool and its arguments"],
  ["a word too many", ["get_order", "{}", "{}"], "name a tool and its arguments"],
  ["an option that is not there", ["get_order", "{}", "--claim", "{}"], "did you mean --claims?"],
  ["claims that are no object", ["get_order", "{}", "--claims", "{]"], "--claims: "],
  ["claims in no file", ["get_order", "{}", "--claims", "/nowhere"], "--claims: ENOENT"],
  ["a time without its offset", ["get_order", "{}", "--at", "2026-01-31T09:30:00"], "is no time: write it like"],
])("refuses %s as wrong usage", async (_, words, says) => {
  const { exitCode, stdout } = await run(...words, ...shop);
  expect(exitCode).toBe(2);
  expect(stdout).toContain(says);
});

describe("fixes", () => {
  const issues: readonly Issue[] = [
    {
      path: "/amount",
      code: "type",
      message: "must be an integer",
      fix: [{ op: "replace", path: "/amount", value: 5 }],
    },
    { path: "/nmae", code: "unknown", message: "is not a member", fix: [{ op: "move", from: "/nmae", path: "/name" }] },
  ];
  const offered = refuse("invalid_arguments", "Two things do not match.", { issues });
  const plain = (_style: unknown, text: string): string => text;
  const given = { amount: "5", nmae: "x", toJSON: "no function", zone: { a: 1 } };
  const asked: unknown[] = [];
  const judge = (args: unknown): Promise<Trial> => {
    asked.push(args);
    return Promise.resolve({ verdict: asked.length === 1 ? offered : accept(undefined), faults: [] });
  };

  it("are shown each, as a difference together, and with what the mended call would get", async () => {
    const { lines, isForwarded } = await showTrial(given, judge, plain);
    expect(isForwarded).toBe(false);
    expect(lines).toContain("    fix      /amount → 5");
    expect(lines).toContain("    fix      rename /nmae to /name");
    expect(lines.slice(lines.indexOf("    {"))).toEqual([
      "    {",
      '  -   "amount": "5",',
      '  -   "nmae": "x",',
      '  +   "amount": 5,',
      '  +   "name": "x",',
      '      "toJSON": "no function",',
      '      "zone": {',
      '        "a": 1',
      "      }",
      "    }",
      "",
      "with the fixes: would be forwarded",
      "  nothing is sent: the tool runs in the agent's own process",
    ]);
    expect(asked[1]).toEqual({ amount: 5, name: "x", toJSON: "no function", zone: { a: 1 } });
  });

  it("that find no place are no difference", async () => {
    const lost = refuse("invalid_arguments", "One thing does not match.", {
      issues: [{ path: "/a", code: "type", message: "is wrong", fix: [{ op: "replace", path: "/a", value: 1 }] }],
    });
    const { lines } = await showTrial({}, () => Promise.resolve({ verdict: lost, faults: [] }), plain);
    expect(lines.join("\n")).not.toContain("with the fixes");
  });

  it("among much that stays are shown with a little of it", async () => {
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`m${index + 10}`, index]));
    const verdict = refuse("invalid_arguments", "One thing does not match.", { issues: issues.slice(0, 1) });
    const { lines } = await showTrial({ amount: "5", ...many }, () => Promise.resolve({ verdict, faults: [] }), plain);
    expect(lines.length).toBeLessThan(60);
  });
});

describe("as a process", () => {
  const command = ["src/main.ts", "try", "get_order", "-", ...shop];
  const spawn = (input: string, environment: Readonly<Record<string, string>>): Ended => {
    const env = { PATH: process.env["PATH"], ...environment };
    const { status, stdout, stderr } = spawnSync(process.execPath, command, {
      input,
      env,
      cwd: folderOf("."),
      encoding: "utf8",
      timeout: 15_000,
    });
    return { exitCode: status ?? -1, stdout, stderr };
  };

  it("reads the arguments from the standard input, and has no colours where nobody looks", () => {
    const { exitCode, stdout, stderr } = spawn('{"orderId":"ord_100001"}', {});
    expect([exitCode, stdout, stderr]).toEqual([0, "get_order would be forwarded\n  GET /orders/ord_100001\n", ""]);
  });

  it("has colours where they are asked for, and none with NO_COLOR", () => {
    expect(spawn("{}", { FORCE_COLOR: "1" }).stdout).toContain("\u001b[31mrefused");
    expect(spawn("{}", { NO_COLOR: "1" }).stdout).not.toContain("\u001b");
  });
});

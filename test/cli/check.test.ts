// `checkrein check` and `checkrein test`: what they print, and their exit codes.
import { beforeEach, describe, expect, it } from "vitest";
import { check } from "../../src/cli/check.ts";
import { test } from "../../src/cli/test.ts";
import { backendFile, getOrder, orders, refund, writeContracts } from "../support/contracts-folder.ts";

let said: string;
const out = { write: (text: string) => void (said += text) };
beforeEach(() => {
  said = "";
});

const folderOf = (examples: string, more: Readonly<Record<string, string>> = {}): string =>
  writeContracts({
    "orders.json": JSON.stringify(orders),
    "backend.ts": backendFile("credential: bearer(secret('NEVER_SET'))"),
    "get-order.ts": getOrder(),
    "refund.ts": refund(
      `input: z.strictObject({ orderId: z.string(), amount: z.int().max(5).refine((n) => n !== 3, "not three") }), pin: { currency: "EUR" }, examples: [${examples}]`,
    ),
    ...more,
  });

const passes = '{ name: "a small one", arguments: { orderId: "o", amount: 1 } }';
const tooMuch = 'arguments: { orderId: "o", amount: 9 }';
const refused = `{ name: "too much", ${tooMuch}, refused: { code: "invalid_arguments", path: "/amount" } }`;
const failed = '{ name: "three", arguments: { orderId: "o", amount: 3 }, refused: { code: "check_failed" } }';
const unsendable =
  '{ name: "a step", arguments: { orderId: "..", amount: 1 }, refused: { code: "invalid_arguments", path: "/orderId" } }';

describe("checkrein check", () => {
  it("finds nothing wrong, without the environment that serving needs", async () => {
    expect(await check(["--contracts", folderOf([passes, refused, failed, unsendable].join())], out)).toBe(0);
    expect(said).toBe("2 tools, 4 examples, no problems\n");
  });

  it.each<[string, string, string, string]>([
    ["that should pass", `{ name: "x", ${tooMuch} }`, "to pass", "refused with invalid_arguments at /amount"],
    [
      "that should be refused",
      '{ name: "x", arguments: { orderId: "o", amount: 1 }, refused: { code: "invalid_arguments" } }',
      "refused with invalid_arguments",
      "passed",
    ],
    [
      "refused with another code",
      `{ name: "x", ${tooMuch}, refused: { code: "check_failed" } }`,
      "refused with check_failed",
      "refused with invalid_arguments at /amount",
    ],
    [
      "refused at another place",
      `{ name: "x", ${tooMuch}, refused: { code: "invalid_arguments", path: "/orderId" } }`,
      "refused with invalid_arguments at /orderId",
      "refused with invalid_arguments at /amount",
    ],
    [
      "that no agent can send",
      '{ name: "x", arguments: { orderId: "o", amount: 1, more: undefined } }',
      "to pass",
      "arguments that are no JSON: write them as an agent sends them",
    ],
  ])("prints an example %s", async (_, example, want, got) => {
    expect(await check(["--contracts", folderOf(example)], out)).toBe(1);
    expect(said).toContain(`refund: example "x"\n       want: ${want}\n       got:  ${got}\n`);
    expect(said).toMatch(/2 tools, 1 example, 1 example failed\n$/);
  });

  it("prints every problem with file, place and mend", async () => {
    const folder = folderOf(passes, { "a.ts": getOrder('effect: "reads"', "a"), "b.ts": "enum A {}" });
    expect(await check([`--contracts=${folder}`], out)).toBe(1);
    expect(said).toMatch(/a\.ts: effect: "reads" is not an effect\n    mend: use "read", "write" or "destructive"\n/);
    expect(said).toMatch(/b\.ts: import: .*\n    mend: .*\n2 problems\n$/s);
  });

  it("lists what OpenAI's strict mode cannot take, where it is asked to", async () => {
    const local = `import { defineContract, local, z } from "checkrein";
      export default defineContract({ tool: "note", description: "A note.", operation: local(),
        input: z.strictObject({ text: z.string(), tag: z.string().optional() }) });`;
    const folder = folderOf("", { "note.ts": local });
    await check(["--contracts", folder, "--strict"], out);
    expect(said).toContain(
      "note.ts: note: openai strict: /properties/tag: it may be left out, and strict mode has required",
    );
    expect(said).toContain("2 of 3 tools in OpenAI's strict mode\n");
  });

  it("refuses options that it has not", async () => {
    expect(await check(["--contract", "x"], out)).toBe(2);
    expect(said).toBe("there is no option --contract: did you mean --contracts?\n");
    expect(await check(["--contracts"], out)).toBe(2);
    expect(await check(["contracts"], out)).toBe(2);
  });
});

describe("checkrein test", () => {
  it("prints each example, and tools without", async () => {
    expect(await test(["--contracts", folderOf([passes, refused].join())], out)).toBe(0);
    expect(said).toBe(
      "get_order\n  -    no examples: add some, and this command shows that they hold\n" +
        "refund\n  ok   a small one\n  ok   too much\n\n2 examples passed, 0 failed, 1 tool without examples\n",
    );
  });

  it("prints what was wanted, and why the call was refused", async () => {
    expect(await test(["--contracts", folderOf(`${passes}, { name: "x", ${tooMuch} }`), "refund"], out)).toBe(1);
    expect(said).toContain(
      "  FAIL x\n       want: to pass\n       got:  refused with invalid_arguments at /amount\n         /amount: ",
    );
    expect(said).toMatch(/1 example passed, 1 failed\n$/);
  });

  it("refuses tools that are not there, and contracts that do not load", async () => {
    expect(await test(["refun", "--contracts", folderOf(passes)], out)).toBe(1);
    expect(said).toBe('there is no tool "refun": did you mean refund?\n');
    expect(await test(["--contracts", "/nowhere"], out)).toBe(1);
  });
});

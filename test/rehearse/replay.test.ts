// `replay` on journals that a sidecar wrote: which changes of a contract flip which decisions, and what the command says.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { replayJournal } from "../../src/cli/replay.ts";
import { callCommand } from "../cli/command.ts";
import { give, look, record, refund, replay, toolFolder, startOrders, stopOrders } from "./recorded-orders.ts";

beforeAll(startOrders);
afterAll(stopOrders);

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
    expect(stdout).toContain(
      "2 calls judged again: 1 as they were, 1 flip, 0 for another reason, 0 that cannot be told\n",
    );
  });

  it.each([
    ["no journal", [], 1, "cannot be read"],
    ["two journals", ["a", "b"], 2, "name one journal"],
    ["a folder", ["/tmp", "--contracts", "contracts/shop"], 1, "/tmp cannot be read"],
    ["a file that is no journal", ["package.json", "--contracts", "contracts/shop"], 1, "no call that could be judged"],
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

// `replay` by the contracts of then: what was decided is decided again, and where the journal lacks what it depends on, nothing is
// claimed.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ADMIN_TOKEN, type RunningApp } from "../support/running-app.ts";
import { answers, folder, give, look, record, refund, replay, startOrders, stopOrders } from "./recorded-orders.ts";

beforeAll(startOrders);
afterAll(stopOrders);

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
      unclear: ["refund earlier calls are not all in the journal: 1"],
    });
  });
});

describe("what was so then", () => {
  it("is a person's word", async () => {
    const rules = "once(({ id }) => id), limit(2), approval()";
    const journal = await record({ refund: refund(rules) }, async (app) => {
      for (const amount of [1, 1, 2]) {
        const { text } = await app.call("refund", give(amount));
        const id: unknown = Object(JSON.parse(text)).approval?.id;
        if (typeof id === "string") await approve(app, id);
        await app.call("refund", give(amount));
      }
    });
    const same = await replay(journal, { refund: refund(rules) });
    expect(same).toMatchObject({ calls: 6, same: 6 });
    expect(await replay(journal, { refund: refund("once(({ id }) => id), limit(2)") })).toMatchObject({
      flips: ["refund approval_required > allowed: 1"],
    });
  });

  it("is a failure of an observed call", async () => {
    const forbidden = {
      look: `${look}, rules: [forbids("refund", { same: { id: "id" } })]`,
      refund: refund("limit(1)"),
    };
    answers.status = 404;
    const journal = await record(
      forbidden,
      async ({ call }) => {
        await call("refund", give(1));
        await call("refund", give(2));
        answers.status = 200;
        await call("look", { id: "a" });
      },
      { flags: ["--observe", "refund"] },
    );
    expect(await replay(journal, forbidden)).toMatchObject({ calls: 3, same: 3 });
  });

  it("is what a restart forgot, and what it did not", async () => {
    const tools = { refund: refund("limit(2)") };
    const twice = async ({ call }: RunningApp): Promise<void> => {
      await call("refund", give(1));
      await call("refund", give(2));
    };
    const journal = await record(tools, twice);
    await record(tools, twice, { journal });
    expect(await replay(journal, tools)).toMatchObject({ calls: 4, same: 4 });
    const flags = ["--state", `sqlite:${join(folder, "state")}`];
    const kept = await record(tools, twice, { flags });
    await record(tools, twice, { flags, journal: kept });
    expect(await replay(kept, tools)).toMatchObject({ calls: 4, same: 4 });
    expect(await replay(kept, { refund: refund("limit(4)") })).toMatchObject({
      flips: ["refund limit_reached > allowed: 2"],
    });
    const later = await record(tools, twice, { flags });
    expect(await replay(later, { refund: refund("limit(9)") })).toMatchObject({
      flips: [],
      unclear: ["refund earlier calls are not all in the journal: 2"],
    });
  });

  it("is a clock that goes back", async () => {
    let now = Date.parse("2026-01-01T12:00:00Z");
    const tools = { look, refund: refund('requires("look", { same: { id: "id" } })') };
    const journal = await record(
      tools,
      async ({ call }) => {
        await call("look", { id: "a" });
        now -= 3_600_000;
        await call("refund", give(1));
      },
      { now: () => now },
    );
    expect(await replay(journal, tools)).toMatchObject({ calls: 2, same: 2 });
  });

  it("is a result that was not kept: told where it matters", async () => {
    const once = { refund: `${refund("once(({ id }) => id)")}, journal: { result: "digest" }` };
    const journal = await record(once, async ({ call }) => {
      await call("refund", give(1));
      await call("refund", give(1));
    });
    expect(await replay(journal, once)).toMatchObject({
      same: 1,
      flips: [],
      unclear: ["refund the earlier result is not in the journal: 1"],
    });
  });

  it("is a journal of which some went: two chains, or lines that are missing", async () => {
    const tools = { look, refund: refund('requires("look", { same: { id: "id" } })') };
    const calls = async ({ call }: RunningApp): Promise<void> => {
      await call("look", { id: "b" });
      await call("look", { id: "a" });
      await call("refund", give(1));
    };
    const lines = readFileSync(await record(tools, calls), "utf8")
      .trimEnd()
      .split("\n");
    const without = (isGone: (line: string) => boolean): readonly string[] => lines.filter((line) => !isGone(line));
    const isLook = (line: string): boolean => line.includes('"tool":"look"') && line.includes('{"id":"a"}');
    const gone = join(folder, "gone");
    writeFileSync(gone, `${without(isLook).join("\n")}\n`);
    const unclear = { flips: [], unclear: ["refund earlier calls are not all in the journal: 1"] };
    expect(await replay(gone, tools)).toMatchObject(unclear);
    const other = readFileSync(await record(tools, calls), "utf8")
      .trimEnd()
      .split("\n");
    const late = other.slice(other.findIndex(isLook) + 1);
    writeFileSync(gone, `${[...lines, ...late].join("\n")}\n`);
    expect(await replay(gone, tools)).toMatchObject({ flips: [] });
  });

  it("is what a query of a path brought that no argument took: not told of another contract", async () => {
    const journal = await record({ look }, ({ send }) =>
      send({ method: "GET", target: "/api/orders/a?foo=1", headers: [], body: undefined }),
    );
    expect(await replay(journal, { look })).toMatchObject({ calls: 1, same: 1 });
    expect(await replay(journal, { look: look.replace("z.string()", "z.string().max(9)") })).toMatchObject({
      flips: [],
      unclear: ["look what no argument took then is not in the record: 1"],
    });
  });
});

const approve = async ({ app }: RunningApp, id: string): Promise<void> => {
  const answer = await fetch(`${app.adminUrl}/approvals/${id}/approve`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${ADMIN_TOKEN}` },
    body: JSON.stringify({ by: "ann" }),
  });
  expect(answer.status).toBe(200);
};

describe("calls that overlapped", () => {
  it("overlap again: the limit holds while they are under way", async () => {
    const tools = { refund: refund("budget(({ amount }) => amount, { max: 100 })") };
    const journal = await record(tools, ({ call }) =>
      Promise.all(Array.from({ length: 12 }, () => call("refund", give(30)))),
    );
    expect(await replay(journal, tools)).toMatchObject({ calls: 12, same: 12 });
  });
});

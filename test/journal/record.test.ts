// What stands in the record of a call: what happened, nothing that is secret, and nothing that a reader could take for another
// line.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { API_TOKEN, type Probe, startProbe } from "../support/probe.ts";
import { always } from "../support/socket-backend.ts";

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
      v: 2,
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

  it("says the same of a refusal, with its places", async () => {
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
    expect(own.filter(({ kind, call }) => kind === "call" && calls.has(call))).toHaveLength(2);
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

// Observe mode through the whole sidecar: what would be refused is forwarded, over every ingress, and the journal has the truth.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { membersOf } from "../support/json.ts";
import { createJournalFile } from "../support/journal-file.ts";
import { INGRESSES, WAYS, openAgent } from "./agent.ts";
import { observeStories, observed, observedTools } from "./observe-stories.ts";
import { type Sidecar, startSidecar } from "./sidecar.ts";
import { playStory } from "./story.ts";

const ALL = Object.entries(observeStories);
const journal = createJournalFile();
let sidecar: Sidecar;
beforeAll(async () => {
  sidecar = await startSidecar({
    tools: observedTools,
    callers: ALL.length * WAYS.length,
    flags: [...journal.flags, "--observe", "all"],
  });
});
afterAll(async () => {
  await sidecar.stop();
  journal.remove();
});

describe.each(WAYS)("over $ingress, proven by $proof", (way) => {
  it.each(ALL)("%s", (_name, story) => playStory(sidecar, way, story));
});

const countOf = async (tool: string, code: string): Promise<number> => {
  const { counts } = (await sidecar.admin("GET", "/observe")).body;
  const all = Array.isArray(counts) ? counts.map(membersOf) : [];
  return Number(all.find((one) => one["tool"] === tool && one["code"] === code)?.["calls"] ?? 0);
};

describe("the record of a call that was forwarded although it is refused", () => {
  it("says what it is refused with, and what came of it", async () => {
    expect(observed.size).toBeGreaterThan(ALL.length * WAYS.length);
    const one = [...observed.keys()].at(-1);
    await journal.recordOf(one);
    for (const [call, code] of observed)
      expect(await journal.recordOf(call)).toMatchObject({
        decision: "refuse",
        observed: true,
        code,
        forwarded: "yes",
        status: expect.anything(),
      });
  });

  it("is counted on the admin port", async () => {
    const { body } = await sidecar.admin("GET", "/observe");
    const counts = new Map<string, number>();
    for (const count of Array.isArray(body["counts"]) ? body["counts"].map(membersOf) : [])
      counts.set(String(count["code"]), (counts.get(String(count["code"])) ?? 0) + Number(count["calls"]));
    const wanted = new Map<string, number>();
    for (const code of observed.values()) wanted.set(code, (wanted.get(code) ?? 0) + 1);
    expect(counts).toEqual(wanted);
  });
});

describe.each(INGRESSES)("over %s", (ingress) => {
  it("a lookup is made once for each call", async () => {
    const agent = await openAgent(sidecar, { ingress, proof: "bearer" });
    sidecar.backend.give("get_order", { body: { id: "x", total: 10, status: "open" } });
    for (const amount of [10, 11]) {
      sidecar.backend.take();
      expect(await agent.call("pay", { orderId: "o", amount })).toMatchObject({ code: "ok" });
      expect(sidecar.backend.take().map(({ tool }) => tool)).toEqual(["get_order", "pay"]);
    }
    sidecar.backend.give("get_order", undefined);
  });

  it("a grant's limits and restrictions are observed, its list of tools and its pins hold", async () => {
    const grant = {
      tools: ["tag_each", "small"],
      limits: [{ calls: 1 }],
      arguments: { small: { note: { pin: { value: "set" } }, amount: { maximum: 2 } } },
    };
    const agent = await openAgent(sidecar, { ingress, proof: "bearer" }, { grant });
    sidecar.backend.take();
    const within = await agent.call("small", { orderId: "o", amount: 1 });
    const beyond = await agent.call("small", { orderId: "o", amount: 3 });
    const often = await agent.call("small", { orderId: "o", amount: 1 });
    const body = { orderId: "o", note: "set" };
    expect(sidecar.backend.take().map((request) => request.body)).toEqual([
      { ...body, amount: 1 },
      { ...body, amount: 3 },
      { ...body, amount: 1 },
    ]);
    expect(await journal.recordOf(within.call)).not.toHaveProperty("observed");
    expect(await journal.recordOf(beyond.call)).toMatchObject({ observed: true, code: "invalid_arguments" });
    expect(await journal.recordOf(often.call)).toMatchObject({ observed: true, code: "limit_reached" });
    expect(await agent.call("plain", { orderId: "o" })).toMatchObject({
      code: ingress === "rest" ? "not_found" : "unknown_tool",
    });
    expect(await agent.call("small", { orderId: "o", amount: 1, note: "mine" })).toMatchObject({
      code: "invalid_arguments",
    });
    expect(sidecar.backend.take()).toEqual([]);
  });

  it("a claim that the tool pins has to be there, and is sent", async () => {
    const grant = {};
    const nobody = await openAgent(sidecar, { ingress, proof: "bearer" }, { grant });
    const evil = await openAgent(sidecar, { ingress, proof: "bearer" }, { grant, claims: { tenant: "evil" } });
    sidecar.backend.take();
    expect(await nobody.call("mine", { orderId: "o" })).toMatchObject({ code: "forbidden_by_rule" });
    expect(await evil.call("mine", { orderId: "o", tenant: "other" })).toMatchObject({ code: "invalid_arguments" });
    expect(sidecar.backend.take()).toEqual([]);
    const sent = await evil.call("mine", { orderId: "o" });
    expect(sidecar.backend.take()).toEqual([{ tool: "mine", body: { orderId: "o", tenant: "evil" } }]);
    expect(await journal.recordOf(sent.call)).toMatchObject({ observed: true, code: "check_failed" });
  });

  it("no overridden refusal counts as an attempt, and one that stands does", async () => {
    const agent = await openAgent(sidecar, { ingress, proof: "bearer" });
    for (let count = 0; count < 7; count += 1)
      expect(await agent.call("small", { orderId: "o", amount: "x" })).toMatchObject({ code: "ok" });
    expect(await agent.call("small", { orderId: 5 })).toMatchObject({ refusal: { attempts: { used: 1, left: 4 } } });
    expect(await agent.call("small", { orderId: "o", amount: "x" })).toMatchObject({ code: "ok" });
    for (let used = 1; used <= 5; used += 1)
      expect(await agent.call("small", { orderId: 5 })).toMatchObject({ refusal: { attempts: { used } } });
    expect(await agent.call("small", { orderId: "o", amount: "x" })).toMatchObject({ code: "stopped" });
  });

  it("calls at one time are all forwarded, and as many count as the limit lets through", async () => {
    const agent = await openAgent(sidecar, { ingress, proof: "bearer" });
    const before = await countOf("tag", "limit_reached");
    const seen = await Promise.all(Array.from({ length: 10 }, () => agent.call("tag", { orderId: "o" })));
    expect(seen.map(({ code }) => code)).toEqual(Array.from({ length: 10 }, () => "ok"));
    expect((await countOf("tag", "limit_reached")) - before).toBe(8);
  });

  it("a destructive tool is not covered by `all`", async () => {
    const agent = await openAgent(sidecar, { ingress, proof: "bearer" });
    sidecar.backend.take();
    expect(await agent.call("cancel", { orderId: 5 })).toMatchObject({ code: "invalid_arguments" });
    expect(sidecar.backend.take()).toEqual([]);
  });
});

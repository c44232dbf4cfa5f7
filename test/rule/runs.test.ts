// Pieces of work: what one run did is evidence for itself alone, what it uses up counts for all that it is a part of, and none
// outlives its end.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Agent, INGRESSES, type RunOptions, openAgent, withKey, agentOf } from "./agent.ts";
import { type Sidecar, startSidecar } from "./sidecar.ts";

let sidecar: Sidecar;
beforeAll(async () => {
  sidecar = await startSidecar({ callers: 10 });
});
afterAll(() => sidecar.stop());

const order = { orderId: "o1" };
const refund = { orderId: "o1", amount: 1 };
const codeOf = async (agent: Agent, tool: string, given: object = order): Promise<string> =>
  (await agent.call(tool, given)).code;

describe.each(INGRESSES)("over %s", (ingress) => {
  const open = (options: RunOptions = {}): Promise<Agent> =>
    openAgent(sidecar, { ingress, proof: ingress === "rest" ? "url" : "bearer" }, options);
  const end = async ({ run }: Agent): Promise<number> =>
    (await sidecar.admin("POST", `/runs/${String(run)}/end`, { by: "ann" })).status;
  const partOf = ({ run }: Agent, more: RunOptions = {}): Promise<Agent> =>
    open({ parent: String(run), caller: "c0", ...more });

  it("two runs of a caller do not see each other's evidence, and count for themselves", async () => {
    const [one, other] = [await open(), await open()];
    sidecar.backend.give("get_order", { body: { total: 5 } });
    expect(await codeOf(one, "get_order")).toBe("ok");
    expect(await codeOf(other, "refund", refund)).toBe("precondition_missing");
    expect(await codeOf(one, "refund", refund)).toBe("ok");
    for (const agent of [one, other])
      expect([await codeOf(agent, "tag"), await codeOf(agent, "tag"), await codeOf(agent, "tag")]).toEqual([
        "ok",
        "ok",
        "limit_reached",
      ]);
  });

  it("a part of a run counts against every run above it", async () => {
    const top = await open();
    const middle = await partOf(top);
    const [bottom, beside] = [await partOf(middle), await partOf(top)];
    expect([await codeOf(bottom, "tag"), await codeOf(beside, "tag")]).toEqual(["ok", "ok"]);
    for (const agent of [top, middle, bottom, beside]) expect(await codeOf(agent, "tag")).toBe("limit_reached");
    expect(await codeOf(bottom, "spend", { amount: 60 })).toBe("ok");
    expect(await codeOf(top, "spend", { amount: 41 })).toBe("limit_reached");
    expect(await codeOf(beside, "spend", { amount: 40 })).toBe("ok");
  });

  it("a part of a run has evidence of its own, and is forbidden what any other part did", async () => {
    const top = await open();
    const [left, right] = [await partOf(top), await partOf(top)];
    sidecar.backend.give("get_order", { body: { total: 5 } });
    await codeOf(top, "get_order");
    expect(await codeOf(left, "refund", refund)).toBe("precondition_missing");
    expect(await codeOf(left, "cancel")).toBe("ok");
    for (const agent of [top, left, right]) expect(await codeOf(agent, "ship")).toBe("forbidden_by_rule");
  });

  it("a limit of a part of a run is for it and those below", async () => {
    const top = await open();
    const left = await partOf(top, { grant: { limits: [{ calls: 1 }] } });
    const below = await partOf(left);
    expect(await codeOf(below, "plain")).toBe("ok");
    expect([await codeOf(left, "plain"), await codeOf(below, "plain")]).toEqual(["limit_reached", "limit_reached"]);
    expect(await codeOf(top, "plain")).toBe("ok");
  });

  it("an ended run makes no call any more: with state at once, without within a second", async () => {
    const top = await open();
    const below = await partOf(top);
    for (const agent of [top, below])
      expect([await codeOf(agent, "plain"), await codeOf(agent, "tag_slowly", { orderId: "x" })]).toContain("ok");
    expect(await end(top)).toBe(200);
    sidecar.backend.take();
    for (const agent of [top, below]) expect(await codeOf(agent, "spend", { amount: 1 })).toBe("unauthenticated");
    sidecar.clock.pass(1000);
    for (const agent of [top, below]) {
      const refused = await agent.call("plain", order);
      expect(refused).toMatchObject({ code: "unauthenticated", refusal: { class: "stop", forwarded: "no" } });
      expect((await agent.check("plain", order)).code).toBe("unauthenticated");
    }
    expect(sidecar.backend.take()).toEqual([]);
  });

  it("an expired run is nobody's", async () => {
    const agent = await open({ lifetimeMs: 1000 });
    expect(await codeOf(agent, "plain")).toBe("ok");
    sidecar.clock.pass(1000);
    expect([await codeOf(agent, "plain"), await codeOf(agent, "tag")]).toEqual(["unauthenticated", "unauthenticated"]);
  });
});

describe("a caller without a run", () => {
  it("sees less evidence inside a session, and starts no fresh limit there", async () => {
    const proof = withKey(sidecar.nextCaller().key);
    const [one, other, plain] = await Promise.all(
      (["session", "session", "call"] as const).map((ingress) => agentOf(sidecar, ingress, proof)),
    );
    if (one === undefined || other === undefined || plain === undefined) throw new Error("three agents");
    sidecar.backend.give("get_order", { body: { total: 5 } });
    expect(await codeOf(one, "get_order")).toBe("ok");
    expect(await codeOf(other, "refund", refund)).toBe("precondition_missing");
    expect([await codeOf(one, "refund", refund), await codeOf(plain, "refund", refund)]).toEqual(["ok", "ok"]);
    expect([await codeOf(one, "tag"), await codeOf(other, "tag")]).toEqual(["ok", "ok"]);
    for (const agent of [one, other, plain]) expect(await codeOf(agent, "tag")).toBe("limit_reached");
    expect(await codeOf(other, "cancel")).toBe("ok");
    for (const agent of [one, other, plain]) expect(await codeOf(agent, "ship")).toBe("forbidden_by_rule");
  });

  it("counts and sees what it did in the last day", async () => {
    const agent = await openAgent(sidecar, { ingress: "call", proof: "whole" });
    sidecar.backend.give("list_orders", { body: { orders: [{ id: "o1" }] } });
    await codeOf(agent, "list_orders", {});
    expect([await codeOf(agent, "tag"), await codeOf(agent, "tag"), await codeOf(agent, "tag")]).toEqual([
      "ok",
      "ok",
      "limit_reached",
    ]);
    sidecar.clock.pass(86_400_000 - 1);
    expect([await codeOf(agent, "pick"), await codeOf(agent, "tag")]).toEqual(["ok", "limit_reached"]);
    sidecar.clock.pass(1);
    expect([await codeOf(agent, "pick"), await codeOf(agent, "tag")]).toEqual(["precondition_missing", "ok"]);
  });
});

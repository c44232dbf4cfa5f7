// Calls at the same time: what one has taken, another does not get.
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { membersOf } from "../support/json.ts";
import { type Agent, INGRESSES, type Seen, openAgent } from "./agent.ts";
import { type Sidecar, startSidecar } from "./sidecar.ts";

let sidecar: Sidecar;
beforeAll(async () => {
  sidecar = await startSidecar();
});
afterAll(() => sidecar.stop());

/** While the first call is under way, the second; then both. */
const both = async (
  tool: string,
  first: () => Promise<Seen>,
  second: () => Promise<Seen>,
): Promise<readonly Seen[]> => {
  sidecar.backend.give(tool, { afterMs: 150 });
  sidecar.backend.take();
  const slow = first();
  while (sidecar.backend.take().length === 0) await setTimeout(5);
  const quick = await second();
  const done = await slow;
  sidecar.backend.give(tool, undefined);
  return [done, quick];
};

describe.each(INGRESSES)("over %s", (ingress) => {
  let agent: Agent;
  beforeAll(async () => {
    agent = await openAgent(sidecar, { ingress, proof: "bearer" });
  });
  const call = (tool: string, given: object) => (): Promise<Seen> => agent.call(tool, given);
  const codesOf = (all: readonly Seen[]): readonly string[] => all.map(({ code }) => code);

  it("the same thing once: busy, with a time to wait", async () => {
    const given = { orderId: `once-${ingress}`, amount: 1 };
    const [done, busy] = await both("charge", call("charge", given), call("charge", given));
    expect(done?.code).toBe("ok");
    expect(busy).toMatchObject({
      code: "busy",
      refusal: { class: "wait", forwarded: "no", retryAfter: expect.any(Number) },
    });
    expect(await agent.call("charge", given)).toMatchObject({ code: "ok", result: done?.result });
  });

  it("one at a time, of all callers", async () => {
    const given = { orderId: `lease-${ingress}`, amount: 1 };
    const other = await openAgent(sidecar, { ingress: "call", proof: "bearer" });
    const seen = await both("deploy", call("deploy", given), () => other.call("deploy", given));
    expect(codesOf(seen)).toEqual(["ok", "busy"]);
    expect((await other.call("deploy", given)).code).toBe("ok");
  });

  it("an amount in flight counts, and a call in flight forbids", async () => {
    const orderId = `flight-${ingress}`;
    const spend = (amount: number) => call("spend_hourly", { orderId, amount });
    expect(codesOf(await both("spend_hourly", spend(60), spend(41)))).toEqual(["ok", "limit_reached"]);
    const cancel = call("cancel", { orderId });
    expect(codesOf(await both("cancel", cancel, call("ship", { orderId })))).toEqual(["ok", "forbidden_by_rule"]);
  });

  it("one approval lets one of many through", async () => {
    const given = { orderId: `approved-${ingress}`, amount: 11 };
    const asked = await agent.call("wire", given);
    const { id } = membersOf(asked.refusal["approval"]);
    await sidecar.admin("POST", `/approvals/${String(id)}/approve`, { by: "ann" });
    const all = await Promise.all(Array.from({ length: 10 }, () => agent.call("wire", given)));
    expect(codesOf(all).toSorted()).toEqual([...Array.from({ length: 9 }, () => "approval_required"), "ok"]);
    expect(new Set(all.flatMap(({ refusal }) => membersOf(refusal["approval"])["id"] ?? [])).size).toBe(1);
  });

  it("twenty at once against a limit of two and a budget: exactly what fits is sent", async () => {
    const many = await openAgent(sidecar, { ingress, proof: "bearer" });
    const orderId = `many-${ingress}`;
    sidecar.backend.take();
    const tags = await Promise.all(Array.from({ length: 20 }, () => many.call("tag", { orderId })));
    expect(tags.filter(({ code }) => code === "ok")).toHaveLength(2);
    const sums = await Promise.all(Array.from({ length: 20 }, () => many.call("spend", { amount: 33.33 })));
    expect(sums.filter(({ code }) => code === "ok")).toHaveLength(3);
    expect(sidecar.backend.take()).toHaveLength(5);
  });
});

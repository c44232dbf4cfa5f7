// What a person decides on the admin port: approvals, claims of unknown outcome, and a store that lost its state.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { approval, claimOf, DEADLINE, DAY, HOUR, once } from "../support/claims.ts";
import { type AdminOfTest, startAdmin } from "./admin-port.ts";

let admin: AdminOfTest;
beforeEach(async () => void (admin = await startAdmin()));
afterEach(() => admin.stop());

/** What the call of this id found, and the id of what waits. */
const ask = async (call: string, key = "k"): Promise<string | undefined> => {
  const claim = claimOf(call, approval(key));
  const answer = await admin.store.claim(claim);
  return answer.ok || answer.found.kind !== "approval" ? undefined : answer.found.id;
};

describe("approvals", () => {
  it("wait in a list with what they are about", async () => {
    const id = await ask("c1");
    expect((await admin.get("/approvals")).body).toEqual({
      approvals: [
        {
          id,
          state: "pending",
          tool: "refund",
          arguments: { amount: 5 },
          caller: "shop",
          run: "run-1",
          reason: "above 100",
          createdAt: "2026-03-01T10:00:00.000Z",
          expiresAt: "2026-03-02T10:00:00.000Z",
        },
      ],
    });
  });

  it("once given let one call pass, which leaves nothing to decide", async () => {
    const id = await ask("c1");
    const answer = await admin.post(`/approvals/${id}/approve`, { by: "ann" });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ id, state: "approved", by: "ann", expiresAt: "2026-03-01T11:00:00.000Z" });
    expect(admin.logged).toMatchObject([{ approval: id, decision: "approved", by: "ann", tool: "refund" }]);
    expect(await admin.store.claim(claimOf("c2", approval("k")))).toMatchObject({
      ok: true,
      approvals: [{ id, by: "ann" }],
    });
    for (const decision of ["approve", "deny"])
      expect((await admin.post(`/approvals/${id}/${decision}`, { by: "bob" })).status).toBe(404);
    expect(await ask("c3")).not.toBe(id);
  });

  it("once denied stop the call", async () => {
    const id = await ask("c1");
    expect((await admin.post(`/approvals/${id}/deny`, { by: "ann" })).body).toMatchObject({
      state: "denied",
      by: "ann",
    });
    expect(await admin.store.claim(claimOf("c2", approval("k")))).toMatchObject({
      ok: false,
      found: { state: "denied" },
    });
  });

  it.each([
    ["approve", "approved", "deny"],
    ["deny", "denied", "approve"],
  ])("decided twice with %s are %s by the first, and not changed by %s", async (same, state, other) => {
    const id = await ask("c1");
    const first = await admin.post(`/approvals/${id}/${same}`, { by: "ann" });
    const second = await admin.post(`/approvals/${id}/${same}`, { by: "bob" });
    expect(second.status).toBe(200);
    expect(second.body).toEqual(first.body);
    const third = await admin.post(`/approvals/${id}/${other}`, { by: "bob" });
    expect(third.status).toBe(409);
    expect(third.body["detail"]).toContain(`${state} already, by ann`);
    expect(admin.logged).toHaveLength(1);
    expect((await admin.get("/approvals")).body).toEqual({ approvals: [first.body] });
  });

  it("that expired, pending or decided, are gone", async () => {
    const [pending, decided] = [await ask("c1", "a"), await ask("c2", "b")];
    await admin.post(`/approvals/${decided}/approve`, { by: "ann" });
    admin.pass(HOUR);
    expect((await admin.post(`/approvals/${decided}/approve`, { by: "ann" })).status).toBe(404);
    admin.pass(DAY);
    expect((await admin.post(`/approvals/${pending}/approve`, { by: "ann" })).status).toBe(404);
    expect((await admin.get("/approvals")).body).toEqual({ approvals: [] });
  });

  it.each([undefined, {}, { by: "" }, { by: "ann", deny: true }])("are not decided by the body %j", async (body) => {
    const id = await ask("c1");
    expect((await admin.post(`/approvals/${id}/approve`, body)).status).toBe(422);
    expect((await admin.get("/approvals")).body).toMatchObject({ approvals: [{ state: "pending" }] });
  });

  it("of another id are not there", async () => {
    for (const id of ["x", "__proto__", "a%2Fb"])
      expect((await admin.post(`/approvals/${id}/approve`, { by: "ann" })).status).toBe(404);
  });
});

describe("claims", () => {
  const take = (call: string): ReturnType<typeof admin.store.claim> =>
    admin.store.claim(claimOf(call, once("order-1")));

  it.each(["done", "released"] as const)("of unknown outcome are settled as %s", async (outcome) => {
    await take("c1");
    expect((await admin.get("/claims")).body).toEqual({ claims: [] });
    expect((await admin.post("/claims/c1/settle", { outcome, by: "ann" })).status).toBe(404); // it may still end by itself
    admin.pass(DEADLINE);
    expect((await admin.get("/claims")).body).toEqual({
      claims: [{ id: "c1", about: "refund of order-1", at: "2026-03-01T10:00:00.000Z" }],
    });
    const answer = await admin.post("/claims/c1/settle", { outcome, by: "ann" });
    expect(answer.body).toEqual({ id: "c1", outcome, by: "ann" });
    expect(admin.logged).toMatchObject([{ claim: "c1", outcome, by: "ann" }]);
    expect((await take("c2")).ok).toBe(outcome === "released");
    expect((await admin.post("/claims/c1/settle", { outcome, by: "ann" })).status).toBe(404);
  });

  it.each([
    {},
    { by: "ann" },
    { outcome: "done" },
    { outcome: "unknown", by: "ann" },
    { outcome: "failed", by: "ann" },
    { outcome: ["done"], by: "ann" },
    { outcome: "done", by: "ann", result: "{}" },
  ])("are not settled by the body %j", async (body) => {
    await take("c1");
    admin.pass(DEADLINE);
    expect((await admin.post("/claims/c1/settle", body)).status).toBe(422);
    expect((await admin.get("/claims")).body["claims"]).toHaveLength(1);
  });
});

describe("state", () => {
  it("that is well has nothing to accept", async () => {
    expect((await admin.get("/state")).body).toEqual({ trouble: null });
    expect((await admin.post("/state/accept", { by: "ann" })).status).toBe(409);
  });

  it("that was lost works again when a person says so", async () => {
    let trouble: string | undefined = "redis: the server has lost its state";
    const lost = await startAdmin({
      trouble: () => trouble,
      acceptLoss: async () => void (trouble = undefined),
    });
    expect((await lost.get("/state")).body).toEqual({ trouble });
    expect((await lost.post("/state/accept", {})).status).toBe(422);
    expect((await lost.get("/state/accept")).status).toBe(404);
    expect((await lost.get("/state")).body).not.toEqual({ trouble: null });
    expect((await lost.post("/state/accept", { by: "ann" })).body).toEqual({ trouble: null });
    expect(lost.logged).toMatchObject([{ by: "ann", trouble: "redis: the server has lost its state" }]);
    await lost.stop();
  });
});

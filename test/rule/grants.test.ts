// What a run may do: less than its contracts, over every ingress; what it may not is not there.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Agent, INGRESSES, type Seen, openAgent } from "./agent.ts";
import { type Sidecar, startSidecar } from "./sidecar.ts";

let sidecar: Sidecar;
beforeAll(async () => {
  sidecar = await startSidecar();
});
afterAll(() => sidecar.stop());

const GRANT = {
  tools: ["small", "plain", "tag", "mine"],
  arguments: {
    small: { amount: { maximum: 2 }, orderId: { enum: ["o1", "o2"] }, note: { pin: { value: "ours" } } },
    plain: { orderId: { pin: { claim: "order" } } },
  },
  limits: [{ tools: ["tag", "small"], calls: 2 }],
};

describe.each(INGRESSES)("over %s", (ingress) => {
  let agent: Agent;
  beforeAll(async () => {
    const options = { grant: GRANT, claims: { order: "mine", tenant: "acme" } };
    agent = await openAgent(sidecar, { ingress, proof: "url" }, options);
  });

  it("a tool that is not granted is told like one that does not exist", async () => {
    const [hidden, missing] = [
      await agent.call("mark", { orderId: "o1", amount: 1 }),
      await agent.call("marl", { orderId: "o1", amount: 1 }),
    ];
    expect(textOf(hidden, "mark")).toBe(textOf(missing, "marl"));
    expect(["unknown_tool", "not_found"]).toContain(hidden.code);
    const checks = [await agent.check("mark", {}), await agent.check("marl", {})] as const;
    expect(textOf(checks[0], "mark")).toBe(textOf(checks[1], "marl"));
    expect(checks[0].code).toBe("unknown_tool");
  });

  it("an argument outside of the grant is refused with what is accepted there", async () => {
    const refused = await agent.call("small", { orderId: "o3", amount: 3 });
    const issues = [
      { path: "/orderId", accepts: { enum: ["o1", "o2"] } },
      { path: "/amount", accepts: { maximum: 2 } },
    ];
    expect(refused).toMatchObject({ code: "invalid_arguments", refusal: { forwarded: "no" } });
    expect(refused.refusal["issues"]).toEqual(
      expect.arrayContaining(
        issues.map((issue) =>
          expect.objectContaining({ path: issue.path, accepts: expect.objectContaining(issue.accepts) }),
        ),
      ),
    );
    expect((await agent.call("small", { amount: 1 })).code).toBe("invalid_arguments");
  });

  it("a pin is set, and an agent may say the same only where the backend's own document tells it of the member", async () => {
    sidecar.backend.take();
    expect((await agent.call("small", { orderId: "o1", amount: 2 })).code).toBe("ok");
    expect(sidecar.backend.take()).toEqual([{ tool: "small", body: { orderId: "o1", amount: 2, note: "ours" } }]);
    const same = await agent.check("small", { orderId: "o1", amount: 2, note: "ours" });
    expect(same).toMatchObject({
      code: "invalid_arguments",
      refusal: { issues: [{ path: "/note", code: "unknown" }] },
    });
    const sent = await agent.call("small", { orderId: "o1", amount: 2, note: "ours" });
    expect(sent.code).toBe(ingress === "rest" ? "ok" : "invalid_arguments");
    const other = await agent.call("small", { orderId: "o1", amount: 2, note: "mine" });
    expect(other).toMatchObject({ code: "invalid_arguments", refusal: { issues: [{ path: "/note" }] } });
    expect(JSON.stringify(other.refusal)).not.toContain("ours");
  });

  it("a limit counts the tools that it names together, and calls that were refused do not count", async () => {
    const own = await openAgent(sidecar, { ingress, proof: "bearer" }, { grant: GRANT, claims: { order: "mine" } });
    expect((await own.call("small", { orderId: "o3", amount: 3 })).code).toBe("invalid_arguments");
    expect((await own.call("tag", { orderId: "o1" })).code).toBe("ok");
    expect((await own.call("small", { orderId: "o1", amount: 1 })).code).toBe("ok");
    for (const tool of ["tag", "small"]) {
      const given = tool === "tag" ? { orderId: "o1" } : { orderId: "o1", amount: 1 };
      expect(await own.call(tool, given)).toMatchObject({ code: "limit_reached", refusal: { class: "stop" } });
    }
    expect((await own.call("plain", {})).code).toBe("ok");
  });

  it("a claim is pinned by the grant and by the contract, and only a caller that has it may call", async () => {
    sidecar.backend.take();
    expect((await agent.call("plain", {})).code).toBe("ok");
    expect((await agent.call("mine", { orderId: "o1" })).code).toBe("ok");
    expect(sidecar.backend.take().map(({ body }) => body)).toEqual([
      { orderId: "mine" },
      { orderId: "o1", tenant: "acme" },
    ]);
    const said = await agent.call("mine", { orderId: "o1", tenant: "acme" });
    expect(said.code).toBe(ingress === "rest" ? "ok" : "invalid_arguments");
    expect((await agent.call("mine", { orderId: "o1", tenant: "other" })).code).toBe("invalid_arguments");
    for (const claims of [{}, { tenant: 5, order: 5 }, { tenant: null }]) {
      const other = await openAgent(sidecar, { ingress, proof: "bearer" }, { grant: GRANT, claims });
      expect((await other.call("mine", { orderId: "o1" })).code).toBe("forbidden_by_rule");
      expect((await other.call("plain", {})).code).toBe("forbidden_by_rule");
    }
  });
});

const textOf = ({ refusal }: Seen, tool: string): string =>
  JSON.stringify({ ...refusal, call: "" }).replaceAll(tool, "TOOL");

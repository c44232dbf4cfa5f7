// `approval`: a person agrees first, to these arguments of this piece of work, once.
import { describe, expect, it } from "vitest";
import type { JsonObject, JsonValue, ToolCall } from "../../../src/call.ts";
import type { ApprovalRule, Rule } from "../../../src/contract/rule/rule.ts";
import { MOST_PENDING } from "../../../src/state/store.ts";
import { callerNamed } from "../../support/someone.ts";
import { callOf, claim, contractOf, createWorld, HOUR, minted, rule, type World } from "./sample.ts";

const MINUTE = 60_000;
const attempt = (given: Rule, args: JsonObject = { orderId: "o1", amount: 5 }, call?: ToolCall) => ({
  contract: contractOf([given]),
  args,
  ...(call === undefined ? {} : { call }),
});

describe("approval", () => {
  const approval = (more: Partial<ApprovalRule> = {}): ApprovalRule => ({
    ...rule("approval", { when: undefined, covers: ["orderId", "amount"], pendingMs: HOUR, approvedMs: 10 * MINUTE }),
    ...more,
  });
  const args = { orderId: "o1", amount: 5, note: "a" };
  const ask = async (world: World, given = approval(), changed: JsonObject = {}, call?: ToolCall) =>
    (await claim(world, attempt(given, { ...args, ...changed }, call))).refusal;
  const approve = async (world: World, decision: "approved" | "denied" = "approved") => {
    const [pending] = await world.store.listApprovals();
    await world.store.decideApproval(pending?.id ?? "", decision, "anna");
  };

  it("says who has to decide, and how; the same call asks once", async () => {
    const world = createWorld();
    const refusal = await ask(world);
    const [pending, more] = await world.store.listApprovals();
    expect(more).toBeUndefined();
    expect(refusal).toMatchObject({
      code: "approval_required",
      class: "ask_human",
      approval: { id: pending?.id, expiresInSeconds: 3600 },
    });
    expect(refusal?.detail).toContain(`"checkrein approve ${pending?.id}"`);
    expect((await ask(world))?.approval?.id).toBe(pending?.id);
  });

  it("is not asked for where too many of the run wait: the agent hears why, and what to do", async () => {
    const world = createWorld();
    for (let amount = 0; amount < MOST_PENDING; amount += 1) await ask(world, approval(), { amount });
    const refusal = await ask(world, approval(), { amount: MOST_PENDING });
    expect(refusal).toMatchObject({ code: "approval_required", class: "ask_human" });
    expect(refusal?.approval).toBeUndefined();
    expect(refusal?.detail).toBe(
      'A person has to agree to this create_refund first, and was not asked: 100 calls of this run wait for a person already ("checkrein approve" lists them). Have those decided, or wait 1 hour, when the first of them ends. Then repeat exactly this call.',
    );
    const elsewhere = callOf("x", { run: minted("r1") });
    expect((await ask(world, approval(), { amount: MOST_PENDING }, elsewhere))?.approval).toBeDefined();
    await approve(world, "denied");
    expect((await ask(world, approval(), { amount: MOST_PENDING }))?.approval).toBeDefined();
  });

  it("lets the call through once", async () => {
    const world = createWorld();
    await ask(world);
    await approve(world);
    expect(await ask(world)).toBeUndefined();
    expect((await ask(world))?.code).toBe("approval_required");
  });

  it("is for the covered arguments, and the others may change", async () => {
    const world = createWorld();
    await ask(world);
    await approve(world);
    expect((await ask(world, approval(), { amount: 6 }))?.code).toBe("approval_required");
    expect(await ask(world, approval(), { note: "b" })).toBeUndefined();
  });

  it("covers all arguments and pins where nothing else is said", async () => {
    const world = createWorld();
    const all = approval({ covers: undefined });
    await ask(world, all);
    await approve(world);
    expect((await ask(world, all, { note: "b" }))?.code).toBe("approval_required");
    expect(await ask(world, all)).toBeUndefined();
  });

  it("is not another caller's, nor another run's", async () => {
    const world = createWorld();
    await ask(world);
    await approve(world);
    expect((await ask(world, approval(), {}, callOf("x", callerNamed("else"))))?.code).toBe("approval_required");
    expect((await ask(world, approval(), {}, callOf("x", { run: minted("r1") })))?.code).toBe("approval_required");
    expect(await ask(world)).toBeUndefined();
  });

  it("can be denied", async () => {
    const world = createWorld();
    await ask(world);
    await approve(world, "denied");
    const refusal = await ask(world, approval({ because: "Clause 1." }));
    expect(refusal).toMatchObject({ code: "forbidden_by_rule", class: "stop" });
    expect(refusal?.detail).toMatch(/^A person has said no .* Clause 1\.$/);
  });

  it("is given back when nothing was sent", async () => {
    const world = createWorld();
    await ask(world);
    await approve(world);
    await (await claim(world, attempt(approval(), args))).settle("released");
    expect(await ask(world)).toBeUndefined();
  });

  it("is asked for only when the contract says so", async () => {
    const world = createWorld();
    const large = approval({ when: (context) => Number(context.args["amount"]) > 10 });
    expect(await ask(world, large)).toBeUndefined();
    expect((await ask(world, large, { amount: 11 }))?.code).toBe("approval_required");
    expect((await ask(world, approval({ when: () => undefined as never })))?.code).toBe("forbidden_by_rule");
    expect(world.faults).toHaveLength(1);
  });

  it("needs what it covers", async () => {
    const { refusal } = await claim(createWorld(), attempt(approval(), { orderId: "o1" }));
    expect(refusal).toMatchObject({ code: "check_failed", issues: [{ path: "/amount" }] });
  });

  it("shows the person what it is about, without secrets", async () => {
    const world = createWorld();
    const redact = (value: unknown): JsonValue => ({ ...(value as JsonObject), amount: "[secret]" });
    const contract = contractOf([approval({ because: "Above the limit." })], { redact });
    await claim(world, { contract, args });
    expect(await world.store.listApprovals()).toMatchObject([
      {
        tool: "create_refund",
        caller: "test",
        run: "caller:test",
        arguments: '{"orderId":"o1","amount":"[secret]"}',
        reason: "Above the limit.",
      },
    ]);
  });
});

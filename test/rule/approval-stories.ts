// A person agrees first: bound to what the rule covers, used once, and gone after a while.
import { expect } from "vitest";
import { type Play, type Step, type Story, fails, passes } from "./story.ts";

const asks = (tool: string, given: Step["given"], more: Parameters<typeof fails>[3] = {}): Step =>
  fails("approval_required", tool, given, {
    ...more,
    then: (seen, play) => {
      expect(seen.refusal["approval"]).toMatchObject({ id: expect.stringMatching(/^[0-9a-f]{16}$/) });
      return more.then?.(seen, play);
    },
  });

/** What a person says about the call of an earlier step. */
const says =
  (decision: "approve" | "deny", step: number) =>
  async ({ sidecar, seen }: Play): Promise<void> => {
    const { id } = Object(seen[step]?.refusal["approval"]) as { readonly id: unknown }; // `asks` has looked
    const decided = await sidecar.admin("POST", `/approvals/${String(id)}/${decision}`, { by: "ann" });
    expect(decided.status).toBe(200);
  };

const passing =
  (milliseconds: number) =>
  ({ sidecar }: Play): void =>
    sidecar.clock.pass(milliseconds);

const inOrder =
  (...acts: readonly ((play: Play) => unknown)[]) =>
  async (play: Play): Promise<void> => {
    for (const act of acts) await act(play);
  };

const sameId =
  (step: number): NonNullable<Step["then"]> =>
  ({ refusal }, { seen }) =>
    expect(Object(refusal["approval"]).id).toBe(Object(seen[step]?.refusal["approval"]).id);
const otherId =
  (step: number): NonNullable<Step["then"]> =>
  ({ refusal }, { seen }) =>
    expect(Object(refusal["approval"]).id).not.toBe(Object(seen[step]?.refusal["approval"]).id);

const MINUTE = 60_000;

export const approvalStories: Readonly<Record<string, Story>> = {
  "approval: the identical call, repeated": (orderId) => [
    passes("wire", { orderId, amount: 10 }),
    asks("wire", { orderId, amount: 11 }, { want: { detail: expect.stringContaining("Clause 4.") } }),
    asks("wire", { orderId, amount: 11 }, { then: sameId(1) }),
    passes("wire", { orderId, amount: 11 }, { first: says("approve", 1) }),
  ],
  "approval: another covered argument asks anew, an uncovered one does not": (orderId) => [
    asks("wire", { orderId, amount: 11, note: "a" }),
    asks("wire", { orderId, amount: 12, note: "a" }, { first: says("approve", 0), then: otherId(0) }),
    asks("wire", { orderId: `${orderId}-other`, amount: 11 }, { then: otherId(0) }),
    passes("wire", { orderId, amount: 11, note: "b" }),
  ],
  "approval: without `covers` every argument is covered": (orderId) => [
    asks("wire_all", { orderId, amount: 1 }),
    asks("wire_all", { orderId, amount: 1, note: "a" }, { first: says("approve", 0) }),
    passes("wire_all", { amount: 1, orderId }),
  ],
  "approval: for one call": (orderId) => [
    asks("wire", { orderId, amount: 11 }),
    passes("wire", { orderId, amount: 11 }, { first: says("approve", 0) }),
    asks("wire", { orderId, amount: 11 }, { then: otherId(0) }),
    fails(
      "backend_error",
      "wire",
      { orderId, amount: 11 },
      {
        first: says("approve", 2),
        gives: { wire: { status: 409 } },
        want: { class: "fix_arguments", forwarded: "yes" },
      },
    ),
    asks("wire", { orderId, amount: 11 }),
  ],
  "what was not sent is given back: the approval, the count, the amount, the keys": (orderId) => [
    asks("everything", { orderId, amount: 100 }),
    fails(
      "upstream_unavailable",
      "everything",
      { orderId, amount: 100 },
      {
        first: inOrder(says("approve", 0), ({ sidecar }) => sidecar.gate.shut()),
        check: "ok",
        then: (_seen, { sidecar }) => sidecar.gate.open(),
      },
    ),
    passes("everything", { orderId, amount: 100 }),
    passes("everything", { orderId, amount: 100 }, { sent: 0 }),
    fails(
      "limit_reached",
      "everything",
      { orderId: `${orderId}-other`, amount: 0 },
      { want: { class: expect.any(String) } },
    ),
  ],
  "approval: a question waits for an hour, a yes holds ten minutes": (orderId) => [
    asks("wire", { orderId, amount: 11 }, { want: { approval: { expiresInSeconds: 3600 } } }),
    asks("wire", { orderId, amount: 11 }, { first: passing(60 * MINUTE), then: otherId(0) }),
    asks(
      "wire",
      { orderId, amount: 11 },
      { first: inOrder(says("approve", 1), passing(10 * MINUTE)), then: otherId(1) },
    ),
    passes(
      "wire",
      { orderId, amount: 11 },
      { first: inOrder(passing(59 * MINUTE), says("approve", 2), passing(10 * MINUTE - 1)) },
    ),
  ],
  "approval: a no holds ten minutes": (orderId) => [
    asks("wire", { orderId, amount: 11 }),
    fails("forbidden_by_rule", "wire", { orderId, amount: 11 }, { first: says("deny", 0) }),
    fails("forbidden_by_rule", "wire", { orderId, amount: 11 }, { first: passing(10 * MINUTE - 1) }),
    asks("wire", { orderId, amount: 11 }, { first: passing(1) }),
  ],
};

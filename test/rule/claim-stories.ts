// Rules that take something for a call: what stays taken depends on how the call ended.
import { expect } from "vitest";
import type { Given } from "./backend.ts";
import { type Play, type Step, type Story, fails, passes } from "./story.ts";

type Want = Readonly<Record<string, unknown>>;

/** What becomes of a call that a backend answers so. */
const failed = (status: number): { readonly want: Want; readonly given: Given } => ({
  given: { status },
  want: { class: "fix_arguments", forwarded: "yes" },
});
const unknown = { class: "ask_human", forwarded: "unknown" };

const settle =
  (outcome: "done" | "released", step: number) =>
  async ({ sidecar, seen }: Play): Promise<void> => {
    const claim = String(seen[step]?.refusal["claim"]);
    const listed = await sidecar.admin("GET", "/claims");
    expect(JSON.stringify(listed.body)).toContain(claim);
    const settled = await sidecar.admin("POST", `/claims/${claim}/settle`, { outcome, by: "ann" });
    expect(settled.status).toBe(200);
  };

/** The backend is not asked, and the answer is that of the earlier step. */
const repeats = (tool: string, given: Step["given"], of: number): Step =>
  passes(tool, given, {
    sent: 0,
    then: (seen, play) => {
      expect(seen.result).toEqual(play.seen[of]?.result);
      expect(seen.repeats).toBe(play.seen[of]?.call);
    },
  });

export const claimStories: Readonly<Record<string, Story>> = {
  "once: the same again gets the recorded result, another is told that it is done": (orderId) => [
    passes("charge", { orderId, amount: 1 }, { then: ({ repeats: again }) => expect(again).toBeUndefined() }),
    repeats("charge", { orderId, amount: 1 }, 0),
    repeats("charge", { amount: 1, orderId }, 0),
    fails("already_done", "charge", { orderId, amount: 2 }),
    fails("already_done", "charge", { orderId, amount: 1, note: "x" }),
    passes("charge", { orderId: `${orderId}-other`, amount: 1 }),
    repeats("charge", { orderId, amount: 1 }, 0),
  ],
  "once: free again after a definite no": (orderId) => [
    fails(
      "backend_error",
      "charge",
      { orderId, amount: 1 },
      { gives: { charge: failed(409).given }, want: failed(409).want },
    ),
    fails(
      "backend_error",
      "charge",
      { orderId, amount: 2 },
      { gives: { charge: failed(404).given }, want: failed(404).want },
    ),
    passes("charge", { orderId, amount: 3 }, { gives: { charge: {} } }),
  ],
  "once: after a 5xx nobody knows, until a person says that it is done": (orderId) => [
    fails(
      "backend_error",
      "charge",
      { orderId, amount: 1 },
      { gives: { charge: { status: 503 } }, want: { class: "wait", forwarded: "yes" } },
    ),
    fails("outcome_unknown", "charge", { orderId, amount: 1 }, { gives: { charge: {} } }),
    fails("outcome_unknown", "charge", { orderId, amount: 2 }),
    fails("already_done", "charge", { orderId, amount: 1 }, { first: settle("done", 1), sent: 0 }),
    fails("already_done", "charge", { orderId, amount: 2 }),
  ],
  "once: after a time-out nobody knows, until a person says that it is not": (orderId) => [
    fails("upstream_timeout", "charge", { orderId, amount: 1 }, { gives: { charge: "slow" }, want: unknown }),
    fails("outcome_unknown", "charge", { orderId, amount: 1 }, { gives: { charge: {} } }),
    passes("charge", { orderId, amount: 1 }, { first: settle("released", 1) }),
    repeats("charge", { orderId, amount: 1 }, 2),
  ],
  "once: after a broken connection nobody knows": (orderId) => [
    fails("upstream_outcome_unknown", "charge", { orderId, amount: 1 }, { gives: { charge: "broken" }, want: unknown }),
    fails("outcome_unknown", "charge", { orderId, amount: 1 }, { gives: { charge: {} } }),
  ],
  "once: an answer that breaks its contract took place": (orderId) => [
    fails(
      "invalid_output",
      "charge",
      { orderId, amount: 1 },
      {
        gives: { charge: { body: { id: 5 } } },
        want: { class: "stop", forwarded: "yes" },
      },
    ),
    fails("already_done", "charge", { orderId, amount: 1 }, { gives: { charge: {} } }),
  ],
  "a result that the contract calls a failure counts for limits alone": (orderId) => [
    passes("counted", { orderId }, { gives: { counted: { body: { status: "refused" } } } }),
    passes("counted", { orderId }),
    passes("counted", { orderId }, { gives: { counted: { body: { status: "done" } } } }),
    repeats("counted", { orderId }, 2),
    fails("limit_reached", "counted", { orderId: `${orderId}-other` }, { want: { class: expect.any(String) } }),
  ],
  "a result of which the contract cannot tell may have taken place, and is no evidence": (orderId) => [
    passes("unclear", { orderId }, { gives: { unclear: { body: { status: "odd" } } } }),
    fails("outcome_unknown", "unclear", { orderId }),
    fails("precondition_missing", "after_unclear", { orderId }),
  ],
  "exclusive: free when it has failed, held when nobody knows": (orderId) => [
    passes("deploy", { orderId, amount: 1 }),
    fails(
      "backend_error",
      "deploy",
      { orderId, amount: 1 },
      { gives: { deploy: failed(409).given }, want: failed(409).want },
    ),
    fails("upstream_timeout", "deploy", { orderId, amount: 1 }, { gives: { deploy: "slow" }, want: unknown }),
    fails("busy", "deploy", { orderId, amount: 1 }, { gives: { deploy: {} }, want: { retryAfter: 6 } }),
    passes("deploy", { orderId: `${orderId}-other`, amount: 1 }),
    passes("deploy", { orderId, amount: 1 }, { first: ({ sidecar }) => sidecar.clock.pass(6000) }),
  ],
};

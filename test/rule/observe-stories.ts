// Calls of tools that are observed: what rules, grants and contracts refuse is forwarded, and /check says what is true of it.
import { expect } from "vitest";
import type { RefusalCode } from "../../src/refusal.ts";
import { type Step, type Story, fails, passes } from "./story.ts";

type Given = Step["given"];
type More = Omit<Step, "tool" | "given" | "want">;

/** Each call's verdict in the journal, once it is there: by the call's id. */
export const observed = new Map<unknown, RefusalCode>();

/** Refused with this, and sent. */
const forwards = (code: RefusalCode, tool: string, given: Given, more: More = {}): Step =>
  passes(tool, given, { check: code, then: (seen) => void observed.set(seen.call, code), ...more });

const order = (total: number): More => ({ gives: { get_order: { body: { id: "x", total, status: "open" } } } });

export const observeStories: Readonly<Record<string, Story>> = {
  "requires: what is missing is missing, until it was called": (orderId) => [
    forwards("precondition_missing", "refund", { orderId, amount: 5 }),
    passes("get_order", { orderId }, order(10)),
    passes("refund", { orderId, amount: 10 }),
    forwards("forbidden_by_rule", "refund", { orderId, amount: 11 }),
    forwards("check_failed", "refund_part", { orderId, amount: 11 }),
  ],
  "evidence of a call that was observed counts": (orderId) => [
    forwards("precondition_missing", "after_look", { orderId }),
    forwards("invalid_arguments", "look", { orderId }),
    passes("after_look", { orderId }),
  ],
  "limits and budgets": (orderId) => [
    passes("tag", { orderId }),
    passes("tag", { orderId }),
    forwards("limit_reached", "tag", { orderId }),
    passes("spend", { amount: 90 }),
    forwards("limit_reached", "spend", { amount: 20 }),
    passes("spend", { amount: 10 }),
  ],
  "once: the same call again is made again": (orderId) => [
    passes("charge", { orderId, amount: 1 }),
    passes("charge", { orderId, amount: 1 }, { then: (seen) => void observed.set(seen.call, "already_done") }),
    forwards("already_done", "charge", { orderId, amount: 2 }),
  ],
  "once: an unknown outcome stays one": (orderId) => [
    fails(
      "upstream_outcome_unknown",
      "charge",
      { orderId, amount: 1 },
      { gives: { charge: "broken" }, want: { class: "ask_human", forwarded: "unknown" } },
    ),
    forwards("outcome_unknown", "charge", { orderId, amount: 1 }, { gives: { charge: {} } }),
  ],
  "approval: nobody is asked": (orderId) => [
    forwards(
      "approval_required",
      "wire",
      { orderId, amount: 11 },
      {
        then: async (seen, { sidecar }) => {
          observed.set(seen.call, "approval_required");
          const { body } = await sidecar.admin("GET", "/approvals");
          expect(JSON.stringify(body)).not.toContain(orderId);
        },
      },
    ),
    forwards("approval_required", "everything", { orderId, amount: 1 }),
    forwards("approval_required", "everything", { orderId, amount: 1 }),
  ],
  "forbids: also after a call that was observed": (orderId) => [
    passes("after_drop", { orderId }),
    forwards("invalid_arguments", "drop", { orderId }),
    forwards("forbidden_by_rule", "after_drop", { orderId }),
  ],
  "during and check": (orderId) => [
    passes("desk", { orderId }, { first: ({ sidecar }) => sidecar.clock.until(10) }),
    forwards("not_now", "desk", { orderId }, { first: ({ sidecar }) => sidecar.clock.until(20) }),
    forwards("check_failed", "small", { orderId, amount: 5 }),
    forwards("forbidden_by_rule", "bad_check", { orderId, amount: 1 }),
  ],
  "lookup: asked once": (orderId) => [
    forwards("forbidden_by_rule", "pay", { orderId, amount: 11 }, order(10)),
    passes("pay", { orderId, amount: 10 }),
  ],
  "arguments that the contract alone refuses": (orderId) => [
    forwards("invalid_arguments", "small", { orderId, amount: "four" }),
    forwards("invalid_arguments", "small", { orderId }),
    fails("invalid_arguments", "small", { orderId: 5, amount: 1 }),
    fails("invalid_arguments", "small", { orderId, amount: 1, reason: "the operation has it, the contract has not" }),
    fails("invalid_arguments", "small", { orderId, amount: 1, surprise: true }),
  ],
};

/** Contracts that take texts of one character, over operations that take any. */
const short = "input: z.strictObject({ orderId: z.string().max(1) })";
const same = '{ same: { orderId: "orderId" } }';
const any = "input: z.strictObject({ orderId: z.string() })";
export const observedTools = {
  look: `${short}, effect: "read"`,
  after_look: `${any}, rules: [requires("look", ${same})]`,
  drop: short,
  after_drop: `${any}, rules: [forbids("drop", ${same})]`,
};

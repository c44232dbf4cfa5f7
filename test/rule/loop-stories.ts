// Loops that are stopped after three attempts, and what counts as one. Over every ingress; what a run has tried is its own.
import { expect } from "vitest";
import { type Step, type Story, fails, passes } from "./story.ts";

export const loopTools: Readonly<Record<string, string>> = {
  patient: "input: z.strictObject({ orderId: z.string() }), attempts: 5",
  strict: "input: z.strictObject({ orderId: z.string() }), attempts: 1",
  here: "operation: local(), input: z.strictObject({ orderId: z.string() })",
};

const attempts = (used: number, left: number): { readonly want: Step["given"] } => ({
  want: { attempts: { used, left } },
});
const bad = (tool: string, used: number, left: number): Step =>
  fails("invalid_arguments", tool, {}, { ...attempts(used, left), check: "invalid_arguments" });
const stopped = (tool: string, given: Step["given"], used = 3): Step =>
  fails("stopped", tool, given, {
    want: {
      status: 403,
      attempts: { used, left: 0 },
      detail: expect.stringMatching(/Give up this path, and report to your user what you tried/),
    },
  });
const failsThrice = (tool: string): readonly Step[] => [bad(tool, 1, 2), bad(tool, 2, 1), bad(tool, 3, 0)];

export const loopStories: Readonly<Record<string, Story>> = {
  "a tool is stopped after so many attempts, valid or not, and another tool is not": (orderId) => [
    ...failsThrice("plain"),
    stopped("plain", { orderId }),
    stopped("plain", {}),
    bad("ship", 1, 2),
    stopped("plain", { orderId }),
  ],
  "a success of another tool lifts it, and leaves what is not stopped": (orderId) => [
    ...failsThrice("plain"),
    ...failsThrice("ship"),
    bad("cancel", 1, 2),
    stopped("plain", { orderId }),
    passes("get_order", { orderId }),
    passes("plain", { orderId }),
    bad("ship", 1, 2),
    bad("cancel", 2, 1),
  ],
  "a success of its own begins anew": (orderId) => [
    bad("plain", 1, 2),
    bad("plain", 2, 1),
    passes("plain", { orderId }),
    bad("plain", 1, 2),
  ],
  "a result that does not count lifts nothing and begins nothing anew": (orderId) => [
    ...failsThrice("plain"),
    bad("get_checked", 1, 2),
    passes("get_checked", { orderId }, { gives: { get_checked: { body: { id: "x", status: "closed" } } } }),
    stopped("plain", { orderId }),
    bad("get_checked", 2, 1),
    passes("get_checked", { orderId }, { gives: { get_checked: { body: { id: "x", status: "open" } } } }),
    passes("plain", { orderId }),
    bad("get_checked", 1, 2),
  ],
  "refusals of rules and of the backend count, where the agent can mend them": (orderId) => [
    fails("precondition_missing", "refund", { orderId, amount: 1 }, attempts(1, 2)),
    bad("refund", 2, 1),
    fails("precondition_missing", "refund", { orderId, amount: 1 }, attempts(3, 0)),
    stopped("refund", { orderId, amount: 1 }),
    fails("check_failed", "small", { orderId, amount: 9 }, attempts(1, 2)),
    fails(
      "backend_error",
      "cancel",
      { orderId },
      {
        gives: { cancel: { status: 422 } },
        want: { class: "fix_arguments", forwarded: "yes", attempts: { used: 1, left: 2 } },
      },
    ),
    fails(
      "backend_error",
      "cancel",
      { orderId },
      { gives: { cancel: { status: 500 } }, want: { forwarded: "yes", attempts: { used: 1, left: 2 } } },
    ),
    passes("get_order", { orderId }, { gives: { get_order: { body: { id: "x", total: 9 } } } }),
    passes("refund", { orderId, amount: 1 }),
  ],
  "what has to wait, needs a person or is forbidden never counts, and begins nothing anew": (orderId) => [
    passes("tag_slowly", { orderId }),
    bad("tag_slowly", 1, 2),
    ...Array.from({ length: 4 }, () => fails("limit_reached", "tag_slowly", { orderId }, attempts(1, 2))),
    bad("tag_slowly", 2, 1),
    ...Array.from({ length: 4 }, () => fails("approval_required", "wire", { orderId, amount: 11 }, attempts(0, 3))),
    bad("ship", 1, 2),
    fails(
      "backend_error",
      "cancel",
      { orderId },
      { gives: { cancel: { status: 500 } }, want: { forwarded: "yes", attempts: { used: 0, left: 3 } } },
    ),
    ...Array.from({ length: 4 }, () => fails("forbidden_by_rule", "ship", { orderId }, attempts(1, 2))),
    bad("tag_slowly", 3, 0),
    stopped("tag_slowly", { orderId }),
  ],
  "a contract may allow more, or less": (orderId) => [
    ...[1, 2, 3, 4, 5].map((used) => bad("patient", used, 5 - used)),
    stopped("patient", { orderId }, 5),
    bad("strict", 1, 0),
    stopped("strict", { orderId }, 1),
  ],
};

// Each rule both ways: what passes, what is refused, and what the refusal says.
import { expect } from "vitest";
import { type Story, fails, passes } from "./story.ts";

const order = (total: number, status = "open"): { readonly body: object } => ({ body: { id: "x", total, status } });
const wait = (seconds: number): { readonly want: Readonly<Record<string, unknown>> } => ({
  want: { retryAfter: seconds },
});

export const stories: Readonly<Record<string, Story>> = {
  "requires: the latest call about the same thing decides": (orderId) => [
    fails(
      "precondition_missing",
      "refund",
      { orderId, amount: 5 },
      {
        want: { next: [{ tool: "get_order", arguments: { orderId } }], detail: expect.stringContaining("Clause 1.") },
      },
    ),
    passes("get_order", { orderId: `${orderId}-other` }),
    fails("precondition_missing", "refund", { orderId, amount: 5 }),
    passes("get_order", { orderId }, { gives: { get_order: order(10) } }),
    passes("refund", { orderId, amount: 10 }),
    fails("forbidden_by_rule", "refund", { orderId, amount: 11 }),
    passes("get_order", { orderId }, { gives: { get_order: order(4) } }),
    fails("forbidden_by_rule", "refund", { orderId, amount: 5 }),
    passes("refund", { orderId, amount: 4 }, { first: ({ sidecar }) => sidecar.clock.pass(600_000) }),
    fails("precondition_missing", "refund", { orderId, amount: 4 }, { first: ({ sidecar }) => sidecar.clock.pass(1) }),
  ],
  "requires: a call that failed is none": (orderId) => [
    fails(
      "backend_error",
      "get_order",
      { orderId },
      {
        gives: { get_order: { status: 404 } },
        want: { class: "fix_arguments", forwarded: "yes" },
      },
    ),
    fails("precondition_missing", "refund", { orderId, amount: 1 }),
    fails(
      "invalid_output",
      "get_order",
      { orderId },
      {
        gives: { get_order: { body: { total: "ten" } } },
        want: { forwarded: "yes" },
      },
    ),
    fails("precondition_missing", "refund", { orderId, amount: 1 }),
  ],
  "requires: what can be mended is told with its place": (orderId) => [
    passes("get_order", { orderId }, { gives: { get_order: order(10) } }),
    fails(
      "check_failed",
      "refund_part",
      { orderId, amount: 11 },
      {
        want: { issues: [{ path: "/amount", message: "is too much" }] },
      },
    ),
    passes("refund_part", { orderId, amount: 10 }),
    passes("refund_latest", { orderId, amount: 99 }),
    fails("precondition_missing", "refund_latest", { orderId: `${orderId}-other`, amount: 1 }),
  ],
  "a rule of a missing argument fails and says which": () => [
    fails("check_failed", "needs_order", {}, { want: { issues: [{ path: "/orderId" }] } }),
    fails("check_failed", "ship_any", {}, { want: { issues: [{ path: "/orderId" }] } }),
    fails("check_failed", "pick_any", {}, { want: { issues: [{ path: "/orderId" }] } }),
    fails("check_failed", "wire_order", {}, { want: { issues: [{ path: "/orderId" }] } }),
  ],
  "forbids: not after that call, whatever the answer was but a definite no": (orderId) => [
    passes("ship", { orderId }),
    fails(
      "backend_error",
      "cancel",
      { orderId },
      {
        gives: { cancel: { status: 409 } },
        want: { class: "fix_arguments", forwarded: "yes" },
      },
    ),
    passes("ship", { orderId }),
    passes("cancel", { orderId }, { gives: { cancel: { status: 200 } } }),
    fails("forbidden_by_rule", "ship", { orderId }, { want: { detail: expect.stringContaining("Clause 2.") } }),
    passes("ship", { orderId: `${orderId}-other` }),
  ],
  "forbids: a call of which nobody knows counts": (orderId) => [
    fails(
      "backend_error",
      "cancel",
      { orderId },
      {
        gives: { cancel: { status: 500 } },
        want: { forwarded: "yes" },
      },
    ),
    fails("forbidden_by_rule", "ship", { orderId }),
  ],
  "known: only values that an earlier result gave": (orderId) => [
    fails(
      "precondition_missing",
      "pick",
      { orderId },
      {
        want: { issues: [{ path: "/orderId", code: "known" }], next: [{ tool: "list_orders" }] },
      },
    ),
    passes("list_orders", {}, { gives: { list_orders: { body: { orders: [{ id: "a" }, { id: orderId }] } } } }),
    passes("pick", { orderId }),
    passes("pick", { orderId: "a" }),
    fails("precondition_missing", "pick", { orderId: "orders" }),
    passes("list_orders", {}, { gives: { list_orders: { body: { orders: [] } } } }),
    passes("pick", { orderId }),
  ],
  "lookup: made now, judged, and left no evidence": (orderId) => [
    passes("pay", { orderId, amount: 5 }, { gives: { get_order: order(5) } }),
    fails("forbidden_by_rule", "pay", { orderId, amount: 6 }),
    fails("forbidden_by_rule", "pay", { orderId, amount: 5 }, { gives: { get_order: order(5, "closed") } }),
    fails("precondition_missing", "refund", { orderId, amount: 1 }),
  ],
  "lookup: what fails there is not the agent's": (orderId) => [
    fails(
      "backend_error",
      "pay",
      { orderId, amount: 5 },
      {
        gives: { get_order: { status: 404 } },
        want: { status: 404, backend: { status: 404 } },
      },
    ),
    fails("backend_error", "pay", { orderId, amount: 5 }, { gives: { get_order: { status: 500 } } }),
    fails("upstream_outcome_unknown", "pay", { orderId, amount: 5 }, { gives: { get_order: "broken" } }),
    fails("upstream_timeout", "pay", { orderId, amount: 5 }, { gives: { get_order: "slow" } }),
    fails("invalid_output", "pay", { orderId, amount: 5 }, { gives: { get_order: { body: { total: "x" } } } }),
    fails(
      "forbidden_by_rule",
      "pay_wrongly",
      { orderId, amount: 5 },
      {
        want: { detail: expect.not.stringContaining("issues") },
        then: ({ refusal }) => expect(refusal).not.toHaveProperty("issues"),
      },
    ),
  ],
  "lookup: what the looked-up tool calls a failure is one": (orderId) => [
    passes("pay_checked", { orderId, amount: 1 }, { gives: { get_checked: order(1) } }),
    fails(
      "backend_error",
      "pay_checked",
      { orderId, amount: 1 },
      { gives: { get_checked: order(1, "closed") }, want: { class: "not_your_fault" } },
    ),
  ],
  "limit: so many in one run, and none more": (orderId) => [
    passes("tag", { orderId }),
    fails(
      "backend_error",
      "tag",
      { orderId },
      {
        gives: { tag: { status: 404 } },
        want: { class: "fix_arguments", forwarded: "yes" },
      },
    ),
    {
      ...fails("limit_reached", "tag", { orderId }),
      want: { code: "limit_reached", forwarded: "no", detail: expect.stringContaining("Clause 3.") },
    },
  ],
  "limit: a window frees it": (orderId) => [
    passes("tag_slowly", { orderId }),
    fails(
      "limit_reached",
      "tag_slowly",
      { orderId },
      { first: ({ sidecar }) => sidecar.clock.pass(20_000), ...wait(40) },
    ),
    fails(
      "limit_reached",
      "tag_slowly",
      { orderId },
      { first: ({ sidecar }) => sidecar.clock.pass(39_999), ...wait(1) },
    ),
    passes("tag_slowly", { orderId }, { first: ({ sidecar }) => sidecar.clock.pass(1) }),
  ],
  "limit: per key": (orderId) => [
    passes("tag_each", { orderId }),
    fails("limit_reached", "tag_each", { orderId }, wait(3600)),
    passes("tag_each", { orderId: `${orderId}-other` }),
  ],
  "limit: holds for reads": (orderId) => [
    passes("tag_reading", { orderId }),
    passes("tag_reading", { orderId }),
    { ...fails("limit_reached", "tag_reading", { orderId }), want: { code: "limit_reached", forwarded: "no" } },
  ],
  "budget: a sum in exact decimals": () => [
    passes("spend", { amount: 33.33 }),
    passes("spend", { amount: 66.66 }),
    passes("spend", { amount: 0 }),
    {
      ...fails("limit_reached", "spend", { amount: 0.02 }),
      want: { code: "limit_reached", forwarded: "no", detail: expect.stringMatching(/0\.01 of 100/) },
    },
    passes("spend", { amount: 0.01 }),
    passes("spend", { amount: 0 }),
  ],
  "budget: what is no amount is refused": () =>
    [
      {},
      { amount: -1 },
      { amount: 0.001 },
      { amount: 1e21 },
      { amount: 2 ** 53 - 1 },
      { amount: "12" },
      { amount: null },
      { amount: [1] },
    ].map((given) => fails("check_failed", "spend", given, { want: { issues: [{ path: "", code: "budget" }] } })),
  "budget: what failed is given back, what nobody knows is not": (orderId) => [
    fails(
      "backend_error",
      "spend_hourly",
      { orderId, amount: 100 },
      {
        gives: { spend_hourly: { status: 422 } },
        want: { class: "fix_arguments", forwarded: "yes" },
      },
    ),
    fails(
      "upstream_timeout",
      "spend_hourly",
      { orderId, amount: 60 },
      {
        gives: { spend_hourly: "slow" },
        want: { class: "ask_human", forwarded: "unknown" },
      },
    ),
    fails("limit_reached", "spend_hourly", { orderId, amount: 41 }, { gives: { spend_hourly: {} } }),
    passes("spend_hourly", { orderId, amount: 40 }),
    passes("spend_hourly", { orderId, amount: 100 }, { first: ({ sidecar }) => sidecar.clock.pass(3_600_000) }),
  ],
  "during: only then": (orderId) => [
    passes("desk", { orderId }, { first: ({ sidecar }) => sidecar.clock.until(9) }),
    fails("not_now", "desk", { orderId }, { first: ({ sidecar }) => sidecar.clock.until(17), ...wait(16 * 3600) }),
    passes("desk", { orderId }, { first: ({ sidecar }) => sidecar.clock.until(9) }),
  ],
  "check: a predicate over the call": (orderId) => [
    passes("small", { orderId, amount: 4 }),
    fails(
      "check_failed",
      "small",
      { orderId, amount: 5 },
      {
        want: { issues: [{ path: "/amount", code: "small", message: "is not small" }] },
      },
    ),
  ],
  "a rule that throws or gives nonsense denies": (orderId) =>
    ["bad_check", "bad_key", "bad_lease", "bad_amount", "bad_per", "bad_when", "bad_lookup", "bad_where"].map((tool) =>
      fails("forbidden_by_rule", tool, { orderId, amount: 1 }),
    ),
  "exclusive: free again when it has ended": (orderId) => [
    passes("deploy", { orderId, amount: 1 }),
    passes("deploy", { orderId, amount: 1 }),
  ],
};

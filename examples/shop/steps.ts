// What the agent tries, in order: good calls, the classic mistakes, a loop, calls at the wrong time, and ways around. Each
// with the codes that checkrein has to answer, attempt by attempt; the demo says so when one is not met.
import type { Json, JsonObject } from "./json.ts";

export interface Request {
  /** `rest`: the API's own paths; `call`: POST /call; `shop`: past the sidecar. */
  readonly door: "rest" | "call" | "shop";
  readonly method: string;
  readonly path: string;
  readonly body?: Json;
  /** The body as text, where no value can be written that way. */
  readonly raw?: string;
}

export interface Step {
  readonly kind: "good" | "mistake" | "unclear" | "loop" | "timing" | "around";
  readonly about: string;
  readonly request: Request;
  /** The agent repeats what it cannot mend. */
  readonly isStubborn?: true;
  /** Codes with the sidecar, one an attempt. */
  readonly expect: readonly string[];
}

type Tried = Omit<Step, "kind">;

const get = (path: string): Request => ({ door: "rest", method: "GET", path });
const send = (method: string, path: string, body: Json): Request => ({ door: "rest", method, path, body });
const call = (tool: string, args: JsonObject): Request => ({
  door: "call",
  method: "POST",
  path: "/call",
  body: { tool, arguments: args },
});
const refund = (order: number, body: JsonObject): Request =>
  send("POST", `/orders/ord_${order}/refunds`, { currency: "EUR", ...body });

const home = { street: "Lindenweg 4", city: "Berlin", postcode: "10115", country: "DE" };

const MENDED = ["invalid_arguments", "ok"];
const REFUSED = ["invalid_arguments"];

const good: readonly Tried[] = [
  { about: "search paid orders", request: get("/orders?status=paid&limit=3"), expect: ["ok"] },
  { about: "read an order", request: get("/orders/ord_100001"), expect: ["ok"] },
  ...[100_005, 100_013, 100_017, 100_026].map((order) => ({
    about: "read another",
    request: get(`/orders/ord_${order}`),
    expect: ["ok"],
  })),
  { about: "read a product", request: get("/products/MUG-01"), expect: ["ok"] },
  {
    about: "ask for a support PIN",
    request: call("verify_customer", { customerId: "cus_1003", pin: "0713" }),
    expect: ["ok"],
  },
  { about: "refund 12.50", request: refund(100_001, { amount: 1250, reason: "damaged" }), expect: ["ok"] },
  { about: "write a note", request: send("PATCH", "/orders/ord_100008", { note: "Ring twice." }), expect: ["ok"] },
  {
    about: "change an address",
    request: send("PUT", "/orders/ord_100012/address", { recipient: "Ada Winter", address: home }),
    expect: ["ok"],
  },
  {
    about: "cancel what was sent already",
    request: send("POST", "/orders/ord_100002/cancel", { reason: "customer_request" }),
    expect: ["backend_error"],
  },
];

const mistakes: readonly Tried[] = [
  {
    about: "a tool of another name",
    request: call("getOrder", { orderId: "ord_100010" }),
    expect: ["unknown_tool", "ok"],
  },
  { about: "amount as a text", request: refund(100_005, { amount: "1250", reason: "late" }), expect: MENDED },
  { about: "misspelt member", request: refund(100_010, { ammount: 900, reason: "late" }), expect: MENDED },
  { about: "enum in capitals", request: refund(100_013, { amount: 2000, reason: "DAMAGED" }), expect: MENDED },
  {
    about: "another currency",
    request: refund(100_017, { amount: 1000, currency: "USD", reason: "late" }),
    expect: MENDED,
  },
  {
    about: "one member more: the total",
    request: send("PATCH", "/orders/ord_100016", { note: "Gift wrap.", total: 0 }),
    expect: MENDED,
  },
  {
    about: "invented member",
    request: send("POST", "/orders/ord_100024/cancel", { reason: "customer_request", notifyCustomer: true }),
    expect: MENDED,
  },
  {
    about: "object written as a text",
    request: send("PUT", "/orders/ord_100004/address", { recipient: "Finn Winter", address: JSON.stringify(home) }),
    expect: MENDED,
  },
  {
    about: "several mistakes at once",
    request: send("POST", "/orders/ord_100026/refunds", { refund: { ammount: "1250", reason: "damagd" } }),
    expect: MENDED,
  },
];

/** What was meant, nobody can tell from the call: no fix is offered, and a careful agent asks. */
const unclear: readonly Tried[] = [
  {
    about: "a postcode that lost its zero",
    request: send("PUT", "/orders/ord_100020/address", {
      recipient: "Ben Bach",
      address: { ...home, city: "Dresden", postcode: 1067 },
    }),
    expect: REFUSED,
  },
  {
    about: "the amount twice",
    request: {
      ...refund(100_011, {}),
      raw: '{"amount": 500, "currency": "EUR", "reason": "late", "amount": 90000}',
    },
    expect: ["duplicate_key"],
  },
  { about: "days in the wrong order", request: get("/orders?from=2026-06-01&to=2026-05-01"), expect: ["check_failed"] },
];

/** What cannot be mended is repeated, until the tool is closed. Another tool's success opens it again. */
const loop: readonly Tried[] = [
  {
    about: "over the limit",
    isStubborn: true,
    request: refund(100_019, { amount: 465_000, reason: "late" }),
    expect: [...Array<string>(5).fill("invalid_arguments"), "stopped"],
  },
  { about: "look at the order instead", request: get("/orders/ord_100019"), expect: ["ok"] },
  { about: "refund what it cost", request: refund(100_019, { amount: 4650, reason: "late" }), expect: ["ok"] },
];

const unseen = refund(100_022, { amount: 700, reason: "other" });

/** Each is well formed: what is wrong with it, only rules know. */
const timing: readonly Tried[] = [
  { about: "refund an unseen order", request: unseen, expect: ["precondition_missing", "ok", "ok"] },
  { about: "the same refund again", request: unseen, expect: ["ok"] },
  {
    about: "more than what is left",
    request: refund(100_013, { amount: 40_000, reason: "late" }),
    expect: ["check_failed"],
  },
  {
    about: "cancel what a customer wants",
    request: send("POST", "/orders/ord_100032/cancel", { reason: "out_of_stock" }),
    expect: ["approval_required"],
  },
];

const around: readonly Tried[] = [
  {
    about: "delete an order",
    request: { door: "rest", method: "DELETE", path: "/orders/ord_100021" },
    expect: ["method_not_allowed"],
  },
  { about: "export the customers", request: get("/admin/export"), expect: ["not_found"] },
  { about: "the same, as an order's id", request: get("/orders/..%2Fadmin%2Fexport"), expect: REFUSED },
  { about: "export the purchase prices", request: get("/products/export"), expect: ["not_found"] },
  { about: "the same, as a product's name", request: call("get_product", { sku: "export" }), expect: REFUSED },
  {
    about: "delete at the shop's own door",
    request: { door: "shop", method: "DELETE", path: "/orders/ord_100025" },
    expect: ["unauthorized"],
  },
];

const all: readonly (readonly [Step["kind"], readonly Tried[]])[] = [
  ["good", good],
  ["mistake", mistakes],
  ["unclear", unclear],
  ["loop", loop],
  ["timing", timing],
  ["around", around],
];

export const steps: readonly Step[] = all.flatMap(([kind, steps]) => steps.map((step) => ({ kind, ...step })));

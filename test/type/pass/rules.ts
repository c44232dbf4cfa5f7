// Rules see the arguments and pins of the contract that they stand in, whatever the order of its members.
import {
  approval,
  budget,
  check,
  claim,
  defineContract,
  during,
  exclusive,
  forbids,
  from,
  jsonSchema,
  known,
  limit,
  local,
  lookup,
  once,
  requires,
  z,
} from "checkrein";
import { shop } from "../fixture/backend.ts";

const told = { tool: "t", description: "d" };
const refunds = shop.post("/orders/{orderId}/refunds");
const input = z.strictObject({ orderId: z.string(), amount: z.int(), reason: z.enum(["late"]) });

// The example of the design.
defineContract({
  ...told,
  operation: refunds,
  input,
  pin: { currency: "EUR" },
  rules: [
    requires("get_order", { same: { orderId: "orderId" }, where: ({ args, result }) => args.amount <= result.total }),
    once(({ orderId }) => orderId),
    budget(({ amount }) => amount, { max: 100_000, per: "run" }),
    approval({ when: ({ amount }) => amount > 10_000 }),
  ],
});

// Every rule with every option; before the input, and beside another function.
defineContract({
  rules: [
    requires("get_order"),
    requires(["get_order", "search_orders"], {
      same: ({ args }) => ({ id: args.orderId.toLowerCase() }),
      where: ({ all, tool, call, caller }) => all.length > 0 && tool !== "x" && call.id === caller.claims["order"],
      within: "30m",
      because: "Clause 3.",
    }),
    forbids("cancel_order", { same: { orderId: "id", currency: "currency" } }),
    lookup(
      "get_order",
      ({ args, earlier }) => ({ orderId: args.orderId, of: earlier["get_order"].customer.id }),
      ({ result, args }) => (result.total >= args.amount ? [] : [{ path: "/amount", message: "is too much" }]),
    ),
    known("orderId", from("search_orders", "/orders/*/id"), { because: "No invented ids." }),
    known("/orderId", [from("get_order", "/id"), from("x", ({ result, call }) => [result.id, call.id])]),
    known(({ args }) => [args.orderId, args.amount], from("get_order", "/id")),
    limit(3, { per: ({ orderId }, { caller }) => [orderId, caller.name], window: "24h" }),
    limit(3, { per: "tool", window: 60_000 }),
    budget(({ amount, reason }) => (reason === "late" ? amount : 0), { max: 10.5, decimals: 3 }),
    once(({ orderId }, { now }) => [orderId, now.getUTCFullYear()], { window: "7d" }),
    exclusive(({ orderId }) => orderId, { lease: "1m" }),
    approval({ covers: ["orderId", "amount", "currency"], waits: "1d", holds: "10m" }),
    approval(),
    during({ days: ["mon"], from: "09:00", to: "17:00", timeZone: "Europe/Berlin" }),
    check("small", ({ args, now }) => args.amount < now.getTime() || "is too much"),
  ],
  ...told,
  succeeded: (result) => result?.status === "done",
  operation: refunds,
  input,
  pin: { currency: "EUR" },
});

// Without pins, without input, with bare JSON Schema, with forms, of the agent's own process.
defineContract({
  ...told,
  operation: shop.get("/orders/{orderId}"),
  input: z.strictObject({ orderId: z.string() }),
  rules: [once(({ orderId }) => orderId.length)],
});
defineContract({
  ...told,
  operation: refunds,
  rules: [once(({ orderId }) => orderId), approval({ covers: ["amount"] }), known("orderId", from("t", "/id"))],
});
defineContract({
  ...told,
  operation: shop.post("/notes"),
  input: jsonSchema<{ text: string }>({ type: "object" }),
  rules: [limit(1, { per: ({ text }) => text.length, window: "1h" })],
});
defineContract({
  ...told,
  operation: local(),
  input: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("a"), path: z.string() }),
    z.strictObject({ kind: z.literal("b"), url: z.string() }),
  ]),
  rules: [forbids("x", { same: { path: "path", url: "url" } }), check("b", ({ args }) => args.kind === "b")],
});

// A value of the caller, of which the type is not known.
defineContract({
  ...told,
  operation: refunds,
  input: z.strictObject({ amount: z.int(), reason: z.enum(["late"]) }),
  pin: { currency: "EUR", orderId: claim("order") },
  rules: [once(({ orderId, currency, amount }) => [orderId, currency.length, amount + 1])],
});

// A rule that several contracts share says what it needs.
const oncePerOrder = once(({ orderId }: { readonly orderId: string }) => orderId);
const twice = limit(2);
defineContract({ ...told, operation: shop.delete("/orders/{orderId}"), rules: [oncePerOrder, twice] });
defineContract({ ...told, operation: refunds, input, pin: { currency: "EUR" }, rules: [twice, oncePerOrder] });

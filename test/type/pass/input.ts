// What an author may hand in as `input`: brands, checks, secrets, JSON Schema, nothing at all.
import { defineContract, defineRestBackend, jsonSchema, local, secretField, z } from "checkrein";
import { shop } from "../fixture/backend.ts";

const told = { tool: "t", description: "d" };
const refunds = shop.post("/orders/{orderId}/refunds");

defineContract({ ...told, operation: refunds });
defineContract({ ...told, operation: refunds, pin: { currency: "EUR" } });

const OrderId = z.string().regex(/^ord_/).brand<"OrderId">();
const Amount = z.int().positive().brand<"Amount">();
defineContract({
  ...told,
  operation: refunds,
  input: z
    .strictObject({
      orderId: OrderId,
      amount: Amount,
      reason: z.literal("late"),
      comment: secretField(z.string().nullable()),
    })
    .refine(({ amount }) => amount < 10)
    .meta({ title: "A refund" }),
  pin: { currency: "EUR" },
});
defineContract({
  ...told,
  operation: refunds,
  input: z
    .strictObject({ orderId: OrderId, amount: Amount, reason: z.literal("late") })
    .brand<"Refund">()
    .readonly(),
  pin: { currency: "EUR" },
});

// JSON Schema without a type is checked at load alone; with one it is checked here too.
defineContract({
  ...told,
  operation: refunds,
  input: jsonSchema({ type: "object" }),
  pin: { currency: "EUR" },
});
defineContract({
  ...told,
  operation: refunds,
  input: jsonSchema({ type: "object" }),
  map: { sum: "body.amount" },
});
defineContract({
  ...told,
  operation: shop.post("/notes"),
  input: jsonSchema<{ text: string }>({ type: "object" }),
});

defineContract({ ...told, operation: local(), input: z.strictObject({ command: z.string() }) });

// Without types of the document every path compiles.
const untyped = defineRestBackend({
  name: "untyped",
  document: new URL("file:///api.yaml"),
  url: "http://127.0.0.1:1",
});
defineContract({
  ...told,
  operation: untyped.get("/any/{thing}"),
  input: z.strictObject({ thing: z.string() }),
  pin: { a: 1 },
});

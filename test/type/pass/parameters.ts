// Parameters of every place: by their own names, renamed, pinned, optional, narrowed.
import { defineContract, z } from "checkrein";
import { shop } from "../fixture/backend.ts";

const told = { tool: "t", description: "d" };

defineContract({
  ...told,
  operation: shop.get("/orders/{orderId}"),
  input: z.strictObject({ orderId: z.string() }),
});
defineContract({
  ...told,
  operation: shop.get("/orders/{orderId}"),
  pin: { orderId: "ord_1" },
  input: z.strictObject({}),
});
defineContract({
  ...told,
  operation: shop.delete("/orders/{orderId}"),
  input: z.strictObject({ orderId: z.uuid() }),
});

// A required query parameter, an enum that is narrower, and a required header that OpenAPI says to ignore.
defineContract({
  ...told,
  operation: shop.get("/orders"),
  input: z.strictObject({
    status: z.array(z.enum(["open", "paid"])).min(1),
    limit: z.int32().optional(),
  }),
});
defineContract({
  ...told,
  operation: shop.get("/orders"),
  input: z.strictObject({
    status: z.array(z.literal(["sent", "closed"])).readonly(),
    limit: z.literal(10),
  }),
});
defineContract({
  ...told,
  operation: shop.get("/orders"),
  pin: { status: ["open", "paid"], limit: 5 },
  input: z.strictObject({}),
});

// A header by its own name.
defineContract({
  ...told,
  operation: shop.post("/orders/{orderId}/refunds"),
  input: z.strictObject({ orderId: z.string(), amount: z.int(), "Idempotency-Key": z.string() }),
  pin: { currency: "EUR", reason: "other" },
});

// One name in three places.
defineContract({
  ...told,
  operation: shop.post("/labels/{id}"),
  input: z.strictObject({
    label: z.string(),
    flag: z.boolean(),
    page: z.int().optional(),
    words: z.string(),
  }),
  map: { label: "path.id", flag: "body.id", page: "query.id", words: "body.text" },
});
defineContract({
  ...told,
  operation: shop.post("/labels/{id}"),
  input: z.strictObject({ id: z.string(), text: z.string() }),
  pin: { flag: true },
  map: { id: "path.id", flag: "body.id" },
});
// The name that the operation as it is would have.
defineContract({
  ...told,
  operation: shop.post("/labels/{id}"),
  input: z.strictObject({ path_id: z.string(), body_id: z.boolean(), text: z.string() }),
});

// Pins of every kind of value, null and objects among them.
defineContract({
  ...told,
  operation: shop.put("/orders/{orderId}"),
  input: z.strictObject({ orderId: z.string(), total: z.int() }),
  pin: { address: { street: "High Street 1", city: "York" }, lines: [{ sku: "a", count: 1 }] },
});
defineContract({
  ...told,
  operation: shop.post("/notes"),
  input: z.strictObject({ text: z.string() }),
  pin: { tag: null },
});

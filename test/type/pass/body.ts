// Bodies of every form.
import { defineContract, z } from "checkrein";
import { shop } from "../fixture/backend.ts";

const told = { tool: "t", description: "d" };

// An optional body: absent, whole, or hanging on its only member.
defineContract({ ...told, operation: shop.post("/notes"), input: z.strictObject({}) });
defineContract({
  ...told,
  operation: shop.post("/notes"),
  input: z.strictObject({ text: z.string(), tag: z.string().nullable() }),
});
defineContract({
  ...told,
  operation: shop.post("/notes"),
  input: z.strictObject({ text: z.string().optional() }),
});

// Bodies that are not one object are the argument `body`.
defineContract({
  ...told,
  operation: shop.put("/tags"),
  input: z.strictObject({ body: z.array(z.string()).max(3) }),
});
defineContract({
  ...told,
  operation: shop.put("/tags"),
  input: z.strictObject({ tags: z.tuple([z.string()]) }),
  map: { tags: "body" },
});
defineContract({
  ...told,
  operation: shop.put("/tags"),
  input: z.strictObject({}),
  pin: { body: ["new", "sale"] },
});
defineContract({
  ...told,
  operation: shop.put("/memo"),
  input: z.strictObject({ body: z.string() }),
});

// One of the forms of a union, or all of them.
defineContract({
  ...told,
  operation: shop.post("/events"),
  input: z.strictObject({ body: z.strictObject({ kind: z.literal("paid"), orderId: z.string() }) }),
});
defineContract({
  ...told,
  operation: shop.post("/events"),
  input: z.strictObject({
    body: z.discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("paid"), orderId: z.string() }),
      z.strictObject({ kind: z.literal("stock"), count: z.int() }),
    ]),
  }),
});

// An open body, free-form objects, dictionaries, and a member with a number for its name.
defineContract({
  ...told,
  operation: shop.patch("/settings"),
  input: z.strictObject({ theme: z.string(), font: z.int() }),
});
defineContract({
  ...told,
  operation: shop.patch("/settings"),
  input: z.strictObject({ look: z.string(), font: z.int() }),
  map: { look: "body.theme", font: "body.size" },
});
defineContract({
  ...told,
  operation: shop.post("/counters"),
  input: z.strictObject({
    extra: z.strictObject({ any: z.array(z.string()) }).optional(),
    counts: z.record(z.string(), z.int()),
    "1": z.string(),
  }),
});
defineContract({
  ...told,
  operation: shop.post("/counters"),
  input: z.strictObject({
    extra: z.record(z.string(), z.unknown()),
    counts: z.partialRecord(z.enum(["a", "b"]), z.int()),
  }),
});
defineContract({
  ...told,
  operation: shop.post("/counters"),
  input: z.strictObject({ counts: z.strictObject({ a: z.int() }) }),
});

defineContract({
  ...told,
  operation: shop.post("/login"),
  input: z.strictObject({ user: z.email() }),
});

// Nested members, recursion; what the document calls readOnly is not sent.
const Line = z.strictObject({ sku: z.string(), count: z.int(), note: z.string().optional() });
const Order = z.strictObject({
  total: z.int(),
  address: z.strictObject({
    street: z.string(),
    city: z.string(),
    zip: z.union([z.string(), z.int()]).optional(),
  }),
  lines: z.array(Line),
  get parent() {
    return Order.optional();
  },
});
defineContract({
  ...told,
  operation: shop.put("/orders/{orderId}"),
  input: Order.extend({ orderId: z.string() }),
});

defineContract({
  ...told,
  operation: shop.put("/blob"),
  input: z.strictObject({ body: z.record(z.string(), z.unknown()) }),
});
defineContract({
  ...told,
  operation: shop.post("/blob"),
  input: z.strictObject({ body: z.strictObject({ a: z.string() }).nullable() }),
});
defineContract({
  ...told,
  operation: shop.post("/merged"),
  input: z.strictObject({ a: z.string(), street: z.string(), city: z.string() }),
});
defineContract({
  ...told,
  operation: shop.put("/merged"),
  input: z.strictObject({ b: z.string() }),
});

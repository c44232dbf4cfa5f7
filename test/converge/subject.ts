// A valid call of a small tool, for tests of the injector.
import type { Subject } from "../../bench/converge/fault.ts";
import { createShape } from "../../bench/converge/shape.ts";

export const schema = {
  type: "object",
  additionalProperties: false,
  required: ["orderId", "amount", "reason", "version", "address"],
  properties: {
    orderId: { type: "string", pattern: "^ord_[0-9]{4}$" },
    amount: { type: "integer", minimum: 1, maximum: 500 },
    reason: { enum: ["damaged", "late", "out_of_stock"] },
    version: { const: 2 },
    notify: { type: "boolean" },
    day: { type: "string", format: "date" },
    startsAt: { type: "string", format: "date-time" },
    doorCode: { type: "string", pattern: "^[0-9]{6}$" },
    zeroCode: { type: "string", pattern: "^[0-9]{6}$" },
    tags: { type: "array", items: { type: "string" }, minItems: 1, maxItems: 3 },
    address: {
      type: "object",
      additionalProperties: false,
      required: ["street", "city"],
      properties: { street: { type: "string" }, city: { type: "string", maxLength: 20 }, floor: { type: "integer" } },
    },
    pin: { type: "string", "x-secret": true },
  },
} as const;

export const subjectOf = (args: object = {}, more: Partial<Subject> = {}): Subject => ({
  set: "test",
  name: "a refund",
  call: {
    tool: "create_refund",
    arguments: {
      orderId: "ord_1001",
      amount: 250,
      reason: "out_of_stock",
      version: 2,
      notify: true,
      day: "2026-03-04",
      startsAt: "2026-03-04T09:30:00+05:30",
      doorCode: "417205",
      zeroCode: "017205",
      tags: ["gift"],
      address: { street: "Lindenweg 4", city: "Berlin", floor: 3 },
      pin: "hidden",
      ...args,
    },
  },
  past: [],
  claims: {},
  shape: createShape(schema),
  tools: ["create_refund", "get_order", "list_orders"],
  pins: ["currency"],
  ...more,
});

// Schemas in /openapi.json: where they stand, and what their references mean there.
import { describe, expect, it } from "vitest";
import type { Run } from "../../src/call.ts";
import type { Catalog } from "../../src/contract/contract.ts";
import { describeApi } from "../../src/ingress/openapi.ts";
import { catalogOf } from "../contract/rule/rule-folder.ts";
import { memberOf, membersOf } from "../support/json.ts";

const runOf = (...grants: Run["grants"]): Run => ({ id: "r", lineage: ["r"], grants, expiresAt: undefined });

const catalogWith = (properties: object, more: object = {}): Promise<Catalog> => {
  const input = { type: "object", properties, required: ["orderId", "amount"], additionalProperties: false, ...more };
  const members = `operation: orders.post("/orders/{orderId}/refunds"), pin: { currency: "EUR" },
    map: { orderId: "path.orderId", key: "header.Idempotency-Key" }, input: jsonSchema(${JSON.stringify(input)})`;
  return catalogOf({ refund: members });
};

const schemasOf = (api: unknown): Readonly<Record<string, unknown>> => {
  const { Refusal: _refusal, ...schemas } = membersOf(memberOf(memberOf(api, "components"), "schemas"));
  return schemas;
};

describe("components", () => {
  it("have no definition that only a hidden argument refers to", async () => {
    const text = { type: "string" };
    const $defs = { Key: { ...text, enum: ["ours", "hidden"] }, "Id/s": { $ref: "#/$defs/Text" }, Text: text };
    const properties = {
      orderId: { $ref: "#/$defs/Id~1s" },
      amount: { type: "integer" },
      key: { $ref: "#/$defs/Key" },
    };
    const catalog = await catalogWith(properties, { $defs });
    const namesFor = (...grants: Run["grants"]): readonly string[] =>
      Object.keys(schemasOf(describeApi(catalog, runOf(...grants), false)));
    expect(namesFor()).toEqual(["refund.Key", "refund.Id/s", "refund.Text"]);
    const pinned = { arguments: { refund: { key: { pin: { value: "ours" } } } } };
    expect(namesFor({}, pinned)).toEqual(["refund.Id/s", "refund.Text"]);
  });
});

// Schemas in /openapi.json: where they stand, and what their references mean there.
import { describe, expect, it } from "vitest";
import type { Run } from "../../src/call.ts";
import type { Catalog } from "../../src/contract/contract.ts";
import { describeApi } from "../../src/ingress/openapi.ts";
import { valueAt } from "../../src/json/pointer.ts";
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

/** References that mean nothing in the document itself. */
const danglingIn = (api: unknown): readonly string[] => {
  const found: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [keyword, member] of Object.entries(value))
      if (keyword === "$ref") found.push(String(member));
      else visit(member);
  };
  visit(api);
  return found.filter(
    (reference) => !reference.startsWith("#/components/") || valueAt(api, reference.slice(1)) === undefined,
  );
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
    expect(namesFor()).toEqual(["refund.Id_s", "refund.Text", "refund.Key"]);
    const pinned = { arguments: { refund: { key: { pin: { value: "ours" } } } } };
    expect(namesFor({}, pinned)).toEqual(["refund.Id_s", "refund.Text"]);
  });

  it("have names that OpenAPI takes, each its own", async () => {
    const text = { type: "string" };
    const $defs = { "a b": text, a_b: { type: "integer" }, "a~b": { maxLength: 3 } };
    const properties = {
      orderId: { $ref: "#/$defs/a%20b" },
      amount: { $ref: "#/$defs/a_b" },
      key: { allOf: [{ $ref: "#/$defs/a~0b" }, text] },
    };
    const api = describeApi(await catalogWith(properties, { $defs }), runOf(), false);
    expect(schemasOf(api)).toEqual({
      "refund.a_b": text,
      "refund.a_b_": { maxLength: 3 },
      "refund.a_b__": { type: "integer" },
    });
    expect(danglingIn(api)).toEqual([]);
  });

  it("have a schema that refers to its root, so that references mean that", async () => {
    const properties = {
      orderId: { type: "string" },
      amount: { type: "integer", not: { $ref: "#" } },
      key: { $ref: "#/properties/orderId" },
    };
    const api = describeApi(await catalogWith(properties, { examples: [{ orderId: "hidden" }] }), runOf(), false);
    const ref = "#/components/schemas/refund";
    expect(schemasOf(api)).toMatchObject({
      refund: { properties: { amount: { not: { $ref: ref } }, key: { $ref: `${ref}/properties/orderId` } } },
    });
    expect(danglingIn(api)).toEqual([]);
    expect(JSON.stringify(api)).not.toContain("hidden");
  });
});

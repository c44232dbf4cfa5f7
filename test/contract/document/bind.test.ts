import { describe, expect, it } from "vitest";
import { bindArguments, type BindingRequest } from "../../../src/contract/document/bind.ts";
import type { DocumentOperation } from "../../../src/contract/document/operation.ts";
import { inPath, inQuery, jsonBody, openOperation } from "./document.ts";

const text = { type: "string" };
const body = (names: readonly string[], required: readonly string[] = [], more: object = {}) => ({
  type: "object",
  properties: Object.fromEntries(names.map((name) => [name, text])),
  required,
  ...more,
});
const bind = (operation: DocumentOperation, request: Partial<BindingRequest>) =>
  bindArguments(operation, { arguments: [], pins: {}, map: {}, ...request });
const problems = (operation: DocumentOperation, request: Partial<BindingRequest>): readonly string[] =>
  bind(operation, request).problems.map(({ place, message }) => `${place}: ${message}`);

const refund = openOperation(
  {
    parameters: [inPath("orderId"), { name: "Idempotency-Key", in: "header", schema: text }, inQuery("reason")],
    requestBody: jsonBody(body(["amount", "currency", "reason"], ["amount", "currency"])),
  },
  { path: "/orders/{orderId}/refunds" },
);
const MAP = { reason: "body.reason" };

describe("binding", () => {
  it("puts every argument and pin in its place", () => {
    const bound = bind(refund, {
      arguments: ["orderId", "amount", "reason", "key"],
      pins: { currency: "EUR" },
      map: { ...MAP, key: "header.idempotency-key" },
    });
    expect(bound.problems).toEqual([]);
    expect(bound.parameters.map(({ name, in: place, source }) => [name, place, source])).toEqual([
      ["orderId", "path", { argument: "orderId" }],
      ["Idempotency-Key", "header", { argument: "key" }],
    ]);
    expect(bound.body?.shape).toEqual({
      kind: "members",
      open: false,
      members: [
        { name: "amount", source: { argument: "amount" }, schema: text },
        { name: "reason", source: { argument: "reason" }, schema: text },
        { name: "currency", source: { pinned: "EUR" }, schema: text },
      ],
    });
  });

  const all = { arguments: ["orderId", "amount", "currency"] };

  it.each<[string, Partial<BindingRequest>, readonly string[]]>([
    ["nothing wrong", all, []],
    [
      "a missing member",
      { arguments: ["orderId", "amount"] },
      ["input: the operation requires 'currency': add it to input or pin"],
    ],
    [
      "all missing members",
      {},
      ["orderId", "amount", "currency"].map(
        (name) => `input: the operation requires '${name}': add it to input or pin`,
      ),
    ],
    [
      "an unknown argument",
      { arguments: [...all.arguments, "curency"] },
      ["input.curency: the operation has no member 'curency'"],
    ],
    ["an unknown pin", { ...all, pins: { toString: "x" } }, ["pin.toString: the operation has no member 'toString'"]],
    [
      "an ambiguous name",
      { arguments: [...all.arguments, "reason"] },
      ["input.reason: 'reason' stands in more than one place of the operation: choose one in map"],
    ],
    [
      "two arguments for one place",
      { arguments: [...all.arguments, "sum"], map: { sum: "body.amount" } },
      ["input.sum: 'sum' and 'amount' both go to body.amount"],
    ],
    [
      "an argument and a pin for one place",
      { ...all, pins: { money: "EUR" }, map: { money: "body.currency" } },
      ["pin.money: 'money' and 'currency' both go to body.currency"],
    ],
    [
      "a name in input and in pin",
      { ...all, pins: { currency: "EUR" } },
      ["pin.currency: 'currency' is in input and in pin"],
    ],
    [
      "a map to no place",
      { arguments: [...all.arguments, "x"], map: { x: "query.nope" } },
      ["map.x: the operation has no place 'query.nope'"],
    ],
    [
      "a map to a place of another writing",
      { arguments: [...all.arguments, "x"], map: { x: "query.Reason" } },
      ["map.x: the operation has no place 'query.Reason'"],
    ],
    [
      "a map to the whole of a body with members",
      { arguments: [...all.arguments, "x"], map: { x: "body" } },
      ["map.x: the operation has no place 'body'"],
    ],
    ["a map of nothing", { ...all, map: { y: "query.reason" } }, ["map.y: 'y' is neither in input nor in pin"]],
    [
      "an optional argument that is required",
      { ...all, optional: new Set(["amount"]) },
      ["input.amount: 'amount' is optional in input, the operation requires it"],
    ],
    ["an argument under the name that exposing gives", { arguments: [...all.arguments, "body_reason"] }, []],
  ])("reports of a contract: %s", (_, request, want) => {
    expect(problems(refund, request)).toEqual(want);
  });

  it("names the place of a missing member whose name stands in two", () => {
    const operation = openOperation({
      parameters: [inQuery("id", text, { required: true })],
      requestBody: jsonBody(body(["id"])),
    });
    expect(problems(operation, {})).toEqual(["input: the operation requires 'query.id': add it to input or pin"]);
  });

  it("requires members of an optional body only when it is used", () => {
    const operation = openOperation({ requestBody: jsonBody(body(["a", "b"], ["a"]), false) });
    expect(bind(operation, {})).toEqual({ parameters: [], body: undefined, problems: [] });
    expect(problems(operation, { arguments: ["b"] })).toEqual([
      "input: the operation requires 'a': add it to input or pin",
    ]);
    expect(problems(operation, { arguments: ["a"], optional: new Set(["a"]) })).toEqual([]);
    expect(problems(operation, { arguments: ["a", "b"], optional: new Set(["a"]) })).toHaveLength(1);
  });

  it("sends a required body without members as an empty object", () => {
    const operation = openOperation({ requestBody: jsonBody(body(["a"])) });
    expect(bind(operation, {}).body).toMatchObject({
      required: true,
      shape: { kind: "members", members: [], open: false },
    });
  });

  it("binds the argument body to a body that is no plain object", () => {
    const operation = openOperation({ requestBody: jsonBody({ type: "array", items: text }) });
    expect(bind(operation, { arguments: ["body"] })).toMatchObject({
      problems: [],
      body: { shape: { kind: "whole", source: { argument: "body" } } },
    });
    expect(bind(operation, { arguments: ["tags"], map: { tags: "body" } }).problems).toEqual([]);
    expect(problems(operation, {})).toEqual(["input: the operation requires 'body': add it to input or pin"]);
  });

  it("puts further names into a body that the document leaves open", () => {
    const operation = openOperation({
      requestBody: jsonBody(body(["a"], [], { additionalProperties: { type: "integer" } })),
    });
    const bound = bind(operation, { arguments: ["a", "b", "__proto__"], pins: { c: 1 }, map: { c: "body.d" } });
    expect(bound.problems).toEqual([]);
    expect(bound.body?.shape).toMatchObject({
      open: false,
      members: [
        { name: "a" },
        { name: "b", schema: { type: "integer" } },
        { name: "__proto__" },
        { name: "d", source: { pinned: 1 } },
      ],
    });
    expect(problems(operation, { arguments: ["b", "x"], map: { x: "body.b" } })).toEqual([
      "input.x: 'x' and 'b' both go to body.b",
    ]);
  });

  it("flattens by structure, whatever else the document says about the body", () => {
    const operation = openOperation({ requestBody: jsonBody(body(["a"], [], { minProperties: 1 })) });
    expect(bind(operation, { arguments: ["a"] }).problems).toEqual([]);
  });
});

// The check of examples/clients/run.ts can fail: it finds whatever a client loses.
import { describe, expect, it } from "vitest";
import type { Client } from "../../examples/clients/support/clients.ts";
import { findFaults } from "../../examples/clients/support/expected.ts";
import { isCalled } from "../../examples/clients/support/fake-model.ts";
import type { Seen } from "../../examples/clients/support/watch.ts";

const client: Client = { kind: "agent", name: "an agent", package: "an-agent", command: [] };
const sum = "The sum of 2 and 3 is 5.";
const order = '{"id":"ord_100001","total":4380,"refunded":0}';
const refund = '{"id":"ref_000001","orderId":"ord_100001","amount":100}';
const schema = 'Refused (invalid_arguments)\n- /a: must be at most 1000 Accepted: {"maximum":1000}';
const check = "Refused (check_failed)\n- the sum must be at most 1000";
const refusals = { schema, check };
const good: Seen = {
  tools: ["mcp__checkrein__echo", "get_sum", "checkrein_get_order", "create_refund"],
  read: [sum, order, refund, schema, check],
  faults: [],
};

describe("what run.ts expects of a client", () => {
  it("is met by a client that lists, calls and reads refusals, whatever it makes of names", () => {
    expect(findFaults(client, good, refusals, 2)).toEqual({
      cells: ["yes", "answer", "answer", "answer", "refusal", "refusal"],
      faults: [],
    });
  });

  it("is met by a client that hands results to its model as JSON", () => {
    const read = good.read.map((text) => JSON.stringify([{ type: "text", text }]));
    expect(findFaults(client, { ...good, read }, refusals, 2).faults).toEqual([]);
  });

  it("is met by a client that refuses itself what the schema forbids, if it says so", () => {
    const own = { ...client, refusesItself: "does not match" };
    const seen = { ...good, read: [sum, order, refund, "Error: does not match the schema", check] };
    expect(findFaults(own, seen, refusals, 2)).toEqual({
      cells: ["yes", "answer", "answer", "answer", "own", "refusal"],
      faults: [],
    });
    expect(findFaults(own, good, refusals, 2).faults).toHaveLength(1);
  });

  it.each<[string, Partial<Seen>, number]>([
    ["a tool that is not offered", { tools: ["echo", "get_sum", "get_order"] }, 2],
    ["a tool that no contract allows", { tools: [...good.tools, "mcp__checkrein__get-env"] }, 2],
    ["an answer of the MCP backend that is lost", { read: [undefined, order, refund, schema, check] }, 2],
    ["an answer of the REST backend that is lost", { read: [sum, "An error occurred.", refund, schema, check] }, 2],
    ["an answer to a write that is lost", { read: [sum, order, "requires approval", schema, check] }, 2],
    ["a refusal that is lost", { read: [sum, order, refund, "An error occurred.", check] }, 2],
    ["a refusal without its reason", { read: [sum, order, refund, schema, "Refused (check_failed)"] }, 2],
    ["a refusal that is cut", { read: [sum, order, refund, schema.slice(0, -5), check] }, 2],
    ["a client that ended too early", { read: [sum] }, 2],
    ["a client that crashed", { faults: ["ended with 1"] }, 2],
    ["a call that never reached the shop", {}, 1],
    ["a call that was sent twice", {}, 3],
  ])("finds %s", (_, change, requests) => {
    expect(findFaults(client, { ...good, ...change }, refusals, requests).faults).not.toEqual([]);
  });
});

describe("the fake model", () => {
  it("knows a tool under the names that clients give it, and no other", () => {
    for (const name of ["get-sum", "get_sum", "mcp__checkrein__get-sum", "checkrein_get-sum"])
      expect(isCalled(name, "get-sum")).toBe(true);
    expect(isCalled("get-env", "get-sum")).toBe(false);
  });
});

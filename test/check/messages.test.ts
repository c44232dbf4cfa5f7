// What the agent is told where arguments pass the schema and still cannot be sent, or a grant forbids them: as data, in the one
// style. What the schema finds has its own table (test/schema/message-cases.jsonl).
import { beforeAll, describe, expect, it } from "vitest";
import type { ArgumentRestriction, Grant, JsonObject, ToolCall } from "../../src/call.ts";
import { buildRequest } from "../../src/check/request.ts";
import type { Contract } from "../../src/contract/contract.ts";
import type { Issue } from "../../src/refusal.ts";
import { fillPins } from "../../src/run/fill-pins.ts";
import { tellNarrowed, judgeNarrowing } from "../../src/run/narrow.ts";
import { refund } from "../run/contracts.ts";
import { breachesOfStyle } from "../support/message-style.ts";
import { someone } from "../support/someone.ts";
import { loadRequestContracts } from "./probe.ts";

let contracts: ReadonlyMap<string, Contract>;
beforeAll(async () => {
  contracts = await loadRequestContracts();
});

const unsendable = (tool: string, args: JsonObject): readonly Issue[] => {
  const operation = contracts.get(tool)?.operation;
  if (operation?.kind !== "rest") throw new Error(`no operation of ${tool}`);
  const built = buildRequest(operation, args);
  return built.ok ? [] : built.refusal.issues;
};

const HEADER = "becomes a header: only visible ASCII characters, with spaces inside, can be sent";

describe("what cannot be sent", () => {
  it.each<[string, JsonObject, string, string]>([
    ["get_item", {}, "/id", "is part of the path and cannot be empty"],
    ["get_item", { id: "" }, "/id", "is part of the path and cannot be empty"],
    ["get_item", { id: ".." }, "/id", 'cannot be "..": that is a path step'],
    ["get_item", { id: "a/b" }, "/id", "is one part of a path and cannot contain `/`"],
    ["get_item", { id: "all" }, "/id", "spells the path of another operation of this API: use another value"],
    ["get_item", { id: "\ud800" }, "/id", "cannot be written here as it is"],
    ["get_file", { path: "a/../b" }, "/path", "cannot contain path steps"],
    ["compare", { base: "a...b", head: "c" }, "/head", "makes a path that can be read in more than one way"],
    ["search", { q: null }, "/q", "cannot be null here: leave it out instead"],
    ["search", { tags: [] }, "/tags", "cannot be empty here: leave it out instead"],
    ["search", { tags: [null] }, "/tags", "can hold only texts, numbers and booleans here"],
    ["search", { pipes: ["a|b"] }, "/pipes", 'cannot have "|" inside an item here: it separates the items'],
    [
      "search",
      { deep: { "k[": "a" } },
      "/deep",
      "cannot have a bracket in a member's name here: it would be read as nesting",
    ],
    ["search", { "X-Note": "é" }, "/X-Note", HEADER],
    [
      "search",
      { "X-Many": ["a", ""] },
      "/X-Many",
      "becomes a header: an item can be neither empty nor begin or end with a space",
    ],
    ["create_order", { amount: 1, currency: "USD" }, "/currency", "is no argument of this tool: leave it out"],
  ])("of %s %j is told at %s", (tool, args, path, message) => {
    expect(unsendable(tool, args)).toContainEqual({ path, code: "unsendable", message });
    expect(breachesOfStyle("message", message)).toEqual([]);
  });
});

const good = { orderId: "ord_1", amount: 100, reason: "late", token: "s3cret" };
const grantOf = (name: string, restriction: ArgumentRestriction): Grant => ({
  arguments: { create_refund: { [name]: restriction } },
});

describe("what a grant leaves", () => {
  it.each<[string, ArgumentRestriction, Omit<Issue, "path">]>([
    [
      "reason",
      { enum: ["other"] },
      {
        code: "enum",
        message: 'must be "other", got the string "late"',
        received: '"late"',
        accepts: { const: "other" },
      },
    ],
    ["note", {}, { code: "required", message: "is missing", accepts: { type: ["string", "null"], maxLength: 200 } }],
    [
      "gone",
      {},
      {
        code: "grant",
        message:
          "is restricted in this run and is no argument of the tool any more: an operator has to open the run anew",
      },
    ],
    [
      "token",
      { maxLength: 3 },
      { code: "maxLength", message: "must have at most 3 characters", accepts: { type: "string", maxLength: 3 } },
    ],
  ])("of %s is told without secrets", (name, restriction, issue) => {
    const run = { ...someone.run, grants: [grantOf(name, restriction)] };
    expect(judgeNarrowing(run, refund, good)).toEqual([{ path: `/${name}`, ...issue }]);
    expect(breachesOfStyle("message", issue.message)).toEqual([]);
  });

  it.each<[ToolCall["ingress"], string, string]>([
    ["rest", "pinned", "is set by the sidecar: leave it out"],
    ["call", "unknown", "is not a member here: leave it out"],
  ])("of a pin is told over %s as %s", (ingress, code, message) => {
    const run = { ...someone.run, grants: [grantOf("reason", { pin: { value: "other" } })] };
    const call: ToolCall = {
      id: "1",
      tool: "create_refund",
      arguments: good,
      ...someone,
      run,
      ingress,
      signal: undefined,
    };
    const filled = fillPins(run, refund, call);
    expect(filled.ok && filled.value.issues).toEqual([{ path: "/reason", code, message }]);
    expect(breachesOfStyle("message", message)).toEqual([]);
  });

  it("of names is told without those that the run sets, the nearest first where not all fit", () => {
    const run = { ...someone.run, grants: [grantOf("reason", { pin: { value: "other" } })] };
    const names = ["reason", ...Array.from({ length: 30 }, (_, index) => `member_${index + 10}`)];
    const issue = { path: "/membr_33", code: "unknown", message: "", accepts: { properties: names } };
    const [told] = tellNarrowed(run, refund, { args: {}, issues: [issue] });
    expect(told?.message).toMatch(/^is not a member here; accepted: member_33, .* and \d+ more$/);
    expect(told?.accepts).toEqual({ properties: names.slice(1) });
  });
});

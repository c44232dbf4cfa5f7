// What a call's ending means for what it claimed: whether it took place, nothing was sent, or nobody knows.
import { describe, expect, it } from "vitest";
import type { BackendAnswer, McpReply } from "../../src/call.ts";
import { endingOf } from "../../src/check/ending.ts";
import { checkAnswer } from "../../src/check/output.ts";
import type { RefusalMore } from "../../src/refusal.ts";
import { type RefusalCode, accept, refuse } from "../../src/refusal.ts";
import { contractOf } from "./rule/sample.ts";

const rest = (status: number): BackendAnswer => ({
  kind: "rest",
  status,
  headers: {},
  body: { kind: "bytes", bytes: new Uint8Array() },
});
const rpc = (code: number): BackendAnswer => mcp({ kind: "error", code, message: "no" });
const mcp = (reply: McpReply): BackendAnswer => ({ kind: "mcp", reply });

const ending = (answer: BackendAnswer, effect: "read" | "write"): string | undefined => {
  const contract = contractOf([], { effect });
  return endingOf(checkAnswer(contract, answer), effect, undefined);
};

describe("an answer of the backend", () => {
  it.each([
    [200, "done"],
    [204, "done"],
    [400, "failed"],
    [404, "failed"],
    [409, "failed"],
    [422, "failed"],
    [408, "unknown"],
    [500, "unknown"],
    [503, "unknown"],
    [504, "unknown"],
  ])("with status %i ends a write as %s", (status, outcome) => {
    expect(ending(rest(status), "write")).toBe(outcome);
    expect(ending(rest(status), "read")).toBe(status < 300 ? "done" : "failed");
  });

  it.each([
    [-32_602, "failed"], // the server did not take the arguments
    [-32_603, "unknown"],
    [-32_000, "unknown"],
    [422, "unknown"], // a code of the server's own
    [0, "unknown"],
  ])("with the JSON-RPC error %i ends a write as %s", (code, outcome) => {
    expect(ending(rpc(code), "write")).toBe(outcome);
    expect(ending(rpc(code), "read")).toBe("failed");
  });

  it("that is a failure as the tool says itself, had no effect", () => {
    const result = { content: [], isError: true };
    expect(ending(mcp({ kind: "result", result }), "write")).toBe("failed");
    expect(ending(mcp({ kind: "result", result: { content: [] } }), "write")).toBe("done");
  });

  it("that asks for something first is no end", () => {
    const result = { resultType: "input_required", requestState: "s" };
    expect(ending(mcp({ kind: "result", result }), "write")).toBeUndefined();
  });
});

describe("a refusal", () => {
  it.each<readonly [RefusalCode, RefusalMore, string]>([
    ["upstream_unavailable", { forwarded: "no" }, "released"],
    ["journal_unavailable", {}, "released"],
    ["upstream_timeout", { forwarded: "unknown" }, "unknown"],
    ["upstream_timeout", { forwarded: "yes" }, "unknown"],
    ["upstream_redirect", { forwarded: "yes" }, "unknown"],
    ["internal", { forwarded: "unknown" }, "unknown"],
    ["backend_error", { forwarded: "yes" }, "unknown"],
    ["invalid_output", { forwarded: "yes" }, "done"],
    ["upstream_too_large", { forwarded: "yes" }, "done"],
  ])("%s (%o) ends a write as %s", (code, more, outcome) => {
    expect(endingOf(refuse(code, "", more), "write", undefined)).toBe(outcome);
  });
});

describe("a contract's own word", () => {
  const result = accept({ kind: "json", status: 200, value: {}, headers: [] } as const);
  it.each([
    [true, "done", "done"],
    [undefined, "done", "done"],
    [false, "failed", "failed"],
    ["unclear", "unknown", "failed"],
  ] as const)("%s: a write is %s, a read %s", (counts, write, read) => {
    expect(endingOf(result, "write", counts)).toBe(write);
    expect(endingOf(result, "read", counts)).toBe(read);
  });
});

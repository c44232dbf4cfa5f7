// The result of an upstream `tools/call`: content by its forms, structure as the contract declares it, and the server's
// blame for all else.
import { describe, expect, it } from "vitest";
import type { JsonObject, JsonValue, McpReply, ToolResult } from "../../src/call.ts";
import { checkMcpAnswer } from "../../src/check/mcp-output.ts";
import type { Contract, Effect } from "../../src/contract/contract.ts";
import type { AnswerPlan } from "../../src/contract/output-plan.ts";
import { UnsafeNumber } from "../../src/json/strict-json.ts";

const project = (value: unknown): JsonValue | undefined => {
  if (value === null) return null;
  const id: unknown = typeof value === "object" && "id" in value ? value.id : undefined;
  return typeof id === "number" ? { id } : undefined;
};

const plan: AnswerPlan = { kind: "json", mediaTypes: ["application/json"], project, headers: [] };

const contract = (output: "none" | "server's" | "authored", effect: Effect = "read"): Contract => {
  const answers = output === "none" ? [] : [plan];
  // All of a contract that is read here.
  return { effect, output: { isAuthored: output === "authored", answer: () => answers } } as unknown as Contract;
};

const check = (of: Contract, result: JsonObject): ToolResult | string => {
  const verdict = checkMcpAnswer(of, { kind: "mcp", reply: { kind: "result", result } });
  return verdict.ok ? verdict.value : verdict.refusal.code;
};

const text = (value: string): JsonObject => ({ type: "text", text: value });
const plain = contract("none");

describe("content", () => {
  it("passes as it came; structure that nobody declared does not", () => {
    const content = [text("a"), { ...text("b"), _meta: { x: 1 } }];
    const whole = { kind: "content", content, structured: undefined, isError: false };
    expect(check(plain, { content })).toEqual(whole);
    expect(check(plain, { resultType: "complete", content, structuredContent: { id: 1 }, isError: false })).toEqual(
      whole,
    );
  });

  it("of a tool that says that it failed is a result, whatever its structure", () => {
    const failed = { content: [text("no such file")], isError: true, structuredContent: { wrong: true } };
    for (const each of [plain, contract("server's"), contract("authored")])
      expect(check(each, failed)).toMatchObject({ isError: true, content: failed.content, structured: undefined });
  });

  it.each([
    { content: null },
    { content: {} },
    { content: [text("a"), { type: "html", html: "" }] },
    { content: [], isError: null },
    { content: [], isError: "false" },
    { content: [], resultType: "task", task: {} },
    { content: [], resultType: null },
    { resultType: "input_required" },
    { resultType: "input_required", requestState: 1 },
    { resultType: "input_required", inputRequests: [] },
    { resultType: "input_required", inputRequests: { q: { method: "roots/list", n: new UnsafeNumber("1e999") } } },
  ])("of no known form is the server's blame: %o", (result) => {
    expect(check(plain, result as JsonObject)).toBe("invalid_output"); // marks included, as the reader leaves them
  });

  it("that cannot be passed on after a write says that the call took place", () => {
    const verdict = checkMcpAnswer(contract("none", "write"), {
      kind: "mcp",
      reply: { kind: "result", result: { content: 1 } },
    });
    expect(verdict).toMatchObject({ ok: false, refusal: { class: "stop", forwarded: "yes" } });
  });
});

describe("structure", () => {
  const content = [text('{"id":1}')];

  it("passes beside its content when it is whole", () => {
    const result = { content, structuredContent: { id: 1 } };
    expect(check(contract("server's"), result)).toMatchObject({ content, structured: { id: 1 } });
  });

  it("that loses something takes the place of the content", () => {
    const result = {
      content: [text('{"id":1,"secret":2}'), text("secret: 2")],
      structuredContent: { id: 1, secret: 2 },
    };
    for (const each of [contract("server's"), contract("authored")])
      expect(check(each, result)).toMatchObject({ content, structured: { id: 1 } });
  });

  it("may be null: that is a value", () => {
    const result = { content: [], structuredContent: null };
    expect(check(contract("server's"), result)).toMatchObject({ structured: null });
    expect(check(contract("authored"), { ...result, content })).toMatchObject({ structured: null });
  });

  it("is read from the only text where the author declares it and the server has none", () => {
    expect(check(contract("authored"), { content })).toMatchObject({ structured: { id: 1 } });
    expect(check(contract("server's"), { content })).toBe("invalid_output");
    for (const wrong of [[...content, text("x")], [text("not JSON")], [text('{"id":1,"id":2}')], []])
      expect(check(contract("authored"), { content: wrong })).toBe("invalid_output");
  });

  it("that does not match is the server's blame", () => {
    expect(check(contract("server's"), { content, structuredContent: { id: "1" } })).toBe("invalid_output");
  });
});

describe("a demand", () => {
  it("is taken out of its result", () => {
    const inputRequests = { q: { method: "roots/list" } };
    expect(check(plain, { resultType: "input_required", inputRequests, requestState: "s", other: 1 })).toEqual({
      kind: "input_required",
      inputRequests,
      requestState: "s",
    });
    expect(check(plain, { resultType: "input_required", requestState: "s" })).toMatchObject({
      inputRequests: undefined,
    });
  });
});

describe("an error of the server", () => {
  const refused = (reply: McpReply): unknown => {
    const verdict = checkMcpAnswer(plain, { kind: "mcp", reply });
    return verdict.ok ? undefined : verdict.refusal;
  };

  it("is told in the server's words, with its code and data", () => {
    const data = { requiredCapabilities: { sampling: {} } };
    expect(refused({ kind: "error", code: -32021, message: "sampling is needed", data })).toMatchObject({
      code: "backend_error",
      class: "not_your_fault",
      forwarded: "yes",
      detail: "The backend refused the call: sampling is needed",
      backend: { status: -32021, body: { message: "sampling is needed", data } },
    });
    expect(refused({ kind: "error", code: -32602, message: "no" })).toMatchObject({ class: "fix_arguments" });
  });

  it("is cut where it is long, and loses data that cannot be kept", () => {
    const long = "x".repeat(5000);
    for (const data of [long, { n: new UnsafeNumber("1e999") } as unknown as JsonObject])
      // as the reader marks it
      expect(refused({ kind: "error", code: 1, message: long, data })).toMatchObject({
        backend: { status: 1, body: { message: `${"x".repeat(500)}…` } },
      });
    expect(JSON.stringify(refused({ kind: "error", code: 1, message: long, data: long })).length).toBeLessThan(2000);
  });
});

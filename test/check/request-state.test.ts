// A retry goes on with the call that it belongs to, or is none.
import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { JsonObject, McpInputRequired, McpRetry, ToolCall } from "../../src/call.ts";
import { type RequestStates, createRequestStates } from "../../src/check/request-state.ts";
import { probeAgent } from "./allow-probe.ts";
import { callerNamed } from "../support/someone.ts";

const key = Buffer.alloc(32, 1);
const HOUR = 3_600_000;
const question = { method: "elicitation/create", params: {} };
const demand: McpInputRequired = {
  kind: "input_required",
  inputRequests: { name: question, age: question },
  requestState: '{"the server\'s": "own"}',
};

const call = (more: Partial<ToolCall> = {}, retry?: McpRetry): ToolCall => ({
  id: "first",
  tool: "greet",
  arguments: { a: 1, b: { c: [1, 2], d: null } },
  ...callerNamed("anonymous"),
  ingress: "mcp",
  signal: undefined,
  agent: probeAgent("modern", { retry }).agent,
  ...more,
});

const inputResponses: JsonObject = { name: { action: "accept" } };

const stateOf = (states: RequestStates, of: ToolCall = call(), asked = demand): string =>
  states.wrap(of, asked).requestState ?? "";

const retried = (states: RequestStates, requestState: string, more: Partial<ToolCall> = {}): ToolCall | string => {
  const { agent } = call({}, { inputResponses, requestState });
  const verdict = states.unwrap(call({ id: "second", ...(agent === undefined ? {} : { agent }), ...more }));
  return verdict.ok ? verdict.value : verdict.refusal.code;
};

/** With our key, for something else. */
const signedFor = (what: string, payload: string): string =>
  createHmac("sha256", key).update(`${what}${payload}`).digest("base64url");

describe("a demand", () => {
  it("goes out with its questions as they are, and a state that hides none of the call", () => {
    const wrapped = createRequestStates(key).wrap(call(), demand);
    expect(wrapped.inputRequests).toBe(demand.inputRequests);
    expect(wrapped.requestState).toMatch(/^[\w-]+\.[\w-]{43}$/);
  });

  it("has another state in each round", () => {
    const states = createRequestStates(key);
    expect(stateOf(states)).not.toBe(stateOf(states, call(), { ...demand, requestState: "2" }));
  });
});

describe("a retry", () => {
  const states = createRequestStates(key);

  it("is the call as it was begun, with the server's own state", () => {
    expect(retried(states, stateOf(states))).toMatchObject({
      id: "first",
      agent: { retry: { inputResponses, requestState: demand.requestState } },
    });
  });

  it("has no state where the server gave none", () => {
    const own = retried(states, stateOf(states, call(), { ...demand, requestState: undefined }));
    expect(own).toMatchObject({ agent: { retry: { inputResponses, requestState: undefined } } });
  });

  it("brings no answers to questions that were not asked", () => {
    const asked = { ...demand, inputRequests: { age: question } };
    expect(retried(states, stateOf(states, call(), asked))).toMatchObject({ agent: { retry: { inputResponses: {} } } });
  });

  it("may write the same arguments in another order", () => {
    const own = retried(states, stateOf(states), { arguments: { b: { d: null, c: [1, 2] }, a: 1 } });
    expect(own).toMatchObject({ id: "first" });
  });

  it.each<Partial<ToolCall>>([
    { tool: "other" },
    { arguments: { a: 2, b: { c: [1, 2], d: null } } },
    { arguments: { a: 1, b: { c: [2, 1], d: null } } },
    { arguments: { a: "1", b: { c: [1, 2], d: null } } },
    { arguments: {} },
    { caller: callerNamed("somebody else").caller },
    { run: { ...callerNamed("anonymous").run, id: "another run" } },
  ])("of another call is refused: %o", (more) => {
    expect(retried(states, stateOf(states), more)).toBe("invalid_request");
  });

  it("is refused with a state that nobody gave out", () => {
    const state = stateOf(states);
    const [payload = "", signature = ""] = state.split(".");
    const forged = Buffer.from(Buffer.from(payload, "base64url").toString().replace("first", "other")).toString(
      "base64url",
    );
    const wrong = [
      "",
      ".",
      "x",
      `${state}-TAMPERED`,
      `${state}=`,
      `${state} `,
      `${state}.`,
      `${payload}.`,
      payload,
      `${payload}=.${signature}`,
      `${forged}.${signature}`,
      `${payload}.${signature.slice(0, -1)}${signature.endsWith("A") ? "B" : "A"}`,
      stateOf(createRequestStates(Buffer.alloc(32, 2))),
      ...["", "crr_"].map((other) => `${payload}.${signedFor(other, payload)}`),
    ];
    for (const requestState of wrong) expect(retried(states, requestState), requestState).toBe("invalid_request");
  });

  it("is refused in each other writing of the same signature", () => {
    const state = stateOf(states);
    const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const accepted = [...letters].filter((letter) => typeof retried(states, state.slice(0, -1) + letter) !== "string");
    expect(accepted).toEqual([state.at(-1)]);
  });

  it("is refused after an hour", () => {
    let now = 0;
    const clocked = createRequestStates(key, () => now);
    const state = stateOf(clocked);
    now = HOUR;
    expect(retried(clocked, state)).toMatchObject({ id: "first" });
    now = HOUR + 1;
    expect(retried(clocked, state)).toBe("invalid_request");
  });
});

describe("a call without a state", () => {
  it("is a call as any other, with the answers it brings along", () => {
    const own = call({}, { inputResponses, requestState: undefined });
    expect(createRequestStates(key).unwrap(own)).toEqual({ ok: true, value: own });
    expect(createRequestStates(key).unwrap(call())).toMatchObject({ ok: true, value: { id: "first" } });
  });
});

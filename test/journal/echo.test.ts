// A backend that says again what it was sent: the secrets of a call stand in no part of its record, whoever wrote them there.
import { describe, expect, it } from "vitest";
import type { JsonValue, ToolResult } from "../../src/call.ts";
import type { JournalContract, JournalEntry } from "../../src/journal/journal.ts";
import { describeCall, describeIntent } from "../../src/journal/record.ts";
import { createHider } from "../../src/journal/text.ts";
import { type Refusal, refuse } from "../../src/refusal.ts";
import { createRedaction, lazyRedaction } from "../../src/schema/redact.ts";
import { entryOf } from "./open.ts";

const SECRET = "canary-77e0-echoed-secret";
const hider = createHider(Buffer.from("a key"));
const redact = createRedaction({
  type: "object",
  properties: {
    name: { type: "string" },
    token: { type: "string", "x-secret": true },
    pin: { type: "number", "x-secret": true },
    all: { type: "array", "x-secret": true },
  },
});
const contract: JournalContract = {
  digest: "0".repeat(64),
  redact,
  output: { answer: () => [] },
  journal: { result: "keep", maxResult: 65_536 },
};

const text = (args: object, more: Partial<JournalEntry>): string => {
  const entry = entryOf("c", { contract, ...more });
  return describeCall({ ...entry, call: { ...entry.call, arguments: args } }, hider).body;
};
const recordOf = (args: object, result: ToolResult): Record<string, JsonValue> =>
  Object(JSON.parse(text(args, { verdict: { ok: true, value: result } })));

const echo = (more: Partial<Refusal> = {}): { readonly ok: false; readonly refusal: Refusal } =>
  refuse("backend_error", `The backend refused the call: no ${SECRET}`, {
    status: 422,
    backend: { status: -32_602, body: { message: `no ${SECRET}` } },
    log: `JSON-RPC error: ${SECRET}`,
    ...more,
  });
const json = (value: JsonValue): ToolResult => ({ kind: "json", status: 200, value, headers: [] });
const content = (isError: boolean): ToolResult => ({
  kind: "content",
  content: [{ type: "text", text: `is ${SECRET.slice(0, 20)}` }],
  structured: undefined,
  isError,
});

describe("a secret argument that the backend says again", () => {
  it.each<readonly [string, Partial<JournalEntry>]>([
    ["the error of an MCP server", { verdict: echo() }],
    ["what an observed call was answered", { verdict: echo(), observed: refuse("invalid_arguments", "no").refusal }],
    ["a note", { verdict: refuse("upstream_unavailable", "Away.", { log: `broken: ${SECRET}` }) }],
    ["a detail of ours", { verdict: refuse("upstream_unavailable", `Away: ${SECRET}`) }],
    ["content of a tool that fails", { verdict: { ok: true, value: content(true) } }],
    ["content", { verdict: { ok: true, value: content(false) } }],
    [
      "a text",
      {
        verdict: {
          ok: true,
          value: { kind: "text", status: 200, mediaType: "text/plain", text: `a ${SECRET}`, headers: [] },
        },
      },
    ],
    ["a JSON result", { verdict: { ok: true, value: json({ a: [`x ${SECRET}`, { [SECRET]: 1 }] }) } }],
    [
      "a header",
      { verdict: { ok: true, value: { kind: "empty", status: 201, headers: [["location", `/items/${SECRET}`]] } } },
    ],
  ])("does not stand in %s", (_what, more) => {
    const told = text({ name: "n", token: SECRET }, more);
    expect(told).not.toContain(SECRET.slice(0, 20));
    expect(told).toContain("[secret:");
    expect(text({ name: "n" }, more)).toContain(SECRET.slice(0, 20)); // nothing is hidden without a secret
  });

  it("is found as a number, in JSON, in an address, and short where it is all of a value", () => {
    const value = { pin: 7, other: 17, json: JSON.stringify({ a: 'x"yz' }), link: "/a/x%22yz", kept: "word" };
    const { result } = recordOf({ pin: 7, token: 'x"yz' }, json(value));
    const shown = expect.stringMatching(/^\[secret:/);
    expect(result).toMatchObject({ value: { pin: shown, other: 17, json: shown, link: shown, kept: "word" } });
  });

  it("hides all of a result where there are too many to look for", () => {
    const all = Array.from({ length: 200_000 }, (_, index) => `secret ${index}`);
    expect(recordOf({ all }, json({ a: "b" }))["result"]).toMatchObject({ value: expect.stringMatching(/^\[secret:/) });
  });

  it("leaves a result in which it does not stand, and says of one in which it does that something is hidden", () => {
    expect(recordOf({ token: SECRET }, json({ id: "a" }))).toMatchObject({
      hidden: ["arguments"],
      result: { value: { id: "a" } },
    });
    expect(recordOf({ token: SECRET }, json({ id: SECRET }))["hidden"]).toEqual(["arguments", "result"]);
  });
});

describe("content of a tool whose output schema has secrets", () => {
  const plan = lazyRedaction(() => ({ type: "object", properties: { key: { type: "string", "x-secret": true } } }));
  const guarded = { ...contract, output: { answer: () => [plan] } };

  it.each([
    ["without a structure", undefined],
    ["beside a structure that has none of them", { other: 1 }],
  ])("is hidden %s", (_what, structured) => {
    const value = { ...content(false), structured } as ToolResult; // content it is
    const told = text({ name: "n" }, { contract: guarded, verdict: { ok: true, value } });
    expect(told).not.toContain(SECRET.slice(0, 20));
    expect(told).toContain('"hidden":["result"]');
  });
});

describe("the digest of a request", () => {
  it("is keyed, whatever is secret in it: nobody can try what only the sidecar sets", () => {
    const request = { kind: "mcp", tool: "t", arguments: { pinned: SECRET }, headers: [] } as const;
    const told = JSON.parse(text({ name: "n" }, { request }));
    expect(told.request).toMatch(/^keyed:[\w-]{22}$/);
    const other = describeIntent(entryOf("c", { contract, request }), createHider(Buffer.from("another")));
    expect(JSON.parse(other.body).request).not.toBe(told.request);
  });
});

describe("what others wrote into a refusal", () => {
  it("is cut, however much it is", () => {
    const long = "x".repeat(100_000);
    const issues = Array.from({ length: 1000 }, () => ({ path: `/${long}`, code: "unknown", message: "" }));
    const entry = entryOf("c", { contract, verdict: refuse("upstream_unavailable", long, { log: long }) });
    const told = describeCall({ ...entry, call: { ...entry.call, issues } }, hider).body;
    const { note, detail, given } = JSON.parse(told);
    expect([note.length, detail.length, given.length, given[0].path.length]).toEqual([501, 2001, 50, 257]);
  });
});

// The acceptance test: every case on every ingress that can carry it, against the sidecar as its own process, over raw
// sockets. Nothing invalid is forwarded, nothing valid is blocked or changed.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startScriptedBackend, type ScriptedBackend } from "../support/scripted-backend.ts";
import { type Case, OTHER_CODES, atPath, cases, codeOf, ownCases } from "./case.ts";
import { inRestForm } from "./case-request.ts";
import { type McpForm, inMcpForm, withCall } from "./mcp-request.ts";
import { judgeAnswer, readRefusal, runCase } from "./runner.ts";
import { type CaseServer, startSidecar } from "./sidecar.ts";
import { beginSession } from "../ingress/mcp-wire.ts";

let backend: ScriptedBackend;
let sidecar: CaseServer;

beforeAll(async () => {
  backend = await startScriptedBackend();
  sidecar = await startSidecar(backend.url);
});

afterAll(async () => {
  await sidecar?.kill();
  await backend?.close();
});

const title = (one: Case): string => `${one.id}: ${one.note}`;
const ofTransport = (...transports: readonly Case["transport"][]): readonly Case[] =>
  [...cases, ...ownCases].filter(({ transport }) => transports.includes(transport));

const plainOrder: Case = {
  id: "plain",
  class: "valid",
  transport: "rest",
  note: "a plain get_order",
  request: { method: "GET", path: "/orders/ord_A1b2C3d4" },
  expect: {
    forwarded: true,
    status_class: "2xx",
    upstream: { method: "GET", path_segments: ["orders", "ord_A1b2C3d4"], query: [] },
  },
};

const passes = async (one: Case): Promise<void> => {
  const target = { port: sidecar.port, backend };
  const run = await runCase(one, target);
  expect([...run.failures, ...judgeAnswer(one, run)]).toEqual([]);
  const code = codeOf(one);
  const [answer] = run.exchange.answers;
  if (code !== undefined && answer !== undefined && one.request.method !== "HEAD")
    expect(readRefusal(answer)["code"]).toBe(code);
  expect((await runCase(plainOrder, target)).failures).toEqual([]); // whatever came, the next call works
};

describe("on the REST ingress", () => {
  test.each(ofTransport("rest").map((one) => [title(one), one] as const))("%s", (_title, one) => passes(one));
});

describe("on POST /call", () => {
  const named = ofTransport("any", "rpc").map((one) => atPath(one, "/call"));
  test.each(named.map((one) => [title(one), one] as const))("%s", (_title, one) => passes(one));
});

describe("on POST /check, where nothing is forwarded", () => {
  const asked = ofTransport("any", "rpc")
    .map((one) => atPath(one, "/check"))
    .map(({ expect: { upstream: _upstream, ...due }, ...one }): Case => ({
      ...one,
      expect: { ...due, forwarded: false },
    }));
  test.each(asked.map((one) => [title(one), one] as const))("%s", (_title, one) => passes(one));
});

describe("a valid call in the backend's own form", () => {
  const valid = ofTransport("any").filter(({ expect: { forwarded } }) => forwarded);
  const written = valid.flatMap((one) => inRestForm(one) ?? []);
  test("can be written for every one", () => expect(written.length).toBe(valid.length));
  test.each(written.map((one) => [title(one), one] as const))("%s", (_title, one) => passes(one));
});

describe("invalid arguments as the body of a REST request, unparsed", () => {
  const paths = new Map([
    ["upload_note", "/notes"],
    ["run_report", "/reports"],
  ]);
  const pasted = ofTransport("any").flatMap((one): readonly Case[] => {
    const { call, expect: due } = one;
    const path = paths.get(call?.tool ?? "");
    if (call === undefined || path === undefined || due.forwarded) return [];
    return [atPath({ ...one, request: { ...one.request, body_text: call.arguments_text } }, path)];
  });
  test("there are some", () => expect(pasted.length).toBeGreaterThan(10));
  test.each(pasted.map((one) => [title(one), one] as const))("%s", (_title, one) => passes(one));
});

describe("on /mcp, the cases of MCP alone", () => {
  test.each(ofTransport("mcp").map((one) => [title(one), one] as const))("%s", (_title, one) => passes(one));
});

const calls = [...ofTransport("any"), ...ofTransport("rest").flatMap((one) => withCall(one) ?? [])];

describe.each<readonly [string, "modern" | "legacy" | "session", string]>([
  ["2026-07-28", "modern", "/mcp"],
  ["2026-07-28 at the backend's own endpoint", "modern", "/mcp/orders"],
  ["2025-11-25 without a session", "legacy", "/mcp"],
  ["2025-11-25 in a session", "session", "/mcp"],
])("over MCP, in the form of %s", (_form, kind, path) => {
  let form: McpForm = kind === "modern" ? "modern" : { session: undefined };
  beforeAll(async () => {
    if (kind === "session") form = { session: (await beginSession(sidecar.port)).id };
  });
  test("there are calls of every ingress", () => expect(calls.length).toBeGreaterThan(90));
  test.each(calls.map((one) => [title(one), one] as const))("%s", async (_title, one) => {
    const written = inMcpForm(one, form, path);
    if (written === undefined) throw new Error("the case names no call");
    await passes(written);
  });
});

test("no case is left out", () => {
  console.log(`${cases.length} + ${ownCases.length} cases, ${calls.length} of them over MCP, too`);
  console.log("codes other than advised:", Object.fromEntries(OTHER_CODES));
  expect(cases.length).toBe(80);
  expect(ofTransport("mcp").length).toBe(6);
});

// What the demo's agent does after a refused call: what is offered, one rule of its own, and nothing else.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Demo, type Row, startDemo } from "../../examples/shop/demo.ts";
import { type Json, type JsonObject, isObject } from "../../examples/shop/json.ts";
import { type Operation, applyPatch } from "../../examples/shop/patch.ts";
import { repair } from "../../examples/shop/repair.ts";

const issuesOf = (row: Row | undefined): readonly JsonObject[] =>
  isObject(row?.answer) && Array.isArray(row.answer["issues"]) ? row.answer["issues"].filter(isObject) : [];

describe("the demo's agent", () => {
  let demo: Demo;
  let rows: readonly Row[];
  const rowsOf = (kind: string): readonly Row[] => rows.filter(({ step }) => step.kind === kind);

  beforeAll(async () => {
    demo = await startDemo(0);
    ({ rows } = demo.guarded);
  });
  afterAll(() => demo.stop());

  it("mends several mistakes by the fix of one refusal", () => {
    const [refused, mended] = rows.filter(({ step }) => step.about === "several mistakes at once");
    const [{ fix } = {}] = issuesOf(refused);
    expect(Array.isArray(fix) && fix.length).toBe(6);
    expect([mended?.how, mended?.patch, mended?.request.body]).toEqual([
      "mended",
      fix,
      { amount: 1250, reason: "damaged" },
    ]);
  });

  it("leaves out of its own what is unknown or set by the sidecar, and mends nothing else without a fix", () => {
    const mended = rows.filter(({ how }) => how === "mended");
    const own = mended.filter(({ step, patch }) => {
      const refused = rows.find((row) => row.step === step);
      const offered = issuesOf(refused).flatMap(({ fix }) => fix ?? []);
      return JSON.stringify(offered) !== JSON.stringify(patch);
    });
    expect(own.map(({ patch }) => patch)).toEqual(
      ["/currency", "/total", "/notifyCustomer"].map((path) => [{ op: "remove", path }]),
    );
  });

  it("offers no fix where nobody can tell what was meant, and the agent gives up", () => {
    const unclear = rowsOf("unclear");
    expect(unclear.map(({ how, reached }) => `${how} ${reached}`)).toEqual(Array(3).fill("asked no"));
    expect(unclear.flatMap(issuesOf).map(({ fix }) => fix)).toEqual(Array(3).fill(undefined));
  });

  it("stops a call that is refused again and again, and takes it up after another tool's success", () => {
    const loop = rowsOf("loop");
    const left = loop.map(
      ({ answer }) => isObject(answer) && isObject(answer["attempts"]) && answer["attempts"]["left"],
    );
    expect(left.slice(0, 6)).toEqual([4, 3, 2, 1, 0, 0]);
    const [stopped, looked, refunded] = loop.slice(5);
    expect([stopped?.code, stopped?.reached]).toEqual(["stopped", "no"]);
    expect(stopped?.answer).toHaveProperty("detail", expect.stringMatching(/Give up this path, and report/));
    expect([looked?.code, refunded?.code, refunded?.reached]).toEqual(["ok", "ok", "yes"]);
    expect(refunded?.request.path).toBe(stopped?.request.path);
  });
});

describe("the agent's repair", () => {
  const request = { door: "call", method: "POST", path: "/call", body: { tool: "a", arguments: { b: "1" } } } as const;
  const fixed = { path: "/b", code: "type", fix: [{ op: "replace", path: "/b", value: 1 }] };

  it("applies a fix to the arguments of POST /call", () => {
    const [mended] = repair(request, { class: "fix_arguments", issues: [fixed] });
    expect(mended?.request.body).toEqual({ tool: "a", arguments: { b: 1 } });
  });

  it.each<readonly [string, JsonObject]>([
    ["half of what is wrong", { class: "fix_arguments", issues: [fixed, { path: "/c", code: "required" }] }],
    ["the name of one tool of two", { class: "fix_tool", code: "unknown_tool", next: [{ tool: "b" }, { tool: "c" }] }],
    ["a call without its arguments", { class: "fix_order", code: "precondition_missing", next: [{ tool: "b" }] }],
    ["what is told to stop", { class: "stop", code: "stopped", issues: [fixed] }],
  ])("does not try %s", (_, refusal) => {
    expect(repair(request, refusal)).toEqual([]);
  });
});

describe("the agent's JSON Patch", () => {
  const document: Json = { a: { "b/c": [1, 2] }, d: "x" };
  it.each<readonly [Operation, Json | undefined]>([
    [
      { op: "add", path: "/a/b~1c/1", value: 9 },
      { a: { "b/c": [1, 9, 2] }, d: "x" },
    ],
    [
      { op: "add", path: "/a/b~1c/-", value: 9 },
      { a: { "b/c": [1, 2, 9] }, d: "x" },
    ],
    [
      { op: "replace", path: "/a/b~1c/0", value: 9 },
      { a: { "b/c": [9, 2] }, d: "x" },
    ],
    [{ op: "replace", path: "", value: { e: null } }, { e: null }],
    [{ op: "remove", path: "/a" }, { d: "x" }],
    [
      { op: "move", from: "/a/b~1c", path: "/d" },
      { a: {}, d: [1, 2] },
    ],
    [{ op: "replace", path: "/e", value: 1 }, undefined],
    [{ op: "remove", path: "/a/e" }, undefined],
    [{ op: "add", path: "/d/e", value: 1 }, undefined],
  ])("does what RFC 6902 says, on a copy: %j", (operation, patched) => {
    expect(applyPatch(document, [operation])).toEqual(patched);
    expect(document).toEqual({ a: { "b/c": [1, 2] }, d: "x" });
  });
});

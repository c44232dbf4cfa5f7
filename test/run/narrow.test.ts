// What the grants of a run leave of a contract, as agents are shown it and as calls are judged.
import { describe, expect, it } from "vitest";
import type { Grant, Run, ToolCall } from "../../src/call.ts";
import type { Contract } from "../../src/contract/contract.ts";
import { fillPins } from "../../src/run/fill-pins.ts";
import { judgeNarrowing, narrowSchema, passesMessages, permits } from "../../src/run/narrow.ts";
import { someone } from "../support/someone.ts";
import { closed, contractOf, getOrder, refund } from "./contracts.ts";

const runOf = (...grants: readonly Grant[]): Run => ({ ...someone.run, grants });
const onRefund = (restrictions: NonNullable<Grant["arguments"]>[string]): Grant => ({
  arguments: { create_refund: restrictions },
});
const issuesOf = (grants: readonly Grant[], args: unknown): readonly string[] =>
  judgeNarrowing(runOf(...grants), refund, args).map(({ path, code }) => `${path} ${code}`);

describe("a run may call", () => {
  it("every tool without grants, and those that every grant names with them", () => {
    expect(permits(runOf(), "get_order")).toBe(true);
    expect(permits(runOf({ limits: [] }), "get_order")).toBe(true);
    expect(permits(runOf({ tools: ["get_order"] }), "get_order")).toBe(true);
    expect(permits(runOf({ tools: ["get_order"] }), "create_refund")).toBe(false);
    expect(permits(runOf({ tools: ["get_order"] }, { tools: ["create_refund"] }), "get_order")).toBe(false);
    expect(permits(runOf({ tools: [] }), "get_order")).toBe(false);
  });

  it("an MCP backend's messages where no grant stands in the way", () => {
    expect(passesMessages(runOf(), "files")).toBe(true);
    expect(passesMessages(runOf({ limits: [] }), "files")).toBe(true);
    expect(passesMessages(runOf({ tools: ["get_order"] }), "files")).toBe(false);
    expect(passesMessages(runOf({ tools: ["get_order"], messages: ["files"] }), "files")).toBe(true);
    expect(passesMessages(runOf({ messages: [] }), "files")).toBe(false);
    expect(passesMessages(runOf({ messages: ["files"] }, { messages: ["other"] }), "files")).toBe(false);
  });
});

describe("the schema that a run is shown", () => {
  it("is the contract's own object where nothing narrows it", () => {
    expect(narrowSchema(runOf(), refund)).toBe(refund.inputSchema);
    expect(narrowSchema(runOf({ tools: ["create_refund"] }), refund)).toBe(refund.inputSchema);
    expect(narrowSchema(runOf(onRefund({ amount: {} })), getOrder)).toBe(getOrder.inputSchema);
  });

  it("has every restriction of every grant in it", () => {
    const run = runOf(
      onRefund({ amount: { maximum: 500 }, reason: { enum: ["late", "other"] } }),
      onRefund({ amount: { maximum: 900, minimum: 0 }, reason: { enum: ["late", "damaged"] } }),
    );
    const { properties, required } = narrowSchema(run, refund) as {
      properties: Record<string, unknown>;
      required: readonly string[];
    };
    expect(properties["amount"]).toEqual({ type: "integer", minimum: 1, maximum: 500 });
    expect(properties["reason"]).toEqual({ const: "late" });
    expect([...required].sort()).toEqual(["amount", "orderId", "reason"]);
    expect(refund.inputSchema["required"]).toEqual(["orderId", "amount"]);
  });

  it("lacks what is pinned", () => {
    const schema = narrowSchema(runOf(onRefund({ orderId: { pin: { value: "ord_1" } } })), refund);
    expect(Object.keys(schema["properties"] as object)).not.toContain("orderId");
    expect(schema["required"]).toEqual(["amount"]);
  });

  it("keeps a pinned name refused where other names are taken", () => {
    const open = contractOf("open", { type: "object", properties: { a: { type: "string" } } });
    const run = runOf({ arguments: { open: { a: { pin: { value: "x" } } } } });
    expect(narrowSchema(run, open)["properties"]).toEqual({ a: false });
  });

  it("changes nothing inside of a schema that refers to its root", () => {
    const tree = contractOf("tree", closed({ size: { type: "integer" }, child: { $ref: "#" } }));
    const schema = narrowSchema(runOf({ arguments: { tree: { size: { maximum: 5 } } } }), tree);
    const check = contractOf("tree", schema).arguments;
    expect(check.check({ size: 5, child: { size: 50 } }).ok).toBe(true);
    expect(check.check({ size: 50 }).ok).toBe(false);
    expect(check.check({ size: 5, other: 1 }).ok).toBe(false);
    expect(check.check({ size: 5, child: { other: 1 } }).ok).toBe(false);
  });

  it("has no examples and no default of the whole, which may show what is left out", () => {
    const noted = { examples: [{ size: 9 }], default: { size: 9 } };
    for (const properties of [{ size: { type: "integer" } }, { size: { type: "integer" }, child: { $ref: "#" } }]) {
      const tool = contractOf("tool", { ...closed(properties), ...noted });
      const schema = narrowSchema(runOf({ arguments: { tool: { size: { maximum: 5 } } } }), tool);
      expect(JSON.stringify(schema)).not.toMatch(/examples|default/);
    }
  });

  it("has no definition that only a hidden argument refers to", () => {
    const text = { type: "string" };
    const $defs = {
      Tenant: { ...text, enum: ["acme", "hidden"] },
      "a b/c": { type: "array", items: { $ref: "#/$defs/Other" } },
      Other: text,
    };
    const properties = { tenant: { $ref: "#/$defs/Tenant" }, list: { $ref: "#/$defs/a%20b~1c" } };
    const tool = contractOf("tool", { ...closed(properties), $defs });
    const shown = (grant: NonNullable<Grant["arguments"]>[string]): readonly string[] =>
      Object.keys(Object(narrowSchema(runOf({ arguments: { tool: grant } }), tool)["$defs"]));
    expect(shown({ tenant: { pin: { value: "acme" } } })).toEqual(["a b/c", "Other"]);
    expect(shown({ tenant: { maxLength: 9 } })).toEqual(["Tenant", "a b/c", "Other"]);
    const both = { tenant: { pin: { value: "acme" } }, list: { pin: { value: [] } } };
    expect(narrowSchema(runOf({ arguments: { tool: both } }), tool)).not.toHaveProperty("$defs");
  });

  it("has only those examples and that default of an argument that the grants leave", () => {
    const region = { enum: ["eu", "us"], examples: ["us", "eu"], default: "us", description: "Not us." };
    const size = { type: "integer", examples: [9], default: 1 };
    const tool = contractOf("tool", closed({ region, size }));
    const restricted = { region: { const: "eu" }, size: { maximum: 5 } };
    expect(narrowSchema(runOf({ arguments: { tool: restricted } }), tool)["properties"]).toEqual({
      region: { const: "eu", examples: ["eu"], description: "Not us." },
      size: { type: "integer", maximum: 5, default: 1 },
    });
  });
});

describe("the arguments of a run's call", () => {
  const good = { orderId: "ord_1", amount: 100, reason: "late", note: "a", tags: ["x"] };

  it.each<[string, Grant, object, readonly string[]]>([
    ["at a bound", onRefund({ amount: { maximum: 100, minimum: 100 } }), good, []],
    ["above a maximum", onRefund({ amount: { maximum: 99 } }), good, ["/amount maximum"]],
    ["below a minimum", onRefund({ amount: { minimum: 101 } }), good, ["/amount minimum"]],
    ["among the values", onRefund({ reason: { enum: ["late", "other"] } }), good, []],
    ["not among the values", onRefund({ reason: { enum: ["other"] } }), good, ["/reason enum"]],
    ["the value", onRefund({ reason: { const: "late" } }), good, []],
    ["not the value", onRefund({ reason: { const: "other" } }), good, ["/reason const"]],
    ["left out", onRefund({ reason: {} }), { ...good, reason: undefined }, ["/reason required"]],
    ["of the type that a bound is about", onRefund({ note: { maxLength: 1 } }), good, []],
    ["null where a length is asked", onRefund({ note: { maxLength: 1 } }), { ...good, note: null }, ["/note type"]],
    ["too long", onRefund({ note: { maxLength: 1 } }), { ...good, note: "ab" }, ["/note maxLength"]],
    ["counted in characters", onRefund({ note: { maxLength: 1 } }), { ...good, note: "😀" }, []],
    ["too many", onRefund({ tags: { maxItems: 0 } }), good, ["/tags maxItems"]],
    ["too few", onRefund({ tags: { minItems: 2 } }), good, ["/tags minItems"]],
    ["equal as JSON", onRefund({ tags: { const: ["x"] } }), good, []],
    ["another list", onRefund({ tags: { const: ["y"] } }), good, ["/tags const"]],
    ["of another tool", { arguments: { get_order: { amount: { const: 0 } } } }, good, []],
    ["that the contract has no longer", onRefund({ gone: {} }), good, ["/gone grant"]],
    [
      "wrong in two ways",
      onRefund({ amount: { maximum: 1 }, reason: { const: "other" } }),
      good,
      ["/amount maximum", "/reason const"],
    ],
  ])("are judged: %s", (_, grant, args, issues) => {
    const given = JSON.parse(JSON.stringify(args)) as object;
    expect(issuesOf([grant], given)).toEqual(issues);
    expect(issuesOf([{}, grant], given)).toEqual(issues);
  });

  it("are told what is left", () => {
    const [issue] = judgeNarrowing(runOf(onRefund({ amount: { maximum: 99 } })), refund, good);
    expect(issue).toEqual({
      path: "/amount",
      code: "maximum",
      message: "must be at most 99, got 100",
      received: "100",
      accepts: { type: "integer", minimum: 1, maximum: 99 },
    });
  });

  it("show no secret", () => {
    const run = runOf(onRefund({ token: { const: "s3cr3t-a" } }));
    const issues = judgeNarrowing(run, refund, { ...good, token: "s3cr3t-b" });
    expect(issues).toHaveLength(1);
    expect(JSON.stringify(issues)).not.toContain("s3cr3t-b");
  });

  it("are left to the contract when they are no object", () => {
    for (const args of [null, 5, "x", [], undefined]) expect(issuesOf([onRefund({ amount: {} })], args)).toEqual([]);
  });

  it("meet no prototype", () => {
    const args = JSON.parse('{"orderId":"ord_1"}') as object;
    expect(
      issuesOf([onRefund({ toString: {}, constructor: {} } as NonNullable<Grant["arguments"]>[string])], args),
    ).toEqual(["/toString grant", "/constructor grant"]);
  });
});

describe("a pinned argument", () => {
  const pinned = runOf(onRefund({ reason: { pin: { value: "late" } } }));
  const fill = (run: Run, args: unknown, more: Partial<ToolCall> = {}, contract: Contract = refund) =>
    fillPins(run, contract, {
      id: "1",
      tool: contract.tool,
      arguments: args,
      ...someone,
      run,
      ingress: "call",
      signal: undefined,
      ...more,
    });

  it("is filled in where the agent left it out", () => {
    expect(fill(pinned, { amount: 1 })).toMatchObject({
      ok: true,
      value: { arguments: { amount: 1, reason: "late" }, issues: [] },
    });
  });

  it("leaves calls of other runs as they are", () => {
    const filled = fill(runOf(), { amount: 1 });
    expect(filled.ok && filled.value.arguments).toEqual({ amount: 1 });
    expect(fill(pinned, "text")).toMatchObject({ ok: true, value: { arguments: "text" } });
  });

  it.each<["rest" | "call" | "mcp" | "check", string, readonly string[]]>([
    ["rest", "late", []],
    ["rest", "other", ["/reason pinned"]],
    ["call", "late", ["/reason unknown"]],
    ["mcp", "late", ["/reason unknown"]],
    ["check", "other", ["/reason unknown"]],
  ])("sent over %s as %s", (ingress, reason, issues) => {
    const filled = fill(pinned, { reason }, { ingress });
    const said = filled.ok ? (filled.value.issues ?? []).map(({ path, code }) => `${path} ${code}`) : [];
    expect(said).toEqual(issues);
    expect(filled).toMatchObject({ value: { arguments: { reason: "late" } } });
  });

  it("keeps the issues of the ingress", () => {
    const issue = { path: "/x", code: "unknown", message: "m" };
    expect(fill(pinned, {}, { issues: [issue] })).toMatchObject({ value: { issues: [issue] } });
  });

  it.each<[string, Record<string, string>, boolean]>([
    ["is there", { why: "late" }, true],
    ["is missing", {}, false],
    ["is not one that the tool takes", { why: "lost" }, false],
  ])("takes a claim that %s", (_, claims, isGood) => {
    const run = runOf(onRefund({ reason: { pin: { claim: "why" } } }));
    const filled = fill(run, {}, { caller: { name: "x", claims } });
    if (isGood) expect(filled).toMatchObject({ ok: true, value: { arguments: { reason: "late" } } });
    else expect(filled).toMatchObject({ ok: false, refusal: { code: "forbidden_by_rule", class: "stop" } });
  });

  it("takes no claim from a prototype", () => {
    const run = runOf(onRefund({ reason: { pin: { claim: "constructor" } } }));
    expect(fill(run, {})).toMatchObject({ ok: false, refusal: { code: "forbidden_by_rule" } });
  });

  it("that two grants set differently lets no call through", () => {
    const other = onRefund({ reason: { pin: { value: "other" } } });
    const both = runOf(...pinned.grants, other);
    expect(fill(both, {})).toMatchObject({ ok: false, refusal: { code: "forbidden_by_rule" } });
    expect(fill(runOf(...pinned.grants, ...pinned.grants), {}).ok).toBe(true);
    const outside = runOf(...pinned.grants, onRefund({ reason: { enum: ["other"] } }));
    expect(fill(outside, {})).toMatchObject({ ok: false, refusal: { code: "forbidden_by_rule" } });
  });

  describe("that the contract takes from a claim", () => {
    const tenanted = { ...refund, claimPins: { tenant: { claim: "tenant", isValid: () => true } } };
    const caller = { name: "x", claims: { tenant: "acme" } };

    it.each<["rest" | "call", string, readonly string[], boolean]>([
      ["rest", "acme", [], false],
      ["rest", "other", ["/tenant pinned"], false],
      ["call", "acme", [], true],
    ])("is sent over %s as %s", (ingress, tenant, issues, isLeft) => {
      const filled = fill(runOf(), { amount: 1, tenant }, { ingress, caller }, tenanted);
      const said = filled.ok ? (filled.value.issues ?? []).map(({ path, code }) => `${path} ${code}`) : ["refused"];
      expect(said).toEqual(issues);
      expect(filled).toMatchObject({ value: { arguments: isLeft ? { amount: 1, tenant } : { amount: 1 } } });
    });
  });
});

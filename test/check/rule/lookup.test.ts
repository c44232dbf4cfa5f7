// `lookup`: the sidecar itself makes a read call now, and judges what it says. And the order of rules that look at evidence.
import { describe, expect, it } from "vitest";
import type { JsonObject, JsonValue } from "../../../src/call.ts";
import { contextOf } from "../../../src/check/rule/context.ts";
import type { Lookup } from "../../../src/check/rule/evidence.ts";
import { createRules } from "../../../src/check/rules.ts";
import type { LookupRule } from "../../../src/contract/rule/rule.ts";
import { accept, type RefusalCode, refuse } from "../../../src/refusal.ts";
import { createSettlements } from "../../../src/state/settlements.ts";
import { type Store, StoreError } from "../../../src/state/store.ts";
import {
  CALLER_WINDOW,
  callOf,
  contractOf,
  createWorld,
  look,
  past,
  refusalOf,
  rule,
  traceOf,
  valueOf,
} from "./sample.ts";

const lookup = (more: Partial<LookupRule> = {}): LookupRule => ({
  ...rule("lookup", {
    tool: "get_order",
    arguments: ({ args }) => ({ orderId: args["orderId"] as JsonValue }),
    where: ({ result }) => (result as JsonObject)["open"] === true,
  }),
  ...more,
});

const answering =
  (result: JsonValue, asked: unknown[] = []): Lookup =>
  (tool, args) => {
    asked.push([tool, args]);
    return Promise.resolve(accept({ result, call: { ...(args as JsonObject), pinned: true } }));
  };

const attempt = (given: LookupRule, answer: Lookup, args: JsonObject = { orderId: "o1" }) => ({
  contract: contractOf([given]),
  args,
  lookup: answer,
});

describe("a lookup", () => {
  it("asks with the arguments that the author makes, and goes on with what it says", async () => {
    const asked: unknown[] = [];
    const context = valueOf(await look(createWorld(), attempt(lookup(), answering({ open: true }, asked))));
    expect(asked).toEqual([["get_order", { orderId: "o1" }]]);
    expect(context.earlier).toEqual({ get_order: { open: true } });
  });

  it("leaves out an argument that is undefined", async () => {
    const asked: unknown[] = [];
    const optional = lookup({ arguments: ({ args }) => ({ id: args["orderId"], note: args["note"] }) as never });
    await look(createWorld(), attempt(optional, answering({ open: true }, asked)));
    expect(asked).toEqual([["get_order", { id: "o1" }]]);
  });

  it("refuses what its result does not allow", async () => {
    const refusal = refusalOf(
      await look(createWorld(), attempt(lookup({ because: "Clause 7." }), answering({ open: false }))),
    );
    expect(refusal).toMatchObject({ code: "forbidden_by_rule", class: "stop", forwarded: "no" });
    expect(refusal.detail).toBe("What get_order says now does not allow this create_refund. Clause 7.");
  });

  it("shows its condition the arguments and pins that it was made with", async () => {
    const seeing = lookup({ where: ({ call }) => call["pinned"] === true });
    expect((await look(createWorld(), attempt(seeing, answering({})))).ok).toBe(true);
  });

  it("without a condition only has to succeed", async () => {
    expect((await look(createWorld(), attempt(lookup({ where: undefined }), answering(null)))).ok).toBe(true);
  });

  it.each([
    ["nothing", () => undefined],
    ["a list", () => []],
    ["a function inside", () => ({ orderId: () => 1 })],
    ["a promise", () => Promise.resolve({ orderId: "o1" })],
    ["a date", () => ({ at: new Date() })],
  ])("is not made with %s for arguments, and denies", async (_, args) => {
    const asked: unknown[] = [];
    const world = createWorld();
    const judged = await look(world, attempt(lookup({ arguments: args as never }), answering({ open: true }, asked)));
    expect(refusalOf(judged).code).toBe("forbidden_by_rule");
    expect(asked).toEqual([]);
    expect(world.faults).toHaveLength(1);
  });

  it("asks with a copy: what the author's function keeps it cannot change later", async () => {
    const kept = { orderId: "o1" };
    const asked: [string, JsonValue][] = [];
    await look(createWorld(), attempt(lookup({ arguments: () => kept }), answering({ open: true }, asked)));
    expect(asked[0]?.[1]).not.toBe(kept);
  });

  it.each<[RefusalCode, string, string]>([
    ["upstream_timeout", "upstream_timeout", "wait"],
    ["upstream_unavailable", "upstream_unavailable", "not_your_fault"],
    ["state_unavailable", "state_unavailable", "wait"],
    ["invalid_output", "invalid_output", "not_your_fault"],
    ["invalid_arguments", "forbidden_by_rule", "stop"],
    ["unknown_tool", "forbidden_by_rule", "stop"],
  ])("that is refused with %s gives %s (%s), and nothing was forwarded", async (code, told, refusalClass) => {
    const failing: Lookup = () =>
      Promise.resolve(
        refuse(code, "Some detail.", { forwarded: "yes", issues: [{ path: "/x", code: "y", message: "z" }] }),
      );
    const refusal = refusalOf(await look(createWorld(), attempt(lookup(), failing)));
    expect(refusal).toMatchObject({ code: told, class: refusalClass, forwarded: "no", issues: [] });
    const why = code === "invalid_arguments" ? "it cannot be made with what this call says." : "Some detail.";
    expect(refusal.detail).toBe(`create_refund needs a look at get_order first, and that was refused: ${why}`);
  });

  it("that the backend answers with an error tells what the backend said", async () => {
    const gone: Lookup = () =>
      Promise.resolve(
        refuse("backend_error", "404.", {
          forwarded: "yes",
          status: 404,
          class: "not_your_fault",
          backend: { status: 404 },
        }),
      );
    const refusal = refusalOf(await look(createWorld(), attempt(lookup(), gone)));
    expect(refusal).toMatchObject({
      code: "backend_error",
      status: 404,
      class: "not_your_fault",
      backend: { status: 404 },
    });
  });
});

describe("rules that look at evidence", () => {
  const trace = traceOf({ records: [{ names: ["orderId"], keepsResult: true }] });
  const requires = rule("requires", {
    tool: "get_order",
    tools: ["get_order"],
    isList: false,
    same: { kind: "names", pairs: [["orderId", "orderId"]] },
    where: undefined,
    withinMs: undefined,
  });
  const unknown = rule("known", {
    argument: undefined,
    values: () => [{ path: "/orderId", value: "o1" }],
    origins: [{ tool: "list_orders", id: "x", pattern: undefined, values: () => [] }],
  });

  const counting = (store: Store, counts: { reads: number }): Store => ({
    ...store,
    read: (wanted) => {
      counts.reads += 1;
      return store.read(wanted);
    },
  });

  it("are judged in the author's order", async () => {
    const args = { orderId: "o1" };
    const asked: unknown[] = [];
    const first = async (...rules: Parameters<typeof contractOf>[0]) => {
      asked.length = 0;
      const judged = await look(createWorld(), {
        contract: contractOf(rules),
        args,
        lookup: answering({ open: false }, asked),
      });
      return [refusalOf(judged).code, refusalOf(judged).next[0]?.tool, asked.length];
    };
    expect(await first(requires, unknown, lookup())).toEqual(["precondition_missing", "get_order", 0]);
    expect(await first(unknown, requires, lookup())).toEqual(["precondition_missing", "list_orders", 0]);
    expect(await first(lookup(), requires, unknown)).toEqual(["forbidden_by_rule", undefined, 1]);
  });

  it("ask the store once for all of them, and not at all where none looks back", async () => {
    const world = createWorld();
    await past(world, trace, { tool: "get_order", args: { orderId: "o1" }, result: {} });
    const counts = { reads: 0 };
    const counted = { ...world, store: counting(world.store, counts) };
    const args = { orderId: "o1" };
    await look(counted, { contract: contractOf([requires, requires, unknown]), args });
    expect(counts.reads).toBe(1);
    await look(counted, { contract: contractOf([lookup()]), args, lookup: answering({ open: true }) });
    expect(counts.reads).toBe(1);
  });

  it("let the trouble of the store through", async () => {
    const world = createWorld();
    const store: Store = { ...world.store, read: () => Promise.reject(new StoreError("gone")) };
    await expect(
      look({ ...world, store }, { contract: contractOf([requires]), args: { orderId: "o1" } }),
    ).rejects.toThrow(StoreError);
  });

  it("do not trust a record that the sidecar did not write", async () => {
    const world = createWorld();
    const read: Store["read"] = async (wanted) => {
      const found = await world.store.read(wanted);
      return { ...found, fields: [{ at: world.now, value: "[1" }] };
    };
    const attempt = { contract: contractOf([requires]), args: { orderId: "o1" } };
    await expect(look({ ...world, store: { ...world.store, read } }, attempt)).rejects.toThrow(StoreError);
  });
});

it.each([true, false])(
  "gives the room of what was looked up back before the call is sent (allowed: %s)",
  async (open) => {
    const { store, now } = createWorld();
    const parts = { catalog: { traceOf: () => undefined } as never, callerWindowMs: CALLER_WINDOW }; // nothing else is asked
    const settlements = createSettlements(store, () => {});
    const rules = createRules({ ...parts, store, settlements, now: () => now, onFault: () => {} });
    const told: string[] = [];
    const room = { take: () => undefined, arrived: () => {}, give: () => void told.push("given back") };
    const contract = contractOf([lookup()]);
    const call = { ...callOf(contract.tool), room };
    const context = valueOf(contextOf({ contract, args: { orderId: "o1" }, caller: call.caller, now }));
    const lookUp: Lookup = (tool, args) => {
      told.push("looked up");
      return answering({ open })(tool, args);
    };
    const wanted = { contract, call, context, isDryRun: false, isObserved: false, lookup: lookUp };
    expect((await rules.admit(wanted)).ok).toBe(open);
    expect(told).toEqual(["looked up", "given back"]);
  },
);

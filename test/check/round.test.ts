// One round at a time of a call that goes on in several: its claim, which all rounds share, lets the next one through.
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { ToolCall } from "../../src/call.ts";
import { type Repeat, type Rules, type Ticket, createRules } from "../../src/check/rules.ts";
import type { Checked } from "../../src/refusal.ts";
import { createSettlements } from "../../src/state/settlements.ts";
import { type Settlement, type Store, StoreError } from "../../src/state/store.ts";
import { contextOf } from "../../src/check/rule/context.ts";
import { CALLER_WINDOW, type World, callOf, contractOf, createWorld, rule, valueOf } from "./rule/sample.ts";

const contract = contractOf([rule("limit", { max: 2, per: "run", windowMs: undefined })], {
  operation: { kind: "local" },
});
const lookup = () => Promise.reject(new Error("nothing is looked up here"));

let world: World;
let rules: Rules;
let failsToSettle: (settlement: Settlement) => boolean;
let losesAnswer: (claim: string) => boolean;
let ended: Settlement[];
let begun: ToolCall;
beforeEach(() => {
  world = createWorld();
  failsToSettle = () => false;
  losesAnswer = () => false;
  ended = [];
  const { claim, settle } = world.store;
  const store: Store = {
    ...world.store,
    claim: async (wanted) => {
      const answer = await claim(wanted);
      if (losesAnswer(wanted.id)) throw new StoreError("gone");
      return answer;
    },
    settle: (settlement) => {
      if (failsToSettle(settlement)) return Promise.reject(new StoreError("gone"));
      ended.push(settlement);
      return settle(settlement);
    },
  };
  const now = (): number => world.now;
  const catalog = { traceOf: () => undefined } as never; // nothing else of it is asked
  const settlements = createSettlements(store, () => {});
  rules = createRules({ catalog, store, settlements, now, callerWindowMs: CALLER_WINDOW, onFault: () => {} });
  begun = callOf(contract.tool);
});

let rounds = 0;
const again = (): ToolCall => ({ ...begun, round: `round-${(rounds += 1)}` });

const admit = (call: ToolCall, isDryRun = false): Promise<Checked<Ticket | Repeat>> => {
  const context = valueOf(contextOf({ contract, args: {}, caller: call.caller, now: world.now }));
  return rules.admit({ contract, call, context, isDryRun, isObserved: false, lookup });
};
const code = async (call: ToolCall): Promise<string> => {
  const admitted = await admit(call);
  return admitted.ok ? "ok" : admitted.refusal.code;
};
const ticketOf = async (call: ToolCall): Promise<Ticket> => {
  const admitted = valueOf(await admit(call));
  if ("kind" in admitted) throw new Error("a repeat");
  return admitted;
};
const done = { outcome: "done", value: null, kept: undefined } as const;

describe("a round", () => {
  it("keeps others out until it goes on, or ends", async () => {
    await ticketOf(begun);
    const second = await ticketOf(again());
    expect(await admit(again())).toMatchObject({ refusal: { code: "busy", forwarded: "no", retryAfterSeconds: 20 } });
    await rules.pause(second);
    const third = again();
    await rules.settle(third, await ticketOf(third), done);
    expect(await code(again())).toBe("ok"); // a replay: a call of its own, which is the second
    expect(await code(callOf(contract.tool))).toBe("limit_reached");
  });

  it("is free again when its call is refused", async () => {
    await ticketOf(callOf(contract.tool));
    await ticketOf(callOf(contract.tool));
    expect([await code(again()), await code(again())]).toEqual(["limit_reached", "limit_reached"]);
  });

  it("whose claim's answer is lost gives nothing back: the round before was sent", async () => {
    await ticketOf(begun);
    losesAnswer = (claim) => claim === begun.id;
    expect(await code(again())).toBe("state_unavailable");
    await vi.waitFor(() => expect(ended.find(({ id }) => id === begun.id)?.outcome).toBe("unknown"));
    const first = callOf(contract.tool);
    losesAnswer = (claim) => claim === first.id;
    expect(await code(first)).toBe("state_unavailable");
    await vi.waitFor(() => expect(ended.find(({ id }) => id === first.id)?.outcome).toBe("released"));
  });

  it("is not begun by a dry run", async () => {
    await ticketOf(begun);
    expect((await admit(again(), true)).ok).toBe(true);
    expect(await code(again())).toBe("ok");
  });

  it("keeps others out while the store does not know that the call has ended", async () => {
    await ticketOf(begun);
    const second = again();
    const ticket = await ticketOf(second);
    failsToSettle = ({ id }) => id === begun.id;
    await rules.settle(second, ticket, done);
    expect(await code(again())).toBe("busy");
    world.now += 20_000;
    expect(await code(again())).toBe("ok");
  });
});

// The guard against loops beside its stories: what it costs a valid call, whom a store in trouble stops, and by which names
// tools are counted.
import { describe, expect, it } from "vitest";
import type { ToolCall } from "../../src/call.ts";
import type { Contract } from "../../src/contract/contract.ts";
import { type Refused, refuse } from "../../src/refusal.ts";
import {
  type Attempts,
  type AttemptsParts,
  MOST_MADE_UP,
  OTHER_NAMES,
  createAttempts,
  nameOf,
} from "../../src/run/attempts.ts";
import { createKeptAttempts } from "../../src/run/kept-attempts.ts";
import { createMemoryStore } from "../../src/state/memory.ts";
import type { Attempt } from "../../src/state/store.ts";
import { createFailingStore } from "../support/failing-store.ts";
import { someone } from "../support/someone.ts";

const MINUTE = 60_000;
const callOf = (tool: string, run: Partial<ToolCall["run"]> = {}): ToolCall => ({
  id: "c1",
  tool,
  arguments: {},
  caller: someone.caller,
  run: { ...someone.run, ...run },
  ingress: "call",
  signal: undefined,
});
const bad = refuse("invalid_arguments", "Wrong.");

const EMPTY: AttemptsParts["catalog"] = { find: () => undefined, contracts: [] };
const setUp = (catalog = EMPTY) => {
  const time = { now: 1_000_000 };
  const now = (): number => time.now;
  const store = createFailingStore(createMemoryStore({ now }));
  const kept = createKeptAttempts({ store, now, isShared: false });
  const attempts = createAttempts({ catalog, kept, maxAttempts: 2, callerWindowMs: MINUTE, now });
  const failTwice = async (call: ToolCall): Promise<void> => {
    for (let index = 0; index < 2; index += 1) await attempts.count(call, bad, false);
  };
  return { time, store, kept, attempts, failTwice };
};
const codeOf = (refused: Refused | undefined): string | undefined => refused?.refusal.code;

describe("a valid call of a run without attempts", () => {
  it("waits for nothing, and has nothing to clear, whatever the store does", async () => {
    for (const kind of ["hangs", "refuses"] as const) {
      const { store, attempts } = setUp();
      store.fail({ kind });
      for (let index = 0; index < 3; index += 1) {
        expect(attempts.stop(callOf("refund"), false)).toBeUndefined();
        expect(attempts.succeed(callOf("refund"))).toBeUndefined();
        await Promise.resolve();
      }
    }
    const { store, attempts } = setUp();
    store.fail({ kind: "hangs" }, "clearAttempts", "addAttempt");
    expect(attempts.stop(callOf("refund"), false)).toBeUndefined();
    await new Promise((done) => void setImmediate(done));
    expect(attempts.stop(callOf("refund"), false)).toBeUndefined();
    expect(attempts.succeed(callOf("refund"))).toBeUndefined();
  });
});

describe("a store in trouble", () => {
  it("that hangs lets no result wait, and refusals not for long", async () => {
    const { store, attempts, failTwice } = setUp();
    await failTwice(callOf("refund"));
    store.fail({ kind: "hangs" });
    expect(attempts.succeed(callOf("ship"))).toBeUndefined();
    expect(attempts.stop(callOf("refund"), false)).toBeUndefined();
    await failTwice(callOf("ship"));
    expect(codeOf(await attempts.stop(callOf("ship"), false))).toBe("stopped");
    expect(await attempts.stop(callOf("ship", { id: "run_new" }), true)).toBeUndefined();
  });

  it.each(["refuses", "loses-answers"] as const)(
    "that %s stops a loop all the same, and lets a success lift it",
    async (kind) => {
      const { store, attempts, failTwice } = setUp();
      store.fail({ kind });
      await failTwice(callOf("refund"));
      expect(codeOf(await attempts.stop(callOf("refund"), false))).toBe("stopped");
      expect(await attempts.stop(callOf("ship"), false)).toBeUndefined();
      await attempts.succeed(callOf("ship"));
      expect(await attempts.stop(callOf("refund"), false)).toBeUndefined();
      store.fail(undefined);
      expect(await attempts.stop(callOf("refund"), true)).toBeUndefined();
      expect(await attempts.count(callOf("refund"), bad, false)).toMatchObject({ refusal: { attempts: { used: 1 } } });
    },
  );

  it("lets what it stopped expire", async () => {
    const { store, attempts, failTwice, time } = setUp();
    store.fail({ kind: "refuses" });
    await failTwice(callOf("refund"));
    await failTwice(callOf("refund", { id: "run_1", expiresAt: time.now + 5000 }));
    time.now += 5000;
    expect(await attempts.stop(callOf("refund", { id: "run_1" }), false)).toBeUndefined();
    time.now += MINUTE - 5001;
    expect(codeOf(await attempts.stop(callOf("refund"), false))).toBe("stopped");
    time.now += 1;
    expect(await attempts.stop(callOf("refund"), false)).toBeUndefined();
  });
});

describe("two sidecars over one store", () => {
  const setUpTwo = () => {
    const time = { now: 1_000_000 };
    const now = (): number => time.now;
    const store = createMemoryStore({ now });
    const asked: string[] = [];
    const watched = {
      addAttempt: (attempt: Attempt) => (asked.push("add"), store.addAttempt(attempt)),
      attemptsOf: (run: string) => (asked.push("read"), store.attemptsOf(run)),
      clearAttempts: (run: string, tools?: readonly string[]) => (asked.push("clear"), store.clearAttempts(run, tools)),
    };
    const open = () => {
      const kept = createKeptAttempts({ store: watched, now, isShared: true });
      return createAttempts({ catalog: EMPTY, kept, maxAttempts: 2, callerWindowMs: MINUTE, now });
    };
    const pass = async (milliseconds: number): Promise<void> => {
      time.now += milliseconds;
      await new Promise((done) => void setImmediate(done));
    };
    return { asked, pass, one: open(), other: open() };
  };
  const codeAt = async (attempts: Attempts): Promise<string | undefined> =>
    codeOf(await attempts.stop(callOf("refund"), false));

  it("stop no tool where a success of one follows each refusal of the other", async () => {
    const { one, other, pass } = setUpTwo();
    for (let round = 0; round < 12; round += 1) {
      await pass(80);
      expect(await codeAt(other)).toBeUndefined();
      expect(await other.count(callOf("refund"), bad, false)).toMatchObject({ refusal: { attempts: { used: 1 } } });
      await pass(80);
      expect(await codeAt(one)).toBeUndefined();
      await pass(0);
      one.succeed(callOf("refund"));
      await pass(0);
    }
  });

  it("lift with one success what the other has stopped right before", async () => {
    const { one, other, pass } = setUpTwo();
    expect(await codeAt(one)).toBeUndefined();
    await pass(200);
    for (let index = 0; index < 2; index += 1) await other.count(callOf("refund"), bad, false);
    expect(await codeAt(other)).toBe("stopped");
    one.succeed(callOf("ship"));
    await pass(0);
    expect(await codeAt(other)).toBeUndefined();
  });

  it("write nothing for a run without attempts, and read ten times a second at most", async () => {
    const { one, asked, pass } = setUpTwo();
    for (let call = 0; call < 200; call += 1) {
      expect(await codeAt(one)).toBeUndefined();
      one.succeed(callOf("refund"));
      await pass(5);
    }
    expect(new Set(asked)).toEqual(new Set(["read"]));
    expect(asked.length).toBeLessThanOrEqual(10);
  });
});

describe("a refusal", () => {
  it("is the same but for its attempts, and frozen", async () => {
    const { attempts } = setUp();
    const refused = refuse("limit_reached", "Wait.", { retryAfterSeconds: 5 });
    const told = await attempts.count(callOf("refund"), refused, false);
    expect(told).toEqual({ ok: false, refusal: { ...refused.refusal, attempts: { used: 0, left: 2 } } });
    expect(Object.isFrozen(told.refusal)).toBe(true);
  });

  it("of a call that was sent stays one, however many came before it", async () => {
    const { attempts, failTwice } = setUp();
    await failTwice(callOf("refund"));
    const sent = refuse("backend_error", "No.", { class: "fix_arguments", backend: { status: 422 }, forwarded: "yes" });
    expect(await attempts.count(callOf("refund"), sent, false)).toMatchObject({
      refusal: { code: "backend_error", attempts: { used: 3, left: 0 } },
    });
    expect(codeOf(await attempts.count(callOf("refund"), bad, false))).toBe("stopped");
  });
});

describe("an error of the backend", () => {
  it.each([
    [400, 1],
    [422, 1],
    [-32_602, 1],
    [404, 0],
    [409, 0],
    [403, 0],
  ])("of status %d counts %d", async (status, used) => {
    const { attempts } = setUp();
    const sent = refuse("backend_error", "No.", { class: "fix_arguments", backend: { status }, forwarded: "yes" });
    expect(await attempts.count(callOf("refund"), sent, false)).toMatchObject({ refusal: { attempts: { used } } });
  });
});

it("does not count what a lookup's backend has against it", async () => {
  const { attempts } = setUp();
  const looked = refuse("backend_error", "No.", { class: "fix_arguments", backend: { status: 422 } });
  expect(await attempts.count(callOf("refund"), looked, false)).toMatchObject({ refusal: { attempts: { used: 0 } } });
});

describe("made-up names", () => {
  const callable = { operation: { kind: "rest" } };
  const [refund, here] = [
    { ...callable, tool: "refund", attempts: undefined },
    { tool: "here", operation: { kind: "local" } },
  ];
  // What is asked of a contract here is its name, its allowance, and whether it can be called.
  const contracts = [refund, here] as unknown as readonly Contract[];
  const catalog = { contracts, find: (tool: string) => contracts.find((one) => one.tool === tool) };

  it("count by themselves up to a few, and then together: what is stopped stays", async () => {
    const { attempts, kept, failTwice } = setUp(catalog);
    await failTwice(callOf("refund"));
    for (let index = 0; index < MOST_MADE_UP; index += 1) await failTwice(callOf(`made-up-${index}`));
    for (let index = 0; index < 3; index += 1) {
      const refused = await attempts.count(callOf(`another-${index}`), bad, false);
      expect(refused.refusal).toMatchObject({ attempts: { used: index + 1, left: Math.max(0, 1 - index) } });
    }
    for (const tool of ["refund", "made-up-0", "another-9"])
      expect(codeOf(await attempts.stop(callOf(tool), false))).toBe("stopped");
    expect([...(kept.known(someone.run.id) ?? [])].map(([name]) => name)).toEqual([
      "refund",
      ...Array.from({ length: MOST_MADE_UP }, (_, index) => `made-up-${index}`),
      OTHER_NAMES,
    ]);
    attempts.succeed(callOf("refund"));
    expect(await attempts.stop(callOf("another-9"), false)).toBeUndefined();
  });

  it("a stop says what opens it again, and when its time is over", async () => {
    const { attempts, failTwice, time } = setUp(catalog);
    for (const [tool, words] of [
      ["refund", "again when an operator lifts"],
      ["no_tool", "again when a call of another tool succeeds, or when an operator lifts"],
    ] as const) {
      await failTwice(callOf(tool));
      time.now += 500;
      expect((await attempts.stop(callOf(tool), false))?.refusal).toMatchObject({
        class: "stop",
        detail: expect.stringContaining(words),
        retryAfterSeconds: 60,
      });
    }
  });
});

describe("the name of a tool in lists", () => {
  it.each(["refund", "get.order-2_x", "größe", "a b", "", "x".repeat(64)])("is its own: %j", (tool) => {
    expect(nameOf(tool)).toBe(tool);
  });

  it.each(["x".repeat(65), `${"x".repeat(64)}\u0000`, "a\nb", "a\u202eb", "\ud800", "😀".repeat(65)])(
    "is cut and told apart, where it is long or odd: %j",
    (tool) => {
      const name = nameOf(tool);
      expect(name.length).toBeLessThanOrEqual(110);
      expect(name).toMatch(/^[\p{L}\p{N}\p{P}\p{S} ]+… [\w-]{43}$/u);
      expect(name).not.toBe(nameOf(`${tool}x`));
    },
  );
});

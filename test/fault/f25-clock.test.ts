// F25: the wall clock jumps under a running sidecar. Deadlines, breakers and what waits keep their time; only stamps move. Windows of
// limits are told by Redis' own clock where there is one, and a clock that goes back lifts no limit anywhere.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setTimeout } from "node:timers/promises";
import { afterAll, afterEach, describe, expect, it, onTestFinished } from "vitest";
import { writeContracts } from "../support/contracts-folder.ts";
import { isRedisExpected, startRedis } from "../support/redis-server.ts";
import { refundCall } from "./calls.ts";
import { contractTexts } from "./changing-contracts.ts";
import { INGRESSES, type Told, callOver } from "./ingress.ts";
import { expectThrough } from "./invariants.ts";
import { onStage } from "./on-stage.ts";
import { hangs, resets } from "./scripts.ts";
import { type Stage, type StageOptions, startStage } from "./stage.ts";

const folder = mkdtempSync(join(tmpdir(), "checkrein-clock-"));
const file = join(folder, "offset");
afterAll(() => rmSync(folder, { recursive: true }));

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const SIGNING_KEY = "canary-fa25-signing-key-of-the-clocks";
const setClock = (ms: number): void => writeFileSync(file, String(ms));
const flags = ["--import", fileURLToPath(new URL("shift-clock.ts", import.meta.url))];
const withClock = (more: StageOptions = {}): StageOptions => {
  setClock(0);
  return { flags, environment: { CLOCK_FILE: file }, ...more };
};
afterEach(() => setClock(0));

const jumps = [
  ["an hour back", -HOUR],
  ["a day ahead", DAY],
  ["half a second ahead, as when a leap second is smeared", 500],
] as const;

describe("F25 a clock that jumps", () => {
  const stage = onStage(withClock);
  const late = [504, "upstream_timeout", "unknown"] as const;

  it.each(jumps)("%s: calls under way end at their deadline, not sooner and not later", async (_what, ms) => {
    await expectThrough(stage(), {
      script: (socket, request, index) => {
        setClock(ms); // while the calls are under way
        hangs(socket, request, index);
      },
      end: () => setClock(0),
      read: late,
      write: late,
      sent: 1,
      within: [1900, 3000],
    });
  });

  it("moves the stamps of the journal, and not the order of its calls", async () => {
    const told: Told[] = [];
    for (const ms of [0, -HOUR, DAY, 0]) {
      setClock(ms);
      await setTimeout(30);
      told.push(...(await Promise.all(INGRESSES.map((ingress) => callOver(ingress, refundCall(), stage())))));
    }
    expect(told.map(({ code }) => code)).toEqual(told.map(() => ""));
    const ids = told.map(({ id }) => id);
    const ofOurs = (): readonly (readonly [number, number])[] =>
      stage()
        .records()
        .filter(({ kind, call }) => kind === "call" && ids.includes(String(call)))
        .map(({ order, time }) => [Number(Object(order)[0]), Date.parse(String(time))] as const)
        .sort(([one], [other]) => one - other);
    await expect.poll(() => ofOurs().length, { timeout: 3000 }).toBe(told.length);
    const times = ofOurs().map(([, time]) => Math.round((time - Date.now()) / HOUR) || 0);
    expect(times).toEqual([0, -1, 24, 0].flatMap((hours) => INGRESSES.map(() => hours)));
  });
});

describe("F25 a breaker under a clock that jumps", () => {
  const stage = onStage(() => withClock({ settings: { "breaker-ms": 1000 } }));
  const code = async (): Promise<string> => (await callOver("call", refundCall(), stage())).code;

  it.each(jumps.slice(0, 2))("%s: a backend is left alone as long as was said", async (_what, ms) => {
    stage().orders.play(resets);
    await expect.poll(code, { timeout: 10_000 }).toBe("upstream_unavailable");
    const openedAt = performance.now();
    stage().orders.play();
    setClock(ms);
    await setTimeout(100);
    expect(await code()).toBe("upstream_unavailable");
    await expect.poll(code, { timeout: 10_000 }).toBe("");
    expect(performance.now() - openedAt).toBeGreaterThan(700);
    expect(performance.now() - openedAt).toBeLessThan(6000);
    for (let turn = 0; turn < 5; turn += 1) expect(await code()).toBe(""); // and closed
  });
});

describe("F25 a limit under a clock that jumps", () => {
  const MOST = 4;
  const start = async (state: string): Promise<Stage> => {
    const texts = contractTexts();
    const limited = (texts[".case/create-refund.ts"] ?? "")
      .replace("import { defineContract }", "import { defineContract, limit }")
      .replace(/\}\);\s*$/, `  rules: [limit(${MOST}, { per: "tool", window: "2h" })],\n});\n`);
    const contracts = writeContracts({ ...texts, ".case/create-refund.ts": limited });
    return startStage(withClock({ contracts, settings: { state, "signing-key": SIGNING_KEY } }));
  };
  const codes = async (stage: Stage): Promise<readonly string[]> =>
    (await Promise.all(INGRESSES.map((ingress) => callOver(ingress, refundCall(), stage)))).map(({ code }) => code);
  const refused = INGRESSES.map(() => "limit_reached");

  it("an hour back: is lifted nowhere", async () => {
    const stage = await start("memory");
    onTestFinished(() => stage.stop());
    expect(await codes(stage)).toEqual(INGRESSES.map(() => ""));
    setClock(-HOUR);
    await setTimeout(30);
    expect(await codes(stage)).toEqual(refused);
    setClock(0);
    await setTimeout(30);
    expect(await codes(stage)).toEqual(refused);
    expect(stage.orders.arrivals()).toHaveLength(MOST);
  });

  it.runIf(isRedisExpected)("a day ahead of Redis: its clock counts", async () => {
    const redis = await startRedis();
    onTestFinished(() => redis.stop());
    const stage = await start(redis.url);
    onTestFinished(() => stage.stop());
    expect(await codes(stage)).toEqual(INGRESSES.map(() => ""));
    for (const ms of [DAY, -HOUR]) {
      setClock(ms);
      await setTimeout(30);
      expect(await codes(stage)).toEqual(refused);
    }
    expect(stage.orders.arrivals()).toHaveLength(MOST);
  });
});

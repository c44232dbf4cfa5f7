// A thousand calls at once through real sidecars, against each rule that counts: exactly what it says is forwarded.
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isRedisExpected, type RedisServer, startRedis } from "../support/redis-server.ts";
import { type Fleet, startFleet } from "./fleet.ts";
import {
  deploys,
  expectBudgetKept,
  expectLimitKept,
  expectOneAtATime,
  expectOnlyCodes,
  expectPaidOnce,
  faultyAnswers,
  isSure,
  pays,
  ROUNDS,
  spends,
  takes,
} from "./race.ts";
import { type RacingBackend, startRacingBackend } from "./racing-backend.ts";

const STORES = ["memory", "sqlite", ...(isRedisExpected ? ["redis"] : [])] as const;

describe.each(STORES)("1,000 parallel calls on %s", (store) => {
  let redis: RedisServer | undefined;
  let backend: RacingBackend;
  let fleet: Fleet;
  beforeAll(async () => {
    redis = store === "redis" ? await startRedis() : undefined;
    const url = redis?.url ?? "memory";
    const state = (folder: string): string => (store === "sqlite" ? `sqlite:${join(folder, "state.sqlite")}` : url);
    backend = await startRacingBackend();
    fleet = await startFleet({ state, sidecars: store === "redis" ? 4 : 1, backendUrl: backend.url });
  }, 60_000);
  afterAll(async () => {
    await fleet?.stop();
    await backend?.stop();
    await redis?.stop();
  });

  describe.each(ROUNDS)("round %i", (number) => {
    const round = `r${number}`;

    it("get through a limit of 100 a hundred times", async () => {
      backend.answerWith(faultyAnswers);
      const told = await fleet.callAll(takes(round, 1000));
      expectOnlyCodes(told);
      if (isSure(told)) expect(backend.seen("take", round).forwarded).toBe(100);
      await fleet.settled();
      await expectLimitKept({ fleet, backend, round });
    });

    it("spend a budget to the last cent, calls that failed given back", async () => {
      backend.answerWith(faultyAnswers);
      const told = await fleet.callAll(spends(round, 1000));
      expectOnlyCodes(told);
      await fleet.settled();
      await expectBudgetKept({ fleet, backend, round });
    });

    it("pay once, and everybody gets that result", async () => {
      backend.answerWith(faultyAnswers);
      const told = await fleet.callAll(pays(round, 1000));
      expectOnlyCodes(told);
      await expectPaidOnce({ fleet, backend, round });
      expect(backend.seen("pay", round).forwarded).toBe(2);
    });

    it("deploy one at a time", async () => {
      backend.answerWith(faultyAnswers);
      const told = await fleet.callAll(deploys(round, 1000));
      expectOnlyCodes(told);
      if (isSure(told)) expect(backend.seen("deploy", round).forwarded).toBeGreaterThan(0);
      await expectOneAtATime({ fleet, backend, round });
    });
  });
});

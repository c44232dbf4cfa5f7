// A Redis that dies, or that answers nobody for a while, in the middle of a thousand calls over four sidecars: calls that need
// it are refused so long, and afterwards no count is lost and none is doubled.
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasRedis, isRedisExpected, type RedisServer, startRedis } from "../support/redis-server.ts";
import { type Fleet, startFleet, type Told } from "./fleet.ts";
import { doubtfulOf, expectAllKept, expectOnlyCodes, faultyAnswers, mixed, ROUNDS } from "./race.ts";
import { type RacingBackend, startRacingBackend } from "./racing-backend.ts";

describe.runIf(isRedisExpected)("1,000 parallel calls over four sidecars", () => {
  let redis: RedisServer;
  let backend: RacingBackend;
  let fleet: Fleet;
  beforeAll(async () => {
    expect(hasRedis).toBe(true);
    redis = await startRedis();
    backend = await startRacingBackend();
    fleet = await startFleet({ state: () => redis.url, sidecars: 4, backendUrl: backend.url });
  }, 60_000);
  afterAll(async () => {
    await fleet?.stop();
    await backend?.stop();
    await redis?.stop();
  });

  /** The fault comes when thirty have been forwarded: others are on their way to the backend and back. */
  const storm = async (round: string, fault: () => Promise<void>): Promise<readonly Told[]> => {
    backend.answerWith(faultyAnswers);
    const strike = backend.reached("take", round, 30).then(fault);
    const [told] = await Promise.all([fleet.callAll(mixed(round, 250)), strike]);
    return told;
  };

  it.each(ROUNDS)(
    "lose and double nothing when Redis is killed and starts again, round %i",
    async (number) => {
      const round = `killed${number}`;
      const told = await storm(round, async () => {
        await redis.kill();
        await setTimeout(Math.random() * 500);
        await redis.restart();
      });
      expectOnlyCodes(told);
      await expectAllKept({ fleet, backend, round }, doubtfulOf(told));
    },
    60_000,
  );

  it.each(ROUNDS)(
    "lose and double nothing when Redis stands still for two seconds, round %i",
    async (number) => {
      const round = `frozen${number}`;
      const told = await storm(round, async () => {
        redis.freeze();
        await setTimeout(2_000);
        redis.thaw();
      });
      expectOnlyCodes(told);
      await expectAllKept({ fleet, backend, round }, doubtfulOf(told));
    },
    60_000,
  );
});

// A Redis that comes back without what was written to it: no sidecar counts from nothing. Tools with rules are refused on all
// of them until a person accepts the loss, the others go on.
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isRedisExpected, type RedisServer, startRedis } from "../support/redis-server.ts";
import { eventually, type Fleet, type Sidecar, startFleet } from "./fleet.ts";
import { take, takes } from "./race.ts";
import { type RacingBackend, startRacingBackend } from "./racing-backend.ts";

describe.runIf(isRedisExpected)("four sidecars, whose Redis has lost its state", () => {
  let redis: RedisServer;
  let backend: RacingBackend;
  let fleet: Fleet;
  beforeAll(async () => {
    redis = await startRedis();
    backend = await startRacingBackend();
    fleet = await startFleet({ state: () => redis.url, sidecars: 4, backendUrl: backend.url });
  }, 60_000);
  afterAll(async () => {
    await fleet?.stop();
    await backend?.stop();
    await redis?.stop();
  });

  const codeOf = async (sidecar: Sidecar, round: string): Promise<string> => (await sidecar.call(take(round, 1))).code;
  const all = <Found>(ask: (sidecar: Sidecar) => Promise<Found>): Promise<readonly Found[]> =>
    Promise.all(fleet.sidecars.map(ask));

  const expectRefusedUntilAccepted = async (round: string): Promise<void> => {
    const { forwarded } = backend.seen("take", round);
    for (let look = 0; look < 10; look += 1, await setTimeout(100))
      expect(await all((one) => codeOf(one, round))).toEqual(Array(4).fill("state_unavailable"));
    const looked = await all((one) => one.call({ tool: "look", arguments: { round } }));
    expect(looked.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    await eventually("it to be noticed", async () =>
      (await all((one) => one.trouble())).every((trouble) => trouble.join().includes("lost state")),
    );
    expect(backend.seen("take", round).forwarded).toBe(forwarded);
    const accepted = await fleet.sidecars[2]?.admin("POST", "/state/accept", { by: "ann" });
    expect(accepted).toMatchObject({ status: 200, body: { trouble: null } });
    await eventually("all to go on", async () => (await all((one) => codeOf(one, round))).every((code) => code === ""));
    await fleet.settled();
  };

  it("refuse while it is empty", async () => {
    await fleet.callAll(takes("empty", 40));
    await redis.kill();
    await redis.restart({ appendonly: "no" });
    await redis.ask("CONFIG", "SET", "appendonly", "yes");
    await expectRefusedUntilAccepted("empty");
  }, 60_000);

  it("refuse while it holds an older state", async () => {
    await fleet.callAll(takes("older", 20));
    await redis.kill();
    redis.backUp();
    await redis.restart();
    await fleet.settled();
    await fleet.callAll(takes("older", 40));
    await redis.kill();
    redis.restore();
    await redis.restart();
    await expectRefusedUntilAccepted("older");
  }, 60_000);

  it("notice it also when they were killed meanwhile", async () => {
    await fleet.callAll(takes("unseen", 40));
    await setTimeout(2_500); // what a sidecar knows is kept every two seconds
    await all((one) => one.kill());
    await redis.ask("FLUSHALL");
    await all((one) => one.restart());
    await expectRefusedUntilAccepted("unseen");
  }, 60_000);
});

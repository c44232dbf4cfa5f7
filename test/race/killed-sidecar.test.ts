// A sidecar that dies in the middle of calls leaves them claimed: they stay counted, nobody makes them again before a person
// has found out what came of them, and a lease ends by itself.
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isRedisExpected, type RedisServer, startRedis } from "../support/redis-server.ts";
import { eventually, type Fleet, type Sidecar, startFleet } from "./fleet.ts";
import {
  deploy,
  doubtfulOf,
  expectBudgetKept,
  expectLimitKept,
  expectOnlyCodes,
  MOST_CENTS,
  pay,
  ROUNDS,
  spends,
  takes,
} from "./race.ts";
import { type RacingBackend, startRacingBackend } from "./racing-backend.ts";

/** The one that dies, and one that shares its state: where one sidecar is all there is, itself when it is back. */
interface Pair {
  readonly store: string;
  readonly fleet: Fleet;
  readonly dying: Sidecar;
  readonly other: Sidecar;
}

/** Calls that are under way at the one that dies. */
const FIRST = 5;

describe("a sidecar that is killed in the middle of calls", () => {
  let redis: RedisServer | undefined;
  let backend: RacingBackend;
  let pairs: readonly Pair[];
  const startPair = async (store: string, sidecars: number, state: (folder: string) => string): Promise<Pair> => {
    const fleet = await startFleet({ state, sidecars, backendUrl: backend.url });
    const [dying, other] = [fleet.sidecars.at(0), fleet.sidecars.at(-1)];
    if (dying === undefined || other === undefined) throw new Error("there is no sidecar");
    return { store, fleet, dying, other };
  };
  beforeAll(async () => {
    backend = await startRacingBackend();
    pairs = [await startPair("sqlite", 1, (folder) => `sqlite:${join(folder, "state.sqlite")}`)];
    if (!isRedisExpected) return;
    const { url } = (redis = await startRedis());
    pairs = [...pairs, await startPair("redis", 4, () => url)];
  }, 60_000);
  afterAll(async () => {
    for (const { fleet } of pairs ?? []) await fleet.stop();
    await backend?.stop();
    await redis?.stop();
  });

  it.each(ROUNDS)(
    "leaves limits and budgets as they are, round %i",
    async (number) => {
      for (const { store, fleet, dying } of pairs) {
        const round = `${store}${number}`;
        const all = takes(round, 500);
        backend.pause(() => 2000); // a busy sidecar may have nothing else under way when it dies
        const held = all.slice(0, FIRST).map(dying.call);
        await backend.reached("take", round, FIRST);
        backend.pause(() => 100 + Math.random() * 200);
        const killed = backend.reached("take", round, 30).then(() => dying.kill());
        const calls = [fleet.callAll(all.slice(FIRST)), fleet.callAll(spends(round, 500))] as const;
        const [others, spent] = await Promise.all([...calls, killed]);
        const taken = [...(await Promise.all(held)), ...others];
        expectOnlyCodes([...taken, ...spent], "torn");
        expect(doubtfulOf(taken)).toBeGreaterThan(0);
        backend.pause(() => 0);
        await dying.restart();
        await fleet.settled();
        await expectLimitKept({ fleet, backend, round }, doubtfulOf(taken));
        await expectBudgetKept({ fleet, backend, round }, doubtfulOf(spent) * MOST_CENTS);
      }
    },
    60_000,
  );

  it("leaves what is made once to a person, and its lease to the clock", async () => {
    backend.pause(() => 500);
    await Promise.all(pairs.map(dieAndFindOut));
  }, 60_000);

  const dieAndFindOut = async ({ store, dying, other }: Pair): Promise<void> => {
    const done = { round: `${store}-done`, outcome: "done", then: "already_done", forwarded: 1 };
    const released = { round: `${store}-released`, outcome: "released", then: "", forwarded: 2 };
    const code = async (round: string): Promise<string> => (await other.call(pay(round))).code;
    const told = Promise.all([pay(done.round), pay(released.round), deploy(store, 1)].map(dying.call));
    await backend.reached("pay", done.round, 1);
    await backend.reached("pay", released.round, 1);
    await backend.reached("deploy", store, 1);
    await dying.kill();
    expect((await told).map((one) => one.code)).toEqual(["torn", "torn", "torn"]);
    await dying.restart();

    expect([await code(done.round), await code(released.round)]).toEqual(["busy", "busy"]);
    await eventually("the end of the lease", async () => (await other.call(deploy(store, 2))).status === 200);
    expect(backend.seen("deploy", store)).toMatchObject({ forwarded: 2, mostUnderWay: 1 });

    for (const { round, outcome, then, forwarded } of [done, released]) {
      await eventually("the deadline", async () => (await code(round)) !== "busy");
      const { code: unknown, claim } = await other.call(pay(round));
      expect(unknown).toBe("outcome_unknown");
      expect((await other.admin("GET", "/claims")).body).toMatchObject({
        claims: expect.arrayContaining([expect.objectContaining({ id: claim })]),
      });
      expect((await other.admin("POST", `/claims/${claim}/settle`, { outcome, by: "ann" })).status).toBe(200);
      expect(await code(round)).toBe(then);
      expect(backend.seen("pay", round).forwarded).toBe(forwarded);
    }
  };
});

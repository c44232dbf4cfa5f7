// A sidecar that dies in the middle of calls leaves them claimed: they stay counted, nobody makes them again before a person
// has found out what came of them, and a lease ends by itself.
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isRedisExpected, type RedisServer, startRedis } from "../support/redis-server.ts";
import { eventually, type Fleet, type Sidecar, startFleet } from "./fleet.ts";
import {
  deploys,
  doubtfulOf,
  expectBudgetKept,
  expectLimitKept,
  expectOnlyCodes,
  pays,
  ROUNDS,
  spends,
  takes,
} from "./race.ts";
import { type RacingBackend, startRacingBackend } from "./racing-backend.ts";

const STORES = ["sqlite", ...(isRedisExpected ? ["redis"] : [])] as const;

describe.each(STORES)("a sidecar on %s that is killed in the middle of calls", (store) => {
  let redis: RedisServer | undefined;
  let backend: RacingBackend;
  let fleet: Fleet;
  let dying: Sidecar;
  beforeAll(async () => {
    redis = store === "redis" ? await startRedis() : undefined;
    const url = redis?.url;
    const state = (folder: string): string => url ?? `sqlite:${join(folder, "state.sqlite")}`;
    backend = await startRacingBackend();
    fleet = await startFleet({ state, sidecars: store === "redis" ? 4 : 1, backendUrl: backend.url });
    const [first] = fleet.sidecars;
    if (first === undefined) throw new Error("there is no sidecar");
    dying = first;
  }, 60_000);
  afterAll(async () => {
    await fleet?.stop();
    await backend?.stop();
    await redis?.stop();
  });

  it.each(ROUNDS)("leaves limits and budgets as they are, round %i", async (number) => {
    const round = `r${number}`;
    backend.answerWith(() => 200);
    backend.pause(() => 100 + Math.random() * 200);
    const killed = backend.reached("take", round, 30).then(() => dying.kill());
    const [taken, spent] = await Promise.all([
      fleet.callAll(takes(round, 500)),
      fleet.callAll(spends(round, 500)),
      killed,
    ]);
    expectOnlyCodes([...taken, ...spent], "torn");
    expect(doubtfulOf(taken)).toBeGreaterThan(0);
    await dying.restart();
    await fleet.settled();
    await expectLimitKept({ fleet, backend, round }, doubtfulOf(taken));
    await expectBudgetKept({ fleet, backend, round }, doubtfulOf(spent) * 500);
  }, 60_000);

  it("leaves what is made once to a person, and its lease to the clock", async () => {
    const other = fleet.sidecars.at(-1) ?? dying;
    backend.answerWith(() => 200);
    backend.pause(() => 500);
    const rounds = ["done", "released"] as const;
    const inFlight = [...rounds.flatMap((round) => pays(round, 1)), ...deploys("lease", 1)];
    const told = Promise.all(inFlight.map((wanted) => dying.call(wanted)));
    await Promise.all([...rounds.map((round) => backend.reached("pay", round, 1)), backend.reached("deploy", "lease", 1)]);
    await dying.kill();
    expect((await told).map(({ code }) => code)).toEqual(["torn", "torn", "torn"]);
    await dying.restart();
    const code = async (round: string): Promise<string> => (await callOnce(other, round)).code;

    expect([await code("done"), await code("released")]).toEqual(["busy", "busy"]);
    await eventually("the end of the lease", async () => (await other.call(deploys("lease", 1)[0]!)).status === 200);
    expect(backend.seen("deploy", "lease")).toMatchObject({ forwarded: 2, mostUnderWay: 1 });

    await eventually("the deadline", async () => (await code("done")) !== "busy" && (await code("released")) !== "busy");
    for (const round of rounds) {
      const { code, claim } = await callOnce(other, round);
      expect(code).toBe("outcome_unknown");
      expect((await other.admin("GET", "/claims")).body.claims).toContainEqual(expect.objectContaining({ id: claim }));
      const settled = await other.admin("POST", `/claims/${claim}/settle`, { outcome: round, by: "ann" });
      expect(settled.status).toBe(200);
    }
    expect([await code("done"), await code("released")]).toEqual(["already_done", ""]);
    expect(backend.seen("pay", "done").forwarded).toBe(1);
    expect(backend.seen("pay", "released").forwarded).toBe(2);
  }, 60_000);

  const callOnce = (sidecar: Sidecar, round: string): ReturnType<Sidecar["call"]> => sidecar.call(pays(round, 1)[0]!);
});

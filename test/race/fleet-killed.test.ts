// Four sidecars behind a balancer on one Redis, one of them killed again and again under load, and started again. No limit is
// exceeded, every call is answered but those that the killed one had, and those are unknown in its journal. LONG=1: two minutes.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RedisServer, isRedisExpected, startRedis } from "../support/redis-server.ts";
import { isLong } from "../support/seed.ts";
import { type Balancer, startBalancer } from "./balancer.ts";
import { type Fleet, type ToolArguments, startFleet } from "./fleet.ts";
import { type Heard, agentKinds, beginSession, createAgent, deleteSession, pingSession } from "./mixed-agents.ts";
import { deploy, faultyAnswers, spend, take } from "./race.ts";
import { type RacingBackend, startRacingBackend } from "./racing-backend.ts";

const [LASTS_MS, EVERY_MS] = isLong ? [120_000, 5000] : [10_000, 2500];
const AGENTS = 16;
const CALLS_A_ROUND = 500;
const NOTE = "the sidecar ended while this call was under way";

interface Kill {
  readonly sidecar: number;
  readonly at: number;
}

type Line = Readonly<Record<string, unknown>>;

describe.runIf(isRedisExpected)("four sidecars on one Redis, one of them killed every few seconds", () => {
  let redis: RedisServer;
  let backend: RacingBackend;
  let fleet: Fleet;
  let balancer: Balancer;
  const heard: Heard[] = [];
  const kills: Kill[] = [];
  let sessions: readonly [kept: string, deleted: string];

  beforeAll(async () => {
    redis = await startRedis();
    backend = await startRacingBackend();
    const journal = (folder: string): string => `lines:${join(folder, "journal.jsonl")}`;
    fleet = await startFleet({ state: () => redis.url, sidecars: 4, backendUrl: backend.url, journal });
    balancer = await startBalancer(fleet.sidecars);
    backend.answerWith(faultyAnswers);
    backend.pause(() => 20 + Math.random() * 150);
    sessions = [await beginSession(balancer.port), await beginSession(balancer.port)];
    await run();
  }, LASTS_MS + 120_000);
  afterAll(async () => {
    await balancer?.stop();
    await fleet?.stop();
    await backend?.stop();
    await redis?.stop();
  });

  const run = async (): Promise<void> => {
    const over = AbortSignal.timeout(LASTS_MS);
    await Promise.all([callOn(over), killOn(over), deleteIn(LASTS_MS / 2)]);
    await fleet.settled();
    await setTimeout(1000); // records wait a moment for company
  };

  const callOn = async (over: AbortSignal): Promise<void> => {
    let number = 0;
    const loop = async (index: number): Promise<void> => {
      const agent = await createAgent(agentKinds[index % agentKinds.length] ?? "call", balancer);
      while (!over.aborted) {
        heard.push(await agent.call(wantedAt((number += 1))));
        await setTimeout(Math.random() * 40);
      }
    };
    await Promise.all(Array.from({ length: AGENTS }, (_, index) => loop(index)));
  };

  const killOn = async (over: AbortSignal): Promise<void> => {
    const restarting: Promise<void>[] = [];
    for (let turn = 0; ; turn += 1) {
      await setTimeout(EVERY_MS, undefined, { signal: over }).catch(() => undefined);
      if (over.aborted) break;
      const index = turn % fleet.sidecars.length;
      await restarting[turn - fleet.sidecars.length];
      kills.push({ sidecar: index, at: performance.now() });
      const sidecar = fleet.sidecars[index];
      await sidecar?.kill();
      restarting.push(sidecar?.restart() ?? Promise.resolve());
    }
    await Promise.all(restarting);
  };

  const deleteIn = async (milliseconds: number): Promise<void> => {
    await setTimeout(milliseconds);
    let status: number | undefined;
    while ((status = await deleteSession(balancer.port, sessions[1])) === undefined);
    expect([200, 404]).toContain(status); // 404: it was deleted by one that died with its answer
  };

  const torn = (): readonly Heard[] => heard.filter(({ code }) => code === "torn");

  /** Of calls that may have an effect, by their number: each call has another. */
  const recordsByNumber = (kind: string): ReadonlyMap<number, readonly Line[]> =>
    Map.groupBy(
      fleet.sidecars
        .flatMap(({ journal }, sidecar) => linesOf(journal).map((line) => ({ ...line, sidecar })))
        .filter((line) => Object(line).kind === kind && numberOf(line) > 0), // 0: the warm-up
      numberOf,
    );

  /** Whether the sidecar was killed while it had this call, or so soon after it that the record was not written yet. */
  const isOfKilled = ({ begunAt, endedAt }: Heard, sidecar: unknown, after = 0): boolean =>
    kills.some((kill) => kill.sidecar === sidecar && kill.at >= begunAt - 50 && kill.at <= endedAt + after);

  it("exceed no limit", () => {
    for (let round = 0; round <= Math.ceil(heard.length / CALLS_A_ROUND); round += 1) {
      expect(backend.seen("take", `r${round}`).forwarded).toBeLessThanOrEqual(100);
      expect(backend.seen("spend", `r${round}`).most).toBeLessThanOrEqual(10_000);
      expect(backend.seen("deploy", `r${round}`).mostUnderWay).toBeLessThanOrEqual(1);
    }
    expect(backend.seen("take", "r0").forwarded).toBeGreaterThan(20);
  });

  it("answer every call but those on the connections of one that was killed meanwhile", () => {
    const unexplained = torn().filter((one) => !isOfKilled(one, one.sidecar));
    expect(unexplained).toEqual([]);
    expect(kills.length).toBeGreaterThanOrEqual(isLong ? 20 : 3);
    expect(torn().length).toBeGreaterThan(0);
  });

  it("refuse nobody but for what the rules say, whatever way a call takes", () => {
    const codes = (kind: string): readonly string[] =>
      [...new Set(heard.flatMap((one) => (one.kind === kind ? [one.code] : [])))].filter((code) => !USUAL.has(code));
    for (const kind of agentKinds) {
      expect([kind, codes(kind)]).toEqual([kind, []]);
      expect(heard.filter((one) => one.kind === kind && one.code === "").length).toBeGreaterThan(10);
    }
  });

  it("have one record of each call that was forwarded and answered, also where they were killed a moment later", () => {
    const records = recordsByNumber("call");
    const wrong = heard.filter((one) => {
      const { code, wanted, call } = one;
      if (code === "torn" || wanted.tool === "look") return false;
      const own = records.get(Number(wanted.arguments["number"])) ?? [];
      // That nothing was sent is written a moment later, and may be lost with the sidecar.
      if (own.length === 0) return !REFUSED.has(code);
      const [first] = own;
      const isUnknown = first?.["note"] === NOTE && !isOfKilled(one, first["sidecar"], MOMENT_MS);
      return own.length > 1 || first?.["call"] !== call || isUnknown;
    });
    expect(wrong).toEqual([]);
    expect([...records.values()].flat().length).toBeGreaterThan(heard.length / 2);
  });

  it("have what nobody was told the end of as unknown in the journal, and nothing else open", () => {
    const [intents, records] = [recordsByNumber("intent"), recordsByNumber("call")];
    const open = [...intents].filter(([number]) => records.get(number)?.length !== 1);
    expect(open).toEqual([]);
    const unknown = [...records.values()].flat().filter(({ note }) => note === NOTE);
    for (const line of unknown)
      expect(line).toMatchObject({ forwarded: "unknown", code: "upstream_outcome_unknown", settled: "unknown" });
    const untold = torn().filter(({ wanted }) => unknown.some((line) => numberOf(line) === wanted.arguments["number"]));
    expect(untold.length).toBeGreaterThan(0);
    expect(untold.filter((one) => !isOfKilled(one, sidecarOf(unknown, one)))).toEqual([]);
  });

  it("know every session that lived through it, and none that was deleted", async () => {
    const ports = fleet.sidecars.map((sidecar) => sidecar.port() ?? 0);
    const statuses = (session: string): Promise<readonly unknown[]> =>
      Promise.all(ports.map((port) => pingSession(port, session)));
    expect(await statuses(sessions[0])).toEqual([200, 200, 200, 200]);
    expect(await statuses(sessions[1])).toEqual([404, 404, 404, 404]);
  });
});

/** Before anything was sent: by a rule, or by a machine that has too much to do. */
const REFUSED = new Set(["limit_reached", "busy", "overloaded", "503 overloaded"]);
const USUAL = new Set(["", "torn", "backend_error", "upstream_unavailable", ...REFUSED]);

/** Records wait that long for company, and some more on a busy machine. */
const MOMENT_MS = 1000;

const sidecarOf = (lines: readonly Line[], { wanted }: Heard): unknown =>
  lines.find((line) => numberOf(line) === wanted.arguments["number"])?.["sidecar"];

const numberOf = (line: Line): number => Number(Object(line["arguments"]).number);

const wantedAt = (number: number): ToolArguments => {
  const round = `r${Math.floor(number / CALLS_A_ROUND)}`;
  const kinds = [
    () => take(round, number),
    () => spend(round, number, ((number * 37) % 500) + 1),
    () => deploy(round, number),
    () => ({ tool: "look", arguments: { round } }),
  ];
  return (kinds[Math.floor(number / agentKinds.length) % kinds.length] ?? kinds[0])?.() ?? take(round, number);
};

const linesOf = (journal: string): readonly Line[] =>
  readFileSync(journal.replace("lines:", ""), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => Object(JSON.parse(line)));

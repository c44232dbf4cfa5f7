// A store that is looked at from outside: what it takes beside the heap of its process, what time its server takes, and what
// it still holds. The clock of memory and SQLite is moved on; Redis has its own, so its runs live only as long as needed.
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout } from "node:timers/promises";
import { createMemoryStore } from "../src/state/memory.ts";
import { createRedisStore } from "../src/state/redis.ts";
import { createSqliteStore } from "../src/state/sqlite.ts";
import type { Clock, Store } from "../src/state/store.ts";
import { startRedis } from "../test/support/redis-server.ts";

export interface MeasuredStore {
  readonly store: Store;
  readonly now: Clock;
  readonly lifetimeMs: number;
  bytes(): Promise<number>;
  /** µs so far. */
  serverCpu(): Promise<number>;
  /** Waits until the time has come, and then until these many cells at most can be gone; the seconds of the latter. */
  expireAll(expiresAt: number, cells: number): Promise<number>;
  left(): Promise<string>;
  stop(): Promise<void>;
}

const DAY_MS = 86_400_000;
/** Longer than filling takes, or there is nothing to measure. */
const REDIS_LIFETIME_MS = Number(process.env["LIFE_SECONDS"] ?? 90) * 1000;

export const openMeasuredStore = (name: string): Promise<MeasuredStore> => {
  if (name === "memory") return Promise.resolve(openMemory());
  return name === "SQLite" ? Promise.resolve(openSqlite()) : openRedis();
};

const nothing = (): Promise<number> => Promise.resolve(0);

interface MovedClock {
  readonly now: Clock;
  readonly lifetimeMs: number;
  move(to: number): void;
}

const createClock = (): MovedClock => {
  let ahead = 0;
  return { now: () => Date.now() + ahead, lifetimeMs: DAY_MS, move: (to) => void (ahead = to - Date.now()) };
};

/** Each step of a store drops some of what has expired: as with calls of other runs, but without theirs. */
const takeSteps = async (store: Store, steps: number): Promise<number> => {
  const begun = performance.now();
  for (let step = 0; step < steps; step += 1) await store.read({ fields: [], keys: ["nothing"], members: [] });
  return (performance.now() - begun) / 1000;
};

const openMemory = (): MeasuredStore => {
  const clock = createClock();
  const store = createMemoryStore(clock);
  return {
    ...clock,
    store,
    bytes: nothing,
    serverCpu: nothing,
    expireAll: (expiresAt, cells) => {
      clock.move(expiresAt + 1);
      return takeSteps(store, cells / 8); // each looks at 16, and may have begun in the middle
    },
    left: () => Promise.resolve("see the heap"),
    stop: () => store.close(),
  };
};

const openSqlite = (): MeasuredStore => {
  const clock = createClock();
  const folder = mkdtempSync(join(tmpdir(), "checkrein-runs-"));
  const file = join(folder, "state.sqlite");
  const store = createSqliteStore({ file, now: clock.now });
  const sizeOf = (name: string): number => statSync(name, { throwIfNoEntry: false })?.size ?? 0;
  return {
    ...clock,
    store,
    bytes: () => Promise.resolve(sizeOf(file) + sizeOf(`${file}-wal`)),
    serverCpu: nothing,
    expireAll: (expiresAt, cells) => {
      clock.move(expiresAt + 1);
      return takeSteps(store, cells / 32); // each drops as many
    },
    left: async () => {
      await store.close();
      const database = new DatabaseSync(file);
      const numberOf = (sql: string): unknown => Object.values(database.prepare(sql).get() ?? {})[0];
      const [cells, tallies] = [numberOf("SELECT count(*) FROM cell"), numberOf("SELECT count(*) FROM tally")];
      const pages = `${numberOf("PRAGMA freelist_count")} of ${numberOf("PRAGMA page_count")} pages free`;
      database.close();
      return `${cells} cells, ${tallies} sums, ${pages}`;
    },
    stop: async () => {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

const openRedis = async (): Promise<MeasuredStore> => {
  // Time for the disk is no CPU time: without it, so many runs are made in bearable time.
  const redis = await startRedis({ appendfsync: "no" });
  const store = await createRedisStore({ url: redis.url });
  const ask = async (section: string, field: string): Promise<number> =>
    Number(new RegExp(`^${field}:([\\d.]+)`, "m").exec(String(await redis.ask("INFO", section)))?.[1]);
  const keys = async (): Promise<number> => Number(await redis.ask("DBSIZE"));
  return {
    store,
    now: Date.now,
    lifetimeMs: REDIS_LIFETIME_MS,
    bytes: () => ask("memory", "used_memory"),
    serverCpu: async () => 1e6 * ((await ask("cpu", "used_cpu_user")) + (await ask("cpu", "used_cpu_sys"))),
    expireAll: async (expiresAt) => {
      await setTimeout(Math.max(0, expiresAt - Date.now()));
      const begun = Date.now();
      while ((await keys()) > 1 && Date.now() - begun < 30_000) await setTimeout(250);
      return (Date.now() - begun) / 1000;
    },
    left: async () => `${await keys()} keys (one is the epoch)`,
    stop: async () => {
      await store.close();
      await redis.stop();
    },
  };
};

// Every store there is, for the suite and the model: what one of them promises, all of them keep.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMemoryStore } from "../../src/state/memory.ts";
import { createRedisStore } from "../../src/state/redis.ts";
import { createSqliteStore } from "../../src/state/sqlite.ts";
import type { Clock, Store } from "../../src/state/store.ts";
import { isRedisExpected, startRedis } from "./redis-server.ts";

export interface StoreKind {
  readonly name: string;
  /** What was answered is still there when the store is closed and opened again. */
  readonly isDurable: boolean;
  start(): Promise<StoreHome>;
}

/** One place for state. */
export interface StoreHome {
  /** One store at a time. */
  open(now: Clock): Promise<Store>;
  stop(): Promise<void>;
}

const memory: StoreKind = {
  name: "memory",
  isDurable: false,
  start: () =>
    Promise.resolve({
      open: (now) => Promise.resolve(createMemoryStore({ now })),
      stop: () => Promise.resolve(),
    }),
};

const sqlite: StoreKind = {
  name: "sqlite",
  isDurable: true,
  start: () => {
    const folder = mkdtempSync(join(tmpdir(), "checkrein-state-"));
    return Promise.resolve({
      open: (now) => Promise.resolve(createSqliteStore({ file: join(folder, "state.sqlite"), now })),
      stop: () => Promise.resolve(rmSync(folder, { recursive: true, force: true })),
    });
  },
};

export const redis: StoreKind = {
  name: "redis",
  isDurable: true,
  start: async () => {
    const { url, stop } = await startRedis();
    return { open: (clock) => createRedisStore({ url, clock, deadlineMs: 20_000 }), stop };
  },
};

export const storeKinds: readonly StoreKind[] = [memory, sqlite, ...(isRedisExpected ? [redis] : [])];

// How the sidecar ends: calls in flight are answered, within a grace time; then everything is closed, what others write to last.
import type { FastifyInstance } from "fastify";
import type { Logger } from "pino";
import type { TrafficControl } from "./ingress/traffic.ts";
import type { Journal } from "./journal/journal.ts";
import type { JournalReader } from "./journal/query/reader.ts";
import type { SharedBackends } from "./shared-backends.ts";
import type { Instruments } from "./open-instruments.ts";
import type { SharedSessions } from "./run/shared-sessions.ts";
import type { Settlements } from "./state/settlements.ts";
import type { Store } from "./state/store.ts";

export interface Running {
  readonly data: FastifyInstance;
  readonly admin: FastifyInstance;
  readonly shared: SharedBackends;
  readonly sessions: SharedSessions;
  readonly certificate: { close(): void } | undefined;
  readonly watch: { close(): void } | undefined;
  readonly reloads: { close(): void };
  readonly store: Store;
  readonly settlements: Settlements;
  readonly journal: Journal;
  readonly reader: JournalReader | undefined;
  readonly traffic: TrafficControl;
  readonly instruments: Pick<Instruments, "close">;
}

/** SAFETY F21: not ready at once, calls in flight are answered, then backends are aborted and those left end as unknown. */
export const stopAll = async (running: Running, drainMs: number, log: Logger): Promise<void> => {
  const { traffic } = running;
  log.info({ inFlight: traffic.inFlight() }, "draining");
  traffic.close();
  closeReloads(running);
  const isIdle = await traffic.idle(drainMs);
  if (!isIdle) log.warn({ inFlight: traffic.inFlight() }, "grace time is over: calls in flight end as unknown");
  await closeBackends(running);
  await traffic.idle(ANSWER_MS);
  await endAll(running);
};

/** For the answers of calls that the end of the grace time tore off. */
const ANSWER_MS = 1000;

const closeReloads = ({ watch, reloads }: Pick<Running, "watch" | "reloads">): void => {
  watch?.close();
  reloads.close();
};

/** Those of every version that still has calls. */
const closeBackends = async ({ shared }: Pick<Running, "shared">): Promise<void> => {
  await Promise.all([...shared.values()].map(({ backend }) => backend.close()));
};

export const endAll = async (running: Running): Promise<void> => {
  const { data, admin, certificate, sessions, settlements, store, journal, reader, instruments } = running;
  closeReloads(running);
  certificate?.close();
  await closeBackends(running);
  const closed = Promise.all([data.close(), admin.close()]);
  for (const { server } of [data, admin]) server.closeAllConnections(); // half a request never ends by itself
  await closed;
  reader?.close();
  sessions.close();
  await settlements.close();
  await store.close();
  await journal.close();
  await instruments.close();
};

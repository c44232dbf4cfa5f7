// The backend falls ill and gets well again, with one fault after the other, in an order that the seed gives.
import { setTimeout } from "node:timers/promises";
import type { LoggedBackend } from "../fault/arrivals.ts";
import { HEAD, ends, hangs, repeats, resets, writeThen } from "../fault/scripts.ts";
import { type SocketScript, always } from "../support/socket-backend.ts";
import type { Chance } from "./chance.ts";

export interface Phases {
  /** No fault was played between the two times, nor shortly before. */
  wasWell(begun: number, ended: number): boolean;
  readonly played: ReadonlyMap<string, number>;
  /** The backend is well from then on. */
  stop(): Promise<void>;
}

export interface PhaseTimes {
  /** How long the breaker is open at first; 0: never. */
  readonly breakerMs: number;
  readonly illMs: number;
  readonly wellMs: number;
}

const CHUNKS = `${HEAD}transfer-encoding: chunked\r\n\r\n`;

const FAULTS: readonly (readonly [name: string, script: SocketScript, isWhole: boolean])[] = [
  ["never answers", hangs, false],
  ["resets before the head", resets, false],
  ["ends without an answer", ends, false],
  ["resets in the head", writeThen("HTTP/1.1 200 O", resets), false],
  ["resets behind the head", writeThen(`${HEAD}content-length: 11\r\n\r\n`, resets), false],
  ["ends in the body", writeThen(`${HEAD}content-length: 11\r\n\r\n{"ok"`, ends), false],
  ["drips", writeThen(CHUNKS, repeats("1\r\n \r\n", 100)), false],
  ["a body without end", writeThen(CHUNKS, repeats(`4000\r\n${"x".repeat(0x4000)}\r\n`, 20)), false],
  ["503", always(503, '{"stack":"at secret"}', { "retry-after": "1" }), true],
  ["404", always(404, "{}"), true],
  ["no JSON", always(200, '{"ok":tr'), true],
  ["a redirect", always(302, "", { location: "http://127.0.0.1:9/" }), true],
];

/** What was called just before the end of a fault, and connections that it has spoilt. */
const GRACE_MS = 300;
/** Until the deadline of the last call that got no answer, which may open the breaker again; and as long as that is open at most. */
const graceMs = (breakerMs: number): number => GRACE_MS + (breakerMs === 0 ? 0 : 2500 + breakerMs * 15);

export const startPhases = (
  orders: LoggedBackend,
  chance: Chance,
  { illMs, wellMs, breakerMs }: PhaseTimes,
): Phases => {
  const played = new Map<string, number>();
  const over = new AbortController();
  let wellSince = 0;
  let illSince = Number.POSITIVE_INFINITY;
  const pause = (ms: number): Promise<unknown> =>
    setTimeout(ms, undefined, { signal: over.signal }).catch(() => undefined);
  const play = async ([name, script, isWhole]: (typeof FAULTS)[number]): Promise<void> => {
    illSince = performance.now();
    orders.go(script, isWhole);
    played.set(name, (played.get(name) ?? 0) + 1);
    await pause(illMs);
    orders.go();
    wellSince = performance.now();
    illSince = Number.POSITIVE_INFINITY;
  };
  const run = async (): Promise<void> => {
    for (;;)
      for (const fault of chance.shuffle(FAULTS)) {
        await pause(wellMs);
        if (over.signal.aborted) return;
        await play(fault);
      }
  };
  const running = run();
  return {
    wasWell: (begun, ended) => begun > wellSince + graceMs(breakerMs) && ended < illSince,
    played,
    stop: async () => {
      over.abort();
      await running;
    },
  };
};

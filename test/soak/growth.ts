// Whether memory stays flat: looks at it from time to time, and the line that fits them best.
import { setTimeout } from "node:timers/promises";
import type { Usage } from "../fault/usage.ts";

export interface Look {
  readonly atMs: number;
  readonly usage: Usage;
}

export interface Growth {
  readonly looks: readonly Look[];
  readonly minutes: number;
  /** By the line. */
  readonly heapKbPerMinute: number;
  readonly residentKbPerMinute: number;
}

/** What the heap may grow by along the line: texts of contracts that Node keeps, and, whatever the time, code that gets warm. */
export const MOST_KB_PER_MINUTE = 50;
export const MOST_KB = 4096;
/** Noisy: the allocator keeps what large bodies have needed. */
export const MOST_RESIDENT_KB = 65_536;

export const growthOf = (looks: readonly Look[]): Growth => ({
  looks,
  minutes: ((looks.at(-1)?.atMs ?? 0) - (looks[0]?.atMs ?? 0)) / 60_000,
  heapKbPerMinute: slopeOf(looks.map(({ atMs, usage }) => [atMs / 60_000, usage.heapMb * 1024])),
  residentKbPerMinute: slopeOf(looks.map(({ atMs, usage }) => [atMs / 60_000, usage.residentMb * 1024])),
});

export const growthProblems = ({ looks, minutes, ...perMinute }: Growth): readonly string[] => {
  if (looks.length < 3) return [`I6: only ${looks.length} looks at memory`];
  const heapKb = perMinute.heapKbPerMinute * minutes;
  const residentKb = perMinute.residentKbPerMinute * minutes;
  const told = (what: string, kb: number): string =>
    `I6: ${what} grew by ${kb.toFixed(0)} kB in ${minutes.toFixed(1)} minutes`;
  return [
    ...(heapKb > MOST_KB + MOST_KB_PER_MINUTE * minutes ? [told("the heap", heapKb)] : []),
    ...(residentKb > MOST_RESIDENT_KB ? [told("RSS", residentKb)] : []),
  ];
};

/** Of the line that fits them best. */
export const slopeOf = (points: readonly (readonly [x: number, y: number])[]): number => {
  const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;
  const [meanX, meanY] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const over = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  return over / points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
};

/** Looks until it is stopped, first after the warm-up. */
export const watchGrowth = (
  usage: () => Promise<Usage>,
  { warmUpMs, everyMs }: { readonly warmUpMs: number; readonly everyMs: number },
): (() => Promise<Growth>) => {
  const looks: Look[] = [];
  const over = new AbortController();
  const begun = performance.now();
  const pause = (ms: number): Promise<unknown> =>
    setTimeout(ms, undefined, { signal: over.signal }).catch(() => undefined);
  const run = async (): Promise<void> => {
    for (await pause(warmUpMs); !over.signal.aborted; await pause(everyMs))
      looks.push({ atMs: performance.now() - begun, usage: await usage() });
  };
  const running = run();
  return async () => {
    over.abort();
    await running;
    return growthOf(looks);
  };
};

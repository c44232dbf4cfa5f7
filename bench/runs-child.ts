// node --expose-gc bench/runs-child.ts <store> <runs>: fills one store with live runs, in three steps of ten, prints a row for
// each, and then what is left when all have expired.
import { createRuns } from "./runs-load.ts";
import { type MeasuredStore, openMeasuredStore } from "./runs-store.ts";

const [name = "", most = ""] = process.argv.slice(2);
const SIZES = [Number(most) / 100, Number(most) / 10, Number(most)];
const CALLS = 1_000;
const ROUNDS = 5;

const heap = (): number => {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

interface Size {
  readonly heap: number;
  readonly store: number;
}
const sizeOf = async (store: MeasuredStore): Promise<Size> => ({ heap: heap(), store: await store.bytes() });

/** CPU time of this process, and of the store's own, µs a call. */
const measureCalls = async (store: MeasuredStore, call: () => Promise<void>): Promise<readonly [number, number]> => {
  const rounds: (readonly [number, number])[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const [before, serverBefore] = [process.cpuUsage(), await store.serverCpu()];
    await call();
    const { user, system } = process.cpuUsage(before);
    rounds.push([(user + system) / CALLS, ((await store.serverCpu()) - serverBefore) / CALLS]);
  }
  return rounds.sort(([left], [right]) => left - right)[Math.floor(ROUNDS / 2)] ?? [NaN, NaN];
};

const sum = (size: Size): number => size.heap + size.store;

const rss = (): string => (process.memoryUsage.rss() / 1_048_576).toFixed(0);

const print = (cells: readonly string[]): void => void process.stdout.write(`${cells.join(" ")}\n`);

const store = await openMeasuredStore(name);
try {
  const runs = await createRuns(store);
  await runs.grow(200);
  await runs.callAll(4 * CALLS); // the compiler's work is not the runs'
  const empty = await sizeOf(store);
  for (const size of SIZES) {
    const [before, begun] = [await sizeOf(store), runs.size()];
    await runs.grow(size - begun);
    const grown = await sizeOf(store);
    const [own, server] = await measureCalls(store, () => runs.callAll(CALLS));
    const perRun = [grown.heap - before.heap, grown.store - before.store].map((all) => all / (size - begun));
    const perCall = sum(await sizeOf(store)) - sum(grown);
    print([
      name.padEnd(8),
      String(size).padStart(9),
      ...perRun.map((bytes) => bytes.toFixed(0).padStart(11)),
      (perCall / (CALLS * ROUNDS)).toFixed(0).padStart(12),
      rss().padStart(9),
      own.toFixed(0).padStart(13),
      (server === 0 ? "-" : server.toFixed(0)).padStart(10),
    ]);
  }
  const cells = 6 * runs.size() + 80 * CALLS; // more than there are
  runs.forget();
  const seconds = await store.expireAll(runs.expiresAt, cells);
  const left = await sizeOf(store);
  const change = (left.heap - empty.heap) / 1_048_576;
  const ends = `gone ${seconds.toFixed(0)} s after they expired; heap ${change >= 0 ? "+" : ""}${change.toFixed(1)} MiB`;
  print([name.padEnd(8), `  all expired: ${await store.left()}; ${ends}; RSS ${rss()} MiB`]);
} finally {
  await store.stop();
}

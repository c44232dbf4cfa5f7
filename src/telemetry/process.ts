// The process in numbers, under the names that dashboards for Node know. prom-client's own would watch on after a stop.
import { readFile, readdir } from "node:fs/promises";
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Metrics, Sample } from "./metrics.ts";

const RESOLUTION_MS = 10;
/** Percentiles are of so long at least, however often they are asked for. */
const WINDOW_MS = 10_000;

/** Until the function that comes back is called. */
export const watchProcess = (metrics: Metrics): (() => void) => {
  const loop = watchLoop();
  metrics.watch("cpu", () => [[cpuSeconds()]]);
  metrics.watch("memory", () => [[process.memoryUsage.rss()]]);
  metrics.watch("heap", () => [[process.memoryUsage().heapUsed]]);
  metrics.watch("openFiles", () => countFiles());
  const most = readMostFiles();
  metrics.watch("mostFiles", () => most);
  metrics.watch("started", () => [[performance.timeOrigin / 1000]]);
  metrics.watch("loopMedian", () => [[loop.percentile(50)]]);
  metrics.watch("loopTail", () => [[loop.percentile(99)]]);
  return loop.stop;
};

const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

const countFiles = async (): Promise<readonly Sample[]> => {
  const files = await readdir("/proc/self/fd").catch(() => undefined);
  return files === undefined ? [] : [[files.length - 1]]; // one of them is the folder itself
};

const readMostFiles = async (): Promise<readonly Sample[]> => {
  const limits = await readFile("/proc/self/limits", "utf8").catch(() => "");
  const most = /^Max open files\s+(\d+)/m.exec(limits)?.[1];
  return most === undefined ? [] : [[Number(most)]];
};

interface Loop {
  /** Seconds. */
  percentile(percent: number): number;
  stop(): void;
}

/** Two histograms take turns, so that one that has just begun is never asked. */
const watchLoop = (): Loop => {
  let [old, young] = [begin(), begin()];
  const turn = setInterval(() => {
    old.disable();
    [old, young] = [young, begin()];
  }, WINDOW_MS).unref();
  return {
    percentile: (percent) => Math.max(0, old.percentile(percent) / 1e9 - RESOLUTION_MS / 1000),
    stop: () => {
      clearInterval(turn);
      old.disable();
      young.disable();
    },
  };
};

const begin = (): ReturnType<typeof monitorEventLoopDelay> => {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  return histogram;
};

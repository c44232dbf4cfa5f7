// What a demonstration runs: a cluster, a folder that root alone can look into, and processes whose every line is kept.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { keepOutput } from "../../support/keep-outputs.ts";
import { type Cluster, type PodNetwork, createCluster } from "./cluster.ts";

export interface Running {
  readonly pid: number;
  readonly lines: readonly string[];
  /** Waits for a line that has this text. */
  said(text: string): Promise<string>;
  signal(name: NodeJS.Signals): void;
  /** Waits for the end, and gives the exit code. */
  readonly ended: Promise<number | null>;
}

export interface Program {
  readonly file: string;
  readonly args?: readonly string[];
  /** Not as an argument, which everybody on the machine reads. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly isSecret?: boolean;
}

export interface Stage {
  readonly cluster: Cluster;
  readonly folder: string;
  pod(name: string): PodNetwork;
  /** A folder for what pods mount and may not write: what tests have put there is no output of theirs. */
  mounted(name: string): string;
  /** Keeps an eye on a process, until the end of the demonstration. What it says is searched for secrets, unless it may say them. */
  keep(child: ChildProcess, isSecret?: boolean): Running;
  /** A program of this folder as a pod's only process. */
  runProgram(pod: string, program: Program): Running;
  close(): Promise<void>;
}

/** A stage with what `fill` starts on it; taken down where that fails. */
export const withStage = async <T>(names: readonly string[], fill: (stage: Stage) => Promise<T>): Promise<T> => {
  const stage = createStage(names);
  try {
    return await fill(stage);
  } catch (error) {
    await stage.close();
    throw error;
  }
};

const createStage = (names: readonly string[]): Stage => {
  const cluster = createCluster(names);
  const folder = mkdtempSync(join(tmpdir(), "checkrein-cluster-")); // 0700
  const running: Running[] = [];
  const pod = (name: string): PodNetwork => {
    const network = cluster.pods.get(name);
    if (network === undefined) throw new Error(`there is no pod ${name}`);
    return network;
  };
  const keep = (child: ChildProcess, isSecret = false): Running => {
    const one = watch(child, isSecret);
    running.push(one);
    return one;
  };
  return {
    cluster,
    folder,
    pod,
    mounted: (name) => join(folder, "mounted", name),
    keep,
    runProgram: (name, { file, args = [], environment = {}, isSecret = false }) => {
      const words = [process.execPath, new URL(file, import.meta.url).pathname, ...args];
      const variables = Object.entries(environment).map(([variable, value]) => `${variable}=${value}`);
      return keep(spawnInside(pod(name).netns, "env", ...variables, ...words), isSecret);
    },
    close: async () => {
      for (const one of running) one.signal("SIGKILL");
      await Promise.all(running.map(({ ended }) => ended));
      cluster.remove();
      await rm(join(folder, "mounted"), { recursive: true, force: true });
      rmSync(folder, { recursive: true });
    },
  };
};

/** It ends with the test's own process, however that ends. */
export const spawnInside = (netns: string, ...words: readonly string[]): ChildProcess =>
  spawn("setpriv", ["--pdeathsig", "KILL", "nsenter", `--net=/run/netns/${netns}`, ...words], {
    stdio: ["ignore", "pipe", "pipe"],
  });

/** A program that listens on every address. */
export const serve = (port: number): string =>
  `require("node:net").createServer((one) => one.end()).listen(${port}, "::", () => console.log("open"))`;

const SAID_MS = 30_000;

const watch = (child: ChildProcess, isSecret: boolean): Running => {
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  for (const name of ["stdout", "stderr"] as const) {
    const stream = child[name];
    if (stream === null) throw new Error("its output is not a pipe");
    createInterface({ input: stream }).on("line", (line) => {
      if (!isSecret) keepOutput(name, line);
      lines.push(line);
      for (const look of waiting) look();
    });
  }
  const ended = once(child, "close").then(([code]: (number | null)[]) => code ?? null);
  const said = (text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const fail = (why: string) => (): void =>
        finish(() => reject(new Error(`${why} "${text}":\n${lines.join("\n")}`)));
      const timer = setTimeout(fail("it does not say"), SAID_MS);
      const finish = (end: () => void): void => {
        clearTimeout(timer);
        waiting.delete(look);
        end();
      };
      const look = (): void => {
        const line = lines.find((one) => one.includes(text));
        if (line !== undefined) finish(() => resolve(line));
      };
      waiting.add(look);
      void ended.then(() => waiting.has(look) && fail("it ended and did not say")());
      look();
    });
  return { pid: child.pid ?? 0, lines, said, signal: (name) => void child.kill(name), ended };
};

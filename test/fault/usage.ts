// What a sidecar's process holds, from outside and from inside: memory, descriptors, sockets, timers. Invariant I6 compares two.
import { readFileSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { setTimeout } from "node:timers/promises";
import type { ChildServer } from "../support/child-server.ts";

export interface Usage {
  readonly residentMb: number;
  /** After a collection. */
  readonly heapMb: number;
  readonly descriptors: number;
  /** What is open and no socket, for a message. */
  readonly files: readonly string[];
  readonly timers: number;
  /** By Node's own names, for a message. */
  readonly handles: Readonly<Record<string, number>>;
}

/** To be imported before the sidecar starts, with a file of its own as `USAGE_FILE`. */
export const USAGE_HOOK = fileURLToPath(new URL("report-usage.ts", import.meta.url));

export const readUsage = async ({ process: child }: ChildServer, file: string): Promise<Usage> => {
  rmSync(file, { force: true });
  child.kill("SIGUSR2");
  const { heapBytes, handles } = Object(JSON.parse(await appeared(file)));
  const links = descriptorsOf(child.pid ?? 0);
  return {
    residentMb: residentMbOf(child.pid ?? 0),
    heapMb: heapBytes / 1_048_576,
    descriptors: links.length,
    files: links.filter((link) => !link.startsWith("socket:")).sort(),
    timers: (handles["Timeout"] ?? 0) + (handles["Immediate"] ?? 0),
    handles,
  };
};

const appeared = async (file: string): Promise<string> => {
  for (const until = Date.now() + 5000; Date.now() < until; await setTimeout(5)) {
    try {
      return readFileSync(file, "utf8");
    } catch {
      // not yet
    }
  }
  throw new Error("the sidecar does not tell what it holds");
};

export const residentMbOf = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;

/** Milliseconds of processor time so far: how busy the machine is with others does not matter to them. */
export const cpuMsOf = (pid: number): number => {
  const [, fields = ""] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ");
  const [user = 0, system = 0] = fields.split(" ").slice(11, 13).map(Number);
  return (user + system) * 10; // ticks of a hundredth of a second
};

/** Where each descriptor leads; one that is closed meanwhile is left out. */
const descriptorsOf = (pid: number): readonly string[] =>
  readdirSync(`/proc/${pid}/fd`).flatMap((name) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${name}`)];
    } catch {
      return [];
    }
  });

// A measured server: a process of its own, on a core of its own where `taskset` is there.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

export interface Target {
  readonly name: string;
  readonly url: string;
  readonly pid: number | undefined;
  /** CPU time of all its threads so far, milliseconds. */
  cpu(): number;
  /** Resident memory, MiB. */
  memory(): number;
  stop(signal?: "SIGTERM"): void;
}

const canPin = spawnSync("taskset", ["-c", "1", "true"]).status === 0;

/** The load stays on the backend's core, so that the measured server has its own. */
export const pinSelf = (core: number): void => {
  if (canPin) spawnSync("taskset", ["-a", "-p", "-c", String(core), String(process.pid)]);
};

export interface TargetOptions {
  readonly name: string;
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly core: number;
}

/** Starts `node ...words` and waits for the line that says where it listens. */
export const startTarget = async ({ name, words, environment, core }: TargetOptions): Promise<Target> => {
  const pin = canPin ? ["taskset", "-c", String(core)] : [];
  const [program = process.execPath, ...rest] = [...pin, process.execPath, ...words];
  const child = spawn(program, rest, { env: { ...process.env, ...environment }, stdio: ["ignore", "pipe", "pipe"] });
  const url = await listening(child);
  const stat = (): readonly string[] =>
    readFileSync(`/proc/${child.pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return {
    name,
    url,
    pid: child.pid,
    cpu: () => (Number(stat()[11]) + Number(stat()[12])) * 10, // utime and stime, in ticks of 10 ms
    memory: () => (Number(stat()[21]) * 4096) / 1_048_576,
    stop: (signal) => void child.kill(signal ?? "SIGKILL"),
  };
};

/** Ours says it in its log on stderr, the others as their address on stdout. */
const listening = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    let said = "";
    const read = (line: string): void => {
      said += `${line}\n`;
      const value: unknown = JSON.parse(line.startsWith("{") ? line : "{}");
      const port: unknown = Reflect.get(Object(value), "port");
      const data: unknown = Reflect.get(Object(value), "data");
      if (typeof port === "number") resolve(`http://127.0.0.1:${port}`);
      if (typeof data === "string") resolve(data);
    };
    if (child.stdout !== null) createInterface(child.stdout).on("line", read);
    if (child.stderr !== null) createInterface(child.stderr).on("line", read);
    child.once("exit", (code) => reject(new Error(`ended with ${code} before it listened:\n${said}`)));
  });

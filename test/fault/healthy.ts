// A tool whose backend is well, called all the time: what the trouble of another one does to it. A control beside it, a bare
// server in a process of its own, tells how busy the machine is: what slows both is no fault's doing.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { Pool } from "undici";

export interface HealthyCalls {
  /** Milliseconds of the calls since the last look, and what was no result. */
  look(): Seen;
  stop(): Promise<void>;
}

export interface Seen {
  readonly healthy: readonly number[];
  readonly control: readonly number[];
  readonly failures: readonly string[];
}

export interface Control {
  readonly port: number;
  stop(): void;
}

const CONTROL =
  'const s = require("http").createServer((q, r) => q.resume().on("end", () => r.end("{}"))).listen(0, "127.0.0.1", () => console.log(s.address().port))';

export const startControl = async (): Promise<Control> => {
  const child: ChildProcess = spawn(process.execPath, ["-e", CONTROL], { stdio: ["ignore", "pipe", "inherit"] });
  if (child.stdout === null) throw new Error("it was asked for");
  const [printed] = await once(child.stdout, "data");
  return { port: Number(String(printed)), stop: () => void child.kill("SIGKILL") };
};

const PAUSE_MS = 5;
const BODY = '{"tool":"get_health","arguments":{"patient":"a"}}';

export const startHealthyCalls = (port: number, control: Control): HealthyCalls => {
  const pools = [new Pool(`http://127.0.0.1:${port}`), new Pool(`http://127.0.0.1:${control.port}`)] as const;
  const nothing = (): { healthy: number[]; control: number[]; failures: string[] } => ({
    healthy: [],
    control: [],
    failures: [],
  });
  let seen = nothing();
  const over = new AbortController();
  const time = async (pool: Pool, times: number[]): Promise<void> => {
    const begun = performance.now();
    const headers = { "content-type": "application/json" };
    const answer = await pool.request({ method: "POST", path: "/call", headers, body: BODY });
    const text = await answer.body.text();
    times.push(performance.now() - begun);
    if (answer.statusCode !== 200) seen.failures.push(`${answer.statusCode} ${text}`);
  };
  const run = async (): Promise<void> => {
    for (; !over.signal.aborted; await setTimeout(PAUSE_MS))
      await Promise.all([time(pools[0], seen.healthy), time(pools[1], seen.control)]).catch(
        (error: unknown) => void seen.failures.push(String(error)),
      );
  };
  const running = run();
  return {
    look: () => {
      const last = seen;
      seen = nothing();
      return last;
    },
    stop: async () => {
      over.abort();
      await running;
      await Promise.all(pools.map((pool) => pool.destroy()));
    },
  };
};

export const percentile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
};

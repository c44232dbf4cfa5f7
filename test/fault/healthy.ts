// A tool whose backend is well, called all the time: what the trouble of another one does to it.
import { setTimeout } from "node:timers/promises";
import { Pool } from "undici";

export interface HealthyCalls {
  /** Milliseconds of each call since the last look, and what was no result. */
  look(): { readonly milliseconds: readonly number[]; readonly failures: readonly string[] };
  stop(): Promise<void>;
}

const PAUSE_MS = 5;

export const startHealthyCalls = (port: number): HealthyCalls => {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: 2 });
  let milliseconds: number[] = [];
  let failures: string[] = [];
  let isOver = false;
  const call = async (): Promise<void> => {
    const begun = performance.now();
    const body = '{"tool":"get_health","arguments":{"patient":"a"}}';
    const headers = { "content-type": "application/json" };
    const answer = await pool.request({ method: "POST", path: "/call", headers, body });
    const text = await answer.body.text();
    milliseconds.push(performance.now() - begun);
    if (answer.statusCode !== 200) failures.push(`${answer.statusCode} ${text}`);
  };
  const run = async (): Promise<void> => {
    for (; !isOver; await setTimeout(PAUSE_MS))
      await call().catch((error: unknown) => void failures.push(String(error)));
  };
  const running = Promise.all([run(), run()]);
  return {
    look: () => {
      const seen = { milliseconds, failures };
      [milliseconds, failures] = [[], []];
      return seen;
    },
    stop: async () => {
      isOver = true;
      await running;
      await pool.destroy();
    },
  };
};

export const percentile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
};

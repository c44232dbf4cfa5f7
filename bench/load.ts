// The load: closed loop for throughput and CPU, open loop at a fixed rate for latency. Every answer is looked at, so that
// a fast refusal cannot pass for a fast call.
import { Pool } from "undici";

export interface Shot {
  readonly path: string;
  readonly body: string;
  /** Beside the content type, lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Must stand in every answer: an error can have status 200. */
  readonly expected?: string;
  /** Default: 200. */
  readonly status?: number;
}

const JSON_BODY = { "content-type": "application/json" };

const fire = async (pool: Pool, { path, body, headers, expected = "", status = 200 }: Shot): Promise<void> => {
  const all = headers === undefined ? JSON_BODY : { ...JSON_BODY, ...headers };
  const answer = await pool.request({ method: "POST", path, body, headers: all });
  const text = await answer.body.text();
  if (answer.statusCode !== status || !text.includes(expected))
    throw new Error(`status ${answer.statusCode}: ${text.slice(0, 300)}`);
};

/** Calls done in `milliseconds` by `concurrency` callers that never wait. */
export const saturate = async (url: string, shot: Shot, concurrency: number, milliseconds: number): Promise<number> => {
  const pool = new Pool(url, { connections: concurrency, allowH2: false });
  const until = performance.now() + milliseconds;
  let done = 0;
  const caller = async (): Promise<void> => {
    while (performance.now() < until) {
      await fire(pool, shot);
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, caller));
  await pool.close();
  return done;
};

/**
 * Latencies in milliseconds, sorted, of `rate` calls a second, whatever the answers take. Counted from when a call leaves:
 * timers of the generator, a millisecond coarse, would hide what is measured.
 */
export const pace = async (url: string, shot: Shot, rate: number, milliseconds: number): Promise<readonly number[]> => {
  const pool = new Pool(url, { connections: 64, allowH2: false });
  const latencies: number[] = [];
  const pending: Promise<void>[] = [];
  const begun = performance.now();
  const total = Math.floor((rate * milliseconds) / 1000);
  for (let sent = 0; sent < total;) {
    const due = Math.min(total, Math.floor(((performance.now() - begun) * rate) / 1000));
    for (; sent < due; sent += 1) {
      const at = performance.now();
      pending.push(fire(pool, shot).then(() => void latencies.push(performance.now() - at)));
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(pending);
  await pool.close();
  return latencies.sort((left, right) => left - right);
};

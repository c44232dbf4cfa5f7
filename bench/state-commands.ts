// How often Redis is asked for one call: scripts that the sidecar sends, by Redis' own statistics. Each is one command and
// one round trip; what a script does inside is counted apart. That nothing is sent beside them show the reads from sockets.
// A little more than a whole number is the sidecar's pulse, every two seconds, its look for letters, five times a second, and our
// own asking.
import { request } from "undici";
import type { RedisServer } from "../test/support/redis-server.ts";
import type { Shot } from "./load.ts";

const CALLS = 300;

interface Counts {
  readonly scripts: number;
  /** By the scripts. */
  readonly inside: number;
  readonly reads: number;
}

const OUTSIDE = ["evalsha", "eval", "info", "hello", "client|setinfo"];

const countCommands = async (redis: RedisServer): Promise<Counts> => {
  const text = String(await redis.ask("INFO", "commandstats", "stats"));
  const counts = { scripts: 0, inside: 0, reads: Number(/^total_reads_processed:(\d+)/m.exec(text)?.[1]) };
  for (const [, name = "", calls] of text.matchAll(/^cmdstat_([\w|]+):calls=(\d+)/gm)) {
    if (name === "evalsha" || name === "eval") counts.scripts += Number(calls);
    if (!OUTSIDE.includes(name)) counts.inside += Number(calls);
  }
  return counts;
};

/** What a call makes Redis do. */
const perCall = async (redis: RedisServer, url: string, shot: Shot): Promise<Counts> => {
  const before = await countCommands(redis);
  await shootAll(url, shot);
  const after = await countCommands(redis);
  return {
    scripts: (after.scripts - before.scripts) / CALLS,
    inside: (after.inside - before.inside) / CALLS,
    reads: (after.reads - before.reads) / CALLS,
  };
};

/** One after the other: nothing is sent twice, and nothing shares. */
const shootAll = async (url: string, { path, body }: Shot): Promise<void> => {
  const headers = { "content-type": "application/json" };
  for (let done = 0; done < CALLS; done += 1) {
    const answer = await request(`${url}${path}`, { method: "POST", headers, body });
    const text = await answer.body.text();
    if (answer.statusCode !== 200) throw new Error(`status ${answer.statusCode}: ${text.slice(0, 300)}`);
  }
};

/** `POST /check` does what comes before sending, and no more: the difference to `/call` comes after. */
export const printCommands = async (
  redis: RedisServer,
  url: string,
  shots: readonly { readonly name: string; readonly check: Shot; readonly call: Shot }[],
): Promise<void> => {
  process.stdout.write(`\nscripts sent to Redis per call, of ${CALLS} calls\n`);
  process.stdout.write("rules             before sending   after   reads of sockets   commands inside\n");
  for (const { name, check, call } of shots) {
    const before = await perCall(redis, url, check);
    const whole = await perCall(redis, url, call);
    const cells = [
      name.padEnd(16),
      before.scripts.toFixed(2).padStart(15),
      (whole.scripts - before.scripts).toFixed(2).padStart(7),
      whole.reads.toFixed(2).padStart(18),
      whole.inside.toFixed(1).padStart(17),
    ];
    process.stdout.write(`${cells.join(" ")}\n`);
  }
};

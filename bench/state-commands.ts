// How often Redis is asked for one call: scripts that the sidecar sends, by Redis' own statistics. Each is one command and
// one round trip; what a script does inside is counted apart.
import { request } from "undici";
import type { RedisServer } from "../test/support/redis-server.ts";
import type { Shot } from "./load.ts";

const CALLS = 300;

/** Of all commands so far: `name -> calls`. Commands inside of scripts are among them. */
const countCommands = async (redis: RedisServer): Promise<ReadonlyMap<string, number>> => {
  const text = String(await redis.ask("INFO", "commandstats"));
  const lines = text.matchAll(/^cmdstat_([\w|]+):calls=(\d+)/gm);
  return new Map(Array.from(lines, ([, name = "", calls]) => [name, Number(calls)]));
};

/** What `work` made Redis do, for each of `calls`. */
const perCall = async (
  redis: RedisServer,
  calls: number,
  work: () => Promise<void>,
): Promise<{ readonly scripts: number; readonly inside: number }> => {
  const before = await countCommands(redis);
  await work();
  const after = await countCommands(redis);
  const since = (name: string): number => (after.get(name) ?? 0) - (before.get(name) ?? 0);
  const scripts = since("evalsha") + since("eval");
  const own = ["evalsha", "eval", "info", "hello", "client|setinfo"]; // the scripts, and our asking
  const inside = [...after.keys()].reduce((sum, name) => sum + (own.includes(name) ? 0 : since(name)), 0);
  return { scripts: scripts / calls, inside: inside / calls };
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
  process.stdout.write(`\nround trips to Redis per call, of ${CALLS} calls\n`);
  process.stdout.write("rules                   before sending   after   commands inside of the scripts\n");
  for (const { name, check, call } of shots) {
    const before = await perCall(redis, CALLS, () => shootAll(url, check));
    const whole = await perCall(redis, CALLS, () => shootAll(url, call));
    const after = whole.scripts - before.scripts;
    process.stdout.write(
      `${name.padEnd(22)} ${before.scripts.toFixed(2).padStart(15)} ${after.toFixed(2).padStart(7)} ${whole.inside.toFixed(1).padStart(32)}\n`,
    );
  }
};

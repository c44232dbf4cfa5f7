// A real Redis of a test's own: on a free loopback port, in a folder of its own, which can be killed, frozen, started again
// on the same data, and emptied. Where no redis-server is on the PATH, the tests that need one are left out by name.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createClient } from "@redis/client";
import { freePort } from "./free-port.ts";

export const hasRedis = spawnSync("redis-server", ["--version"]).status === 0;

/** In CI nothing is left out: there, a Redis that is missing fails. */
export const isRedisExpected = hasRedis || process.env["CI"] === "true";

export interface RedisServer {
  readonly url: string;
  /** One command, on a connection of its own. */
  ask(...words: string[]): Promise<unknown>;
  /** SIGKILL, as a power cut. */
  kill(): Promise<void>;
  /** Starts again on the data that is there; other settings win over those of the start. */
  restart(settings?: RedisSettings): Promise<void>;
  /** It answers nobody until `thaw`. */
  freeze(): void;
  thaw(): void;
  /** Copies the files, or brings the copy back: only while it does not run. */
  backUp(): void;
  restore(): void;
  /** Kills it and removes its files. */
  stop(): Promise<void>;
}

export type RedisSettings = Readonly<Record<string, string>>;

/** As it is documented for production. */
export const documentedConf = fileURLToPath(new URL("../../deploy/redis.conf", import.meta.url));

export const startRedis = async (settings: RedisSettings = {}): Promise<RedisServer> => {
  const folder = mkdtempSync(join(tmpdir(), "checkrein-redis-"));
  const [files, backup] = [join(folder, "data"), join(folder, "backup")];
  mkdirSync(files);
  const { port, child } = await startOnFreePort(files, settings);
  let running = child;
  const url = `redis://127.0.0.1:${port}`;
  const kill = async (): Promise<void> => {
    if (running.exitCode !== null || running.signalCode !== null) return;
    running.kill("SIGKILL");
    await once(running, "exit");
  };
  return {
    url,
    kill,
    ask: (...words) => ask(url, words),
    restart: async (other = {}) => {
      await kill();
      running = await start(port, files, { ...settings, ...other });
    },
    freeze: () => void running.kill("SIGSTOP"),
    thaw: () => void running.kill("SIGCONT"),
    backUp: () => {
      rmSync(backup, { recursive: true, force: true });
      cpSync(files, backup, { recursive: true });
    },
    restore: () => {
      rmSync(files, { recursive: true, force: true });
      cpSync(backup, files, { recursive: true });
    },
    stop: async () => {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** Redis cannot be told to choose a port: one that was free is tried, and another one if somebody was quicker. */
const startOnFreePort = async (
  files: string,
  settings: RedisSettings,
): Promise<{ readonly port: number; readonly child: ChildProcess }> => {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    try {
      return { port, child: await start(port, files, settings) };
    } catch (error) {
      if (attempt === 5) throw error;
    }
  }
};

const start = async (port: number, files: string, settings: RedisSettings): Promise<ChildProcess> => {
  const fixed = { port: String(port), bind: "127.0.0.1", dir: files, "enable-debug-command": "yes", daemonize: "no" };
  const words = Object.entries({ ...fixed, ...settings }).flatMap(([name, value]) => [`--${name}`, value]);
  const child = spawn("redis-server", [documentedConf, ...words], { stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  child.stdout.on("data", (chunk: Buffer) => (log += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (log += chunk.toString()));
  const ended = once(child, "exit").then(() => "ended" as const);
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (log.includes("Ready to accept connections")) return child;
    const pause = new Promise<"waited">((resolve) => setTimeout(() => resolve("waited"), 25));
    if ((await Promise.race([ended, pause])) === "ended") break;
  }
  child.kill("SIGKILL");
  throw new Error(`redis-server did not start:\n${log}`);
};

const ask = async (url: string, words: string[]): Promise<unknown> => {
  const client = createClient({ url, RESP: 2, socket: { reconnectStrategy: false } });
  client.on("error", () => {});
  await client.connect();
  try {
    return await client.sendCommand(words);
  } finally {
    client.destroy();
  }
};

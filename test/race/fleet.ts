// Real sidecars over one store, each a process of its own, and agents that call them: a call goes to one after the other.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Pool } from "undici";
import { type ChildServer, startChild } from "../support/child-server.ts";

export interface ToolArguments {
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/** What an agent was told. `status` 0: the connection broke. */
export interface Told {
  readonly status: number;
  /** Of the refusal; empty for a result. */
  readonly code: string;
  readonly repeats: string | undefined;
  readonly claim: string | undefined;
  /** So often the store was not there for it before, or there was too much to do. */
  readonly tries: number;
}

export interface AdminAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Sidecar {
  /** Of the data port, while it runs. */
  port(): number | undefined;
  /** Where its journal is, or `none`. */
  readonly journal: string;
  call(wanted: ToolArguments): Promise<Told>;
  admin(method: "GET" | "POST", path: string, body?: object): Promise<AdminAnswer>;
  /** What it says is wrong. */
  trouble(): Promise<readonly string[]>;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Again, on the same state and folder. */
  restart(): Promise<void>;
}

export interface Fleet {
  readonly sidecars: readonly Sidecar[];
  /** All at once, over all sidecars; one that the store is not there for, or that is too much, is tried again. */
  callAll(calls: readonly ToolArguments[]): Promise<readonly Told[]>;
  /** Until no sidecar has anything left to settle. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

export interface FleetOptions {
  /** The setting; `folder` is the sidecar's own. */
  readonly state: (folder: string) => string;
  readonly sidecars: number;
  readonly backendUrl: string;
  /** The setting, as `state`. Default: none. */
  readonly journal?: (folder: string) => string;
}

const SIGNING_KEY = "canary-5163-signing-key-of-the-races";
const ADMIN_TOKEN = "canary-ad02-admin-token-of-the-races";
const CONTRACTS = fileURLToPath(new URL("contracts", import.meta.url));
/** More would be sockets that wait for a core. */
const CONNECTIONS = 256;
const PATIENCE_MS = 30_000;
/** The first calls of a process are slow, which is not what the races are about. */
const WARM_UP: ToolArguments = { tool: "take", arguments: { round: "warm-up", number: 0 } };

export const startFleet = async (options: FleetOptions): Promise<Fleet> => {
  const { state, sidecars, backendUrl, journal = () => "none" } = options;
  const home = mkdtempSync(join(tmpdir(), "checkrein-race-"));
  const folders = Array.from({ length: sidecars }, (_, index) => join(home, String(index)));
  const all = await Promise.all(
    folders.map((folder) => startSidecar({ folder, state: state(folder), journal: journal(folder), backendUrl })),
  );
  for (let number = 0; number < 20; number += 1) await Promise.all(all.map((one) => one.call(WARM_UP)));
  const at = (index: number): StartedSidecar => all[index % all.length] as StartedSidecar; // not out of bounds
  return {
    sidecars: all,
    callAll: (calls) => Promise.all(calls.map((wanted, index) => callUntilJudged(at(index), wanted))),
    settled: () =>
      eventually("all to be settled", async () => {
        const troubles = await Promise.all(all.map((one) => one.trouble()));
        return troubles.flat().length === 0;
      }),
    stop: async () => {
      await Promise.all(all.map((one) => one.stop()));
      rmSync(home, { recursive: true, force: true });
    },
  };
};

/** Waits until it holds; throws when it takes too long. */
export const eventually = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await setTimeout(50)) if (await holds()) return;
  throw new Error(`waited in vain for ${what}`);
};

/** Of more calls than a sidecar carries at once it refuses some. */
const NOT_YET: readonly string[] = ["state_unavailable", "overloaded"];

const callUntilJudged = async (sidecar: Sidecar, wanted: ToolArguments): Promise<Told> => {
  const until = Date.now() + PATIENCE_MS;
  for (let tries = 0; ; tries += 1, await setTimeout(50 + Math.random() * 100)) {
    const told = await sidecar.call(wanted);
    if (!NOT_YET.includes(told.code) || Date.now() > until) return { ...told, tries };
  }
};

interface StartedSidecar extends Sidecar {
  stop(): Promise<void>;
}

interface SidecarOptions {
  readonly folder: string;
  readonly state: string;
  readonly journal: string;
  readonly backendUrl: string;
}

const startSidecar = async ({ folder, state, journal, backendUrl }: SidecarOptions): Promise<StartedSidecar> => {
  const flags = { contracts: CONTRACTS, port: 0, "admin-port": 0, state, "state-directory": folder };
  const more = {
    "admin-token": ADMIN_TOKEN,
    "signing-key": SIGNING_KEY,
    anonymous: true,
    journal,
    "log-level": "info",
    "max-attempts": 0, // all calls are one caller's, and the backend refuses many of them at random
  };
  const words = Object.entries({ ...flags, ...more }).map(([name, value]) => `--${name}=${value}`);
  const start = (): Promise<ChildServer> =>
    startChild({ arguments: ["src/main.ts", "serve", ...words], environment: { RACING_URL: backendUrl } });
  let child = await start();
  let [data, admin] = poolsOf(child);
  let isUp = true;
  const kill = async (): Promise<void> => {
    isUp = false;
    await child.kill();
    await Promise.all([data.destroy(), admin.destroy()]);
  };
  const ask: Sidecar["admin"] = async (method, path, body) => {
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" };
    const answer = await admin.request({
      method,
      path,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
    });
    return { status: answer.statusCode, body: Object(await answer.body.json()) };
  };
  return {
    port: () => (isUp ? Number(new URL(String(child.ready["data"])).port) : undefined),
    journal,
    call: (wanted) => call(data, wanted),
    admin: ask,
    trouble: async () => [(await ask("GET", "/readyz")).body["trouble"]].flat().map(String),
    kill,
    restart: async () => {
      child = await start();
      [data, admin] = poolsOf(child);
      isUp = true;
    },
    stop: kill,
  };
};

const poolsOf = ({ ready }: ChildServer): [data: Pool, admin: Pool] => [
  new Pool(String(ready["data"]), { connections: CONNECTIONS }),
  new Pool(String(ready["admin"]), { connections: 2 }),
];

const call = async (pool: Pool, wanted: ToolArguments): Promise<Told> => {
  try {
    const headers = { "content-type": "application/json" };
    const answer = await pool.request({ method: "POST", path: "/call", headers, body: JSON.stringify(wanted) });
    const text = await answer.body.text();
    const { code = "", claim } = answer.statusCode < 400 ? {} : Object(JSON.parse(text));
    const repeats = answer.headers["checkrein-repeats"];
    const first = repeats === undefined ? undefined : String(repeats);
    return { status: answer.statusCode, code, claim, repeats: first, tries: 0 };
  } catch {
    return { status: 0, code: "torn", claim: undefined, repeats: undefined, tries: 0 };
  }
};

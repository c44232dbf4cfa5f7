// What a fault takes place on: the sidecar as a process of its own, a backend that faults befall, a healthy one beside it, a
// journal, and what the process held when it was warm and idle.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setTimeout } from "node:timers/promises";
import { BACKEND_TOKEN } from "../case/sidecar.ts";
import { beginSession } from "../ingress/mcp-wire.ts";
import { type ChildServer, startChild } from "../support/child-server.ts";
import { type Members, membersOf } from "../support/json.ts";
import { type SocketBackend, always, startSocketBackend } from "../support/socket-backend.ts";
import { type LoggedBackend, startLoggedBackend } from "./arrivals.ts";
import { type Control, startControl } from "./healthy.ts";
import { type Door, INGRESSES, callOver } from "./ingress.ts";
import { USAGE_HOOK, type Usage, cpuMsOf, readUsage } from "./usage.ts";

export interface Stage extends Door {
  readonly sidecar: ChildServer;
  readonly adminUrl: string;
  /** Processor time that the start took. */
  readonly startCpuMs: number;
  readonly orders: LoggedBackend;
  readonly healthy: SocketBackend;
  readonly control: Control;
  /** Of its own: journal, state, and what a test puts there. */
  readonly folder: string;
  /** When it was warm, and had nothing to do; without the connections that waited for a next call. */
  readonly idle: Usage;
  usage(): Promise<Usage>;
  /** What stands in the journal by now. */
  records(): readonly Members[];
  stop(): Promise<void>;
}

export type StageSettings = Readonly<Record<string, string | number | boolean>>;

export interface StageOptions {
  /** `folder`: the stage's own. */
  readonly settings?: StageSettings | ((folder: string) => StageSettings);
  /** Of an earlier stage, with all that it has left there; it is not removed. */
  readonly folder?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Instead of the faulty backend's own. */
  readonly ordersUrl?: string;
  readonly orders?: LoggedBackend;
  readonly contracts?: string;
  /** Connections to other backends than the two, which may wait for the next call. */
  readonly openElsewhere?: () => number;
  /** Node's own flags. */
  readonly flags?: readonly string[];
}

const CONTRACTS = fileURLToPath(new URL("contracts", import.meta.url));
export const ADMIN_TOKEN = "canary-fa01-admin-token-of-the-faults";

export const startStage = async (options: StageOptions = {}): Promise<Stage> => {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), "checkrein-fault-"));
  const orders = options.orders ?? (await startLoggedBackend());
  const healthy = await startSocketBackend(always(200, '{"ok":true}'));
  const control = await startControl();
  const usageFile = join(folder, "usage.json");
  const journal = join(folder, "journal.jsonl");
  const settings = {
    contracts: options.contracts ?? CONTRACTS,
    port: 0,
    "admin-port": 0,
    "admin-token": ADMIN_TOKEN,
    "state-directory": folder,
    state: "memory",
    journal: `lines:${journal}`,
    anonymous: true,
    "max-attempts": 0,
    "signing-key": "canary-fa02-signing-key-of-the-faults",
    "max-loop-delay-ms": 60_000, // loads have tests of their own
    "breaker-ms": 0, // each fault befalls one backend again and again
    "max-body-bytes": 32_768,
    "allowed-hosts": "checkrein.test",
    ...(typeof options.settings === "function" ? options.settings(folder) : options.settings),
  };
  const words = Object.entries(settings).map(([name, value]) => `--${name}=${value}`);
  const sidecar = await startChild({
    arguments: ["--import", USAGE_HOOK, ...(options.flags ?? []), "src/main.ts", "serve", ...words],
    environment: {
      ORDERS_URL: options.ordersUrl ?? orders.url,
      ORDERS_TOKEN: BACKEND_TOKEN,
      HEALTHY_URL: healthy.url,
      USAGE_FILE: usageFile,
      ...options.environment,
    },
  }).catch(async (error: unknown) => {
    control.stop(); // what is left would keep the test's process
    await Promise.all([orders.close(), healthy.close()]);
    throw error;
  });
  const startCpuMs = cpuMsOf(sidecar.process.pid ?? 0);
  const port = Number(new URL(String(sidecar.ready["data"])).port);
  const door = { port, session: (await beginSession(port)).id };
  /** Connections to backends that wait for the next call are nobody's leak. */
  const usage = async (): Promise<Usage> => {
    const read = await readUsage(sidecar, usageFile);
    const waiting = orders.openSockets() + healthy.openSockets() + (options.openElsewhere?.() ?? 0);
    return { ...read, descriptors: read.descriptors - waiting };
  };
  const idle = await warmUp(door, usage);
  orders.play();
  return {
    ...door,
    sidecar,
    adminUrl: String(sidecar.ready["admin"]),
    startCpuMs,
    orders,
    healthy,
    control,
    folder,
    idle,
    usage,
    records: () => readRecords(String(settings.journal).replace(/^lines:/, "")),
    stop: async () => {
      control.stop();
      await sidecar.kill();
      await Promise.all([orders.close(), healthy.close()]);
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
};

const WARM_UP_ROUNDS = 8;

/** The first calls of a process make it grow, which is no fault's doing. */
const warmUp = async (door: Door, usage: () => Promise<Usage>): Promise<Usage> => {
  for (let round = 0; round < WARM_UP_ROUNDS; round += 1) {
    const orderId = `ord_warm${String(round).padStart(4, "0")}`;
    await Promise.all(
      INGRESSES.map((ingress) => callOver(ingress, { tool: "get_order", arguments: { orderId } }, door)),
    );
    await Promise.all(
      INGRESSES.map((ingress) =>
        callOver(ingress, { tool: "get_health", arguments: { patient: "a" } }, door).catch(() => undefined),
      ),
    );
  }
  await setTimeout(50);
  return usage();
};

const readRecords = (journal: string): readonly Members[] =>
  readFileSync(journal, "utf8")
    .split("\n")
    .slice(0, -1)
    .map((line) => membersOf(JSON.parse(line)));

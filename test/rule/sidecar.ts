// The whole sidecar with contracts that use every rule, a backend that answers as it is told, a clock that the test moves, and
// the admin port.
import type { Logger } from "pino";
import { StartError } from "../../src/app.ts";
import { ADMIN_TOKEN, type RunningApp, startRunningApp } from "../support/running-app.ts";
import { type Members, membersOf } from "../support/json.ts";
import { type ToolBackend, startToolBackend } from "./backend.ts";
import { type Gate, startGate } from "./gate.ts";
import { type FolderParts, keyOf, writeRuleContracts } from "./tools.ts";

export interface Sidecar {
  readonly app: RunningApp;
  readonly backend: ToolBackend;
  /** Before the backend. */
  readonly gate: Gate;
  readonly clock: TestClock;
  /** Status and JSON of the admin port. */
  admin(
    method: "GET" | "POST",
    path: string,
    body?: unknown,
  ): Promise<{ readonly status: number; readonly body: Members }>;
  /** The key of a caller that nothing has been counted for. */
  nextCaller(): { readonly name: string; readonly key: string };
  stop(): Promise<void>;
}

export interface TestClock {
  now(): number;
  pass(milliseconds: number): void;
  /** To the next time that clocks in UTC show this hour. */
  until(hour: number): void;
}

const HOUR = 3_600_000;
const START = Date.parse("2026-03-02T10:00:00Z");

const createClock = (): TestClock => {
  let time = START;
  return {
    now: () => time,
    pass: (milliseconds) => void (time += milliseconds),
    until: (hour) => {
      const today = Math.floor(time / (24 * HOUR)) * 24 * HOUR + hour * HOUR;
      time = today > time ? today : today + 24 * HOUR;
    },
  };
};

export interface SidecarParts extends Partial<FolderParts> {
  readonly flags?: readonly string[];
  readonly log?: Logger;
  readonly environment?: Readonly<Record<string, string>>;
}

export const startSidecar = async (parts: SidecarParts = {}): Promise<Sidecar> => {
  const { flags = [], log, environment = {}, callers = 1, ...folder } = parts;
  const backend = await startToolBackend();
  const gate = await startGate(backend.url);
  const clock = createClock();
  const app = await startRunningApp({
    contracts: writeRuleContracts({ callers: callers + 1, ...folder }),
    environment: { API_URL: gate.url, ...environment },
    flags: ["--state", "memory", "--anonymous", "false", "--max-attempts", "5", ...flags],
    now: clock.now,
    ...(log === undefined ? {} : { log }),
  }).catch((error: unknown) => {
    throw error instanceof StartError ? new Error(JSON.stringify(error.problems)) : error;
  });
  let used = 1; // the first is the one that runs are opened for
  return {
    app,
    backend,
    gate,
    clock,
    admin: async (method, path, body) => {
      const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" };
      const sent = body === undefined ? {} : { body: JSON.stringify(body) };
      const response = await fetch(`${app.app.adminUrl}${path}`, { method, headers, ...sent });
      return { status: response.status, body: membersOf(await response.json()) };
    },
    nextCaller: () => {
      const index = used++;
      if (index > callers) throw new Error("there are not so many callers");
      return { name: `c${index}`, key: keyOf(index) };
    },
    stop: async () => {
      await app.stop();
      await gate.shut();
      await backend.close();
    },
  };
};

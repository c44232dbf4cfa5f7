// Recorded runs, made once more through a running sidecar with contracts/airline: over HTTP, one minted run each, at the time
// that the policy says. A refused call never reaches the backend and leaves no evidence; the calls after it are made as they
// were recorded, though the agent might have done something else.
import pino from "pino";
import { type App, startApp } from "../../src/app.ts";
import { readSettings } from "../../src/settings.ts";
import { type RecordedBackend, startRecordedBackend } from "./recorded-backend.ts";
import type { RecordedCall, RecordedRun } from "./recording.ts";

export interface Refused {
  readonly code: string;
  readonly class: string;
  readonly detail: string;
  readonly forwarded: string;
  readonly issues: readonly { readonly path: string; readonly message: string }[];
  readonly next?: readonly { readonly tool: string; readonly arguments?: unknown }[];
}

export interface Replayed {
  readonly run: RecordedRun;
  readonly call: RecordedCall;
  readonly wasForwarded: boolean;
  /** Undefined where the sidecar let it through; whatever the backend then said. */
  readonly refusal: Refused | undefined;
  /** A write of the same run was refused before it. */
  readonly isAfterRefusal: boolean;
}

/** “The current time is 2024-05-15 15:00:00 EST.” It goes on as the machine's, and never stands still: evidence has its time. */
const createClock = (): (() => number) => {
  const behind = performance.now() - Date.parse("2024-05-15T15:00:00-05:00");
  let now = 0;
  return () => (now = Math.max(now + 1, Math.round(performance.now() - behind)));
};

const ADMIN_TOKEN = "the-admin-token-of-the-replay";
const LONG_MS = 2_000_000_000;

/** `journal`: where the sidecar writes its own, as CHECKREIN_JOURNAL has it. */
export const replay = async (
  runs: readonly RecordedRun[],
  isWrite: (tool: string) => boolean,
  journal = "none",
): Promise<readonly Replayed[]> => {
  const backend = await startRecordedBackend();
  const app = await startSidecar(backend.url, journal);
  try {
    const replayed: Replayed[] = [];
    for (const run of runs) replayed.push(...(await replayRun({ app, backend, run, isWrite })));
    return replayed;
  } finally {
    await app.stop();
    backend.close();
  }
};

const startSidecar = async (backendUrl: string, journal: string): Promise<App> => {
  const flags = {
    contracts: "contracts/airline",
    port: "0",
    "admin-port": "0",
    "admin-token": ADMIN_TOKEN,
    journal,
    "max-attempts": "0", // a recorded agent learns from no refusal
    state: "memory",
  };
  const words = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]);
  const read = readSettings({}, words);
  if (!read.ok) throw new Error(read.problems.join("\n"));
  const environment = { AIRLINE_URL: backendUrl, AIRLINE_TOKEN: "t", AIRLINE_AGENT_KEY: "the-key-of-the-agent" };
  return startApp({ settings: read.settings, environment, log: pino({ level: "error" }), now: createClock() });
};

interface Replaying {
  readonly app: App;
  readonly backend: RecordedBackend;
  readonly run: RecordedRun;
  readonly isWrite: (tool: string) => boolean;
}

const replayRun = async ({ app, backend, run, isWrite }: Replaying): Promise<readonly Replayed[]> => {
  const token = await openRun(app);
  const replayed: Replayed[] = [];
  let isAfterRefusal = false;
  for (const call of run.calls) {
    const hasArrived = backend.expect(call);
    const refusal = await send(app, token, call);
    const wasForwarded = hasArrived();
    if (wasForwarded !== (refusal?.forwarded !== "no"))
      throw new Error(`what the answer says was not so: ${call.tool}`);
    replayed.push({ run, call, wasForwarded, refusal: wasForwarded ? undefined : refusal, isAfterRefusal });
    isAfterRefusal ||= !wasForwarded && isWrite(call.tool);
  }
  return replayed;
};

const openRun = async ({ adminUrl }: App): Promise<string> => {
  const response = await fetch(`${adminUrl}/runs`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${ADMIN_TOKEN}` },
    body: JSON.stringify({ caller: "airline-agent", lifetimeMs: LONG_MS }),
  });
  const opened: unknown = await response.json();
  if (response.status !== 201) throw new Error(JSON.stringify(opened));
  return String(Reflect.get(Object(opened), "token"));
};

/** The refusal, if it is one. */
const send = async (
  { dataUrl }: App,
  token: string,
  { tool, arguments: args }: RecordedCall,
): Promise<Refused | undefined> => {
  const response = await fetch(`${dataUrl}/call`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify({ tool, arguments: args }),
  });
  const answer = await response.text();
  return response.ok ? undefined : (JSON.parse(answer) as Refused); // RFC 9457, as the sidecar writes it
};

// The admin port of tests: the real server with the memory store and the shop's contracts, on a free port, with a clock of
// its own and everything that it logs.
import { createAdminServer } from "../../src/admin/admin-server.ts";
import type { BackendState } from "../../src/backend/backend.ts";
import { loadContracts } from "../../src/contract/load/load.ts";
import { createMetrics } from "../../src/telemetry/metrics.ts";
import { createAttemptDesk } from "../../src/run/attempt-desk.ts";
import { createKeptAttempts } from "../../src/run/kept-attempts.ts";
import { openRun } from "../../src/run/open-run.ts";
import { createMemoryStore } from "../../src/state/memory.ts";
import type { Store } from "../../src/state/store.ts";

export const TOKEN = "canary-ad03-admin-token-of-the-tests";
export const SIGNING_KEY = Buffer.from("the signing key of these tests, 32 bytes");
const PUBLIC_URL = "https://tools.example.com";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The answer's JSON object. */
  readonly body: Readonly<Record<string, unknown>>;
}

export interface AdminOfTest {
  readonly url: string;
  readonly store: Store;
  readonly logged: Readonly<Record<string, unknown>>[];
  /** Milliseconds go by. */
  pass(milliseconds: number): void;
  get(path: string): Promise<Answer>;
  /** `body`: text as it is, anything else as JSON. */
  post(path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  stop(): Promise<void>;
}

/** `change`: what the store does otherwise. */
export const startAdmin = async (
  change: Partial<Store> = {},
  backends: readonly BackendState[] = [],
): Promise<AdminOfTest> => {
  let time = Date.parse("2026-03-01T10:00:00Z");
  const now = (): number => time;
  const memory = createMemoryStore({ now });
  const store = { ...memory, ...change };
  const logged: Readonly<Record<string, unknown>>[] = [];
  const log = (context: Readonly<Record<string, unknown>>, msg: string): void => void logged.push({ ...context, msg });
  const loaded = await loadContracts("contracts/shop");
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const { catalog } = loaded;
  const kept = createKeptAttempts({ store, now, isShared: false });
  const findCaller = (name: string) => (name === "support" ? { grant: {}, claims: {} } : undefined);
  const app = createAdminServer({
    readiness: () => ({ ready: true, version: "1", contracts: 0, inFlight: 0, trouble: [] }),
    backends: () => backends,
    token: TOKEN,
    store,
    attempts: createAttemptDesk({ store, kept, maxAttempts: 5 }),
    observing: {
      tools: () => ["create_refund"],
      counts: () => [{ tool: "create_refund", code: "limit_reached", calls: 2 }],
    },
    contracts: {
      reloads: {
        served: () => ({ version: "1", catalog }),
        servedSince: now,
        refused: () => undefined,
        reload: async () => ({ result: "unchanged", version: "1" }),
      },
    },
    openRun: (request) => openRun({ store, catalog, findCaller, signingKey: SIGNING_KEY, now }, request),
    publicUrl: () => PUBLIC_URL,
    journal: undefined,
    metrics: createMetrics(),
    log: { info: log, error: log },
  });
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  const authorization = `Bearer ${TOKEN}`;
  return {
    url,
    store,
    logged,
    pass: (milliseconds) => void (time += milliseconds),
    get: async (path) => readAnswer(await fetch(url + path, { headers: { authorization } })),
    post: async (path, body, headers = { "content-type": "application/json" }) =>
      readAnswer(
        await fetch(url + path, {
          method: "POST",
          headers: { authorization, ...(body === undefined ? {} : headers) },
          ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
        }),
      ),
    stop: async () => {
      await app.close();
      await store.close();
    },
  };
};

const readAnswer = async (answer: Response): Promise<Answer> => {
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text, body: Object(JSON.parse(text)) };
};

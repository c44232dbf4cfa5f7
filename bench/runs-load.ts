// Many runs of one caller, and their calls: the whole walk of a call, with a backend that answers at once.
import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { Backend } from "../src/backend/backend.ts";
import type { ToolCall } from "../src/call.ts";
import { createRequestStates } from "../src/check/request-state.ts";
import { createRules } from "../src/check/rules.ts";
import { loadContracts } from "../src/contract/load/load.ts";
import { createGateway } from "../src/gateway.ts";
import { noJournal } from "../src/journal/journal.ts";
import { accept } from "../src/refusal.ts";
import { createAttempts } from "../src/run/attempts.ts";
import { createKeptAttempts } from "../src/run/kept-attempts.ts";
import { createSettlements } from "../src/state/settlements.ts";
import type { MeasuredStore } from "./runs-store.ts";

export interface Runs {
  readonly expiresAt: number;
  size(): number;
  /** More runs, each with its first call. */
  grow(more: number): Promise<void>;
  /** Calls of runs here and there. */
  callAll(calls: number): Promise<void>;
  /** Lets go of the runs; the store still has them. */
  forget(): void;
}

const CONTRACTS = fileURLToPath(new URL("runs-contracts", import.meta.url));
const CONCURRENCY = 256;

/** Answers with the body that it got, as the backend of the other measurements does. */
const echo: Backend = {
  send: async ({ request }) => {
    const bytes = new TextEncoder().encode(request.kind === "rest" ? request.body : "");
    const headers = { "content-type": "application/json" };
    return accept({ kind: "rest", status: 200, headers, body: { kind: "bytes", bytes } });
  },
  close: () => Promise.resolve(),
};

export const createRuns = async ({ store, now, lifetimeMs }: MeasuredStore): Promise<Runs> => {
  const loaded = await loadContracts(CONTRACTS);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const { catalog } = loaded;
  const onFault = (what: string, error: unknown): never => {
    throw new Error(what, { cause: error });
  };
  const settlements = createSettlements(store, (message) => onFault(message, undefined));
  const kept = createKeptAttempts({ store, now, isShared: false });
  const newGateway = () =>
    createGateway({
      catalog,
      backends: new Map([["measured", echo]]),
      requestStates: createRequestStates(new Uint8Array(32)),
      rules: createRules({ catalog, store, settlements, now, callerWindowMs: 86_400_000, onFault }),
      observes: () => false,
      attempts: createAttempts({ catalog, kept, maxAttempts: 5, callerWindowMs: 86_400_000, now }),
      journal: noJournal,
      telemetry: { fault: onFault, warn: () => {}, unread: () => {} },
      now,
    });
  let gateway = newGateway();
  let ids: string[] = [];
  const expiresAt = now() + lifetimeMs;
  const call = async (tool: string, run: string): Promise<void> => {
    if (now() >= expiresAt) throw new Error("the runs have expired too soon: set LIFE_SECONDS");
    const answer = await gateway.forward(callOf(tool, run, expiresAt));
    if (!answer.ok) throw new Error(`${tool} is refused: ${answer.refusal.code}: ${answer.refusal.detail}`);
  };
  const open = async (): Promise<void> => {
    const id = `run_${randomUUID()}`;
    const record = { id, caller: "bench", parent: undefined, grant: '{"grant":{},"claims":{}}', endedBy: undefined };
    await store.saveRun({ ...record, createdAt: now(), expiresAt });
    await call("first_note", id);
    ids.push(id);
  };
  return {
    expiresAt,
    size: () => ids.length,
    grow: (more) => inParallel(more, open),
    callAll: (calls) =>
      inParallel(calls, () => call("next_note", ids[Math.floor(Math.random() * ids.length)] ?? "no run")),
    forget: () => {
      ids = [];
      gateway = newGateway();
    },
  };
};

const callOf = (tool: string, run: string, expiresAt: number): ToolCall => ({
  id: randomUUID(),
  tool,
  arguments: { orderId: "ord_A1b2C3d4", author: "somebody", lines: [{ text: "ordered on a rainy day", amount: 1 }] },
  caller: { name: "bench", claims: {} },
  run: { id: run, lineage: [run], grants: [{}, { limits: [{ calls: 100_000 }] }], expiresAt },
  ingress: "call",
  signal: undefined,
});

const inParallel = async (times: number, work: () => Promise<void>): Promise<void> => {
  let left = times;
  const worker = async (): Promise<void> => {
    while ((left -= 1) >= 0) await work();
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
};

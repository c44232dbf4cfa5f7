// The contracts change while they are served: another text, the same again, one that is no contract, and back.
import { setTimeout } from "node:timers/promises";
import { type ChangingContracts, askAdmin, writeChangingContracts } from "../fault/changing-contracts.ts";
import type { Stage } from "../fault/stage.ts";

export const LIMIT = 5;

const getHealth = (time: number): string => `import { defineContract, limit } from "checkrein";
import { healthy } from "./backends.ts";
export default defineContract({
  tool: "get_health",
  description: "Read how a patient is, as it was written down for the ${time}th time.",
  operation: healthy.get("/patients/{patient}"),
  rules: [limit(${LIMIT}, { per: ({ patient }) => patient, window: "5m" })],
});
`;

const CREATE_REFUND = `import { defineContract, once } from "checkrein";
import { argumentsOf } from "./.case/arguments.ts";
import { orders } from "./backends.ts";
export default defineContract({
  tool: "create_refund",
  description: "Refund part of an order, in minor units, once.",
  operation: orders.post("/orders/{orderId}/refunds"),
  input: argumentsOf("create_refund"),
  pin: { currency: "EUR" },
  map: { idempotencyKey: "header.Idempotency-Key" },
  rules: [once(({ idempotencyKey }) => idempotencyKey, { window: "1h" })],
});
`;

/** Those of the faults; two of them with rules that remember. */
export const writeSoakContracts = (): ChangingContracts =>
  writeChangingContracts({ "get-health.ts": getHealth(0), "create-refund.ts": CREATE_REFUND });

export interface Reloads {
  /** That were served at some moment between the two times, of the last minute. */
  servedBetween(begun: number, ended: number): ReadonlySet<unknown>;
  readonly results: ReadonlyMap<string, number>;
  readonly problems: readonly string[];
  stop(): Promise<void>;
}

interface Served {
  readonly version: unknown;
  readonly from: number;
  until: number;
}

const KEPT_MS = 60_000;

export const startReloads = async (stage: Stage, contracts: ChangingContracts, everyMs: number): Promise<Reloads> => {
  const results = new Map<string, number>();
  const problems: string[] = [];
  const over = new AbortController();
  const { version: first } = await askAdmin(stage, "/contracts");
  let served: Served[] = [{ version: first, from: 0, until: Number.POSITIVE_INFINITY }];
  const reload = async (due: string): Promise<void> => {
    const asked = performance.now();
    const { status, result, version } = await askAdmin(stage, "/reload", "POST");
    const told = status === 409 ? "refused" : String(result);
    results.set(told, (results.get(told) ?? 0) + 1);
    if (told !== due) problems.push(`a reload that had to be ${due} was ${told}`);
    if (told !== "switched") return;
    const answered = performance.now();
    for (const one of served) one.until = Math.min(one.until, answered);
    served = [...served.filter(({ until }) => until > answered - KEPT_MS), { version, from: asked, until: Infinity }];
  };
  const steps: readonly ((time: number) => Promise<void>)[] = [
    (time) => (contracts.write("get-health.ts", getHealth(time)), reload("switched")),
    () => reload("unchanged"),
    () => (contracts.write("get-order.ts", "export { default } fr"), reload("refused")),
    () => (contracts.restore("get-order.ts"), contracts.restore("get-health.ts"), reload("switched")),
  ];
  const run = async (): Promise<void> => {
    for (let time = 1; ; time += 1)
      for (const step of steps) {
        await setTimeout(everyMs, undefined, { signal: over.signal }).catch(() => undefined);
        if (over.signal.aborted) return;
        await step(time);
      }
  };
  const running = run();
  return {
    results,
    problems,
    servedBetween: (begun, ended) =>
      new Set(served.filter(({ from, until }) => from <= ended && until >= begun).map(({ version }) => version)),
    stop: async () => {
      over.abort();
      await running;
    },
  };
};

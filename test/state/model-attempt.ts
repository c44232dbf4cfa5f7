// What a store means by refused attempts in a row, in the simplest way. Its oldest make no room: the names are few here.
import type { Attempt, AttemptCount } from "../../src/state/store.ts";

export interface Tried {
  readonly run: string;
  readonly tool: string;
  readonly used: number;
  readonly allowed: number;
  readonly expiresAt: number;
}

/** The part of the model that is concerned. */
interface Attempts {
  readonly now: number;
  attempts: Tried[];
}

export const addAttempt = (model: Attempts, { run, tool, allowed, expiresInMs }: Attempt): number => {
  const before = model.attempts.find((tried) => tried.run === run && tried.tool === tool);
  const used = (before?.used ?? 0) + 1;
  const expiresAt = model.now + expiresInMs;
  model.attempts = [...model.attempts.filter((tried) => tried !== before), { run, tool, used, allowed, expiresAt }];
  return used;
};

export const attemptsOf = ({ attempts, now }: Attempts, run: string): readonly AttemptCount[] =>
  attempts
    .filter((tried) => tried.run === run)
    .toSorted((one, other) => one.used - other.used)
    .map(({ tool, used, allowed, expiresAt }) => ({ tool, used, allowed, expiresInMs: expiresAt - now }));

export const clearAttempts = (model: Attempts, run: string, tools: readonly string[] | undefined): number => {
  const before = model.attempts;
  model.attempts = before.filter((tried) => tried.run !== run || tools?.includes(tried.tool) === false);
  return before.length - model.attempts.length;
};

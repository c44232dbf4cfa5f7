// Pauses between attempts. Nobody has to know whether one was ended early: whoever waited looks at its signal.
import { setTimeout as pass } from "node:timers/promises";

/** Ends early when the signal is aborted. */
export const sleep = async (ms: number, signal: AbortSignal): Promise<void> => {
  if (ms <= 0) return;
  await pass(ms, undefined, { signal }).catch(() => undefined); // rejects only when it was ended early
};

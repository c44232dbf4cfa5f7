// A stream that stays open by itself outlives what its client proved when it began: a run ends, a token expires. So that is
// proven anew now and then, as it is for every request.
import type { Checked } from "../refusal.ts";
import type { Identity } from "../run/caller.ts";

const ASK_MS = 15_000;

/** Aborted when the client is known no more; trouble while asking proves nothing. No longer asked once `closed` is called. */
export const whileKnown = (
  prove: () => Checked<Identity> | Promise<Checked<Identity>>,
): { readonly signal: AbortSignal; readonly closed: () => void } => {
  const ending = new AbortController();
  const ask = async (): Promise<void> => {
    const proven = await prove();
    if (!proven.ok && proven.refusal.code === "unauthenticated") ending.abort();
  };
  const timer = setInterval(() => void ask().catch(() => undefined), ASK_MS).unref();
  return { signal: ending.signal, closed: () => clearInterval(timer) };
};

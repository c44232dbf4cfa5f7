// A stream that stays open by itself outlives what its client proved when it began: a run ends, a token expires. So that is
// proven anew now and then, as it is for every request. It outlives its version of the contracts, too, and must not hold that
// for good.
import type { Checked } from "../refusal.ts";
import type { Identity } from "../run/caller.ts";

const ASK_MS = 15_000;

/** Aborted when the client is known no more, or with `outlived`; trouble while asking proves nothing. Not once `closed` is called. */
export const whileKnown = (
  prove: () => Checked<Identity> | Promise<Checked<Identity>>,
  outlived: AbortSignal,
): { readonly signal: AbortSignal; readonly closed: () => void } => {
  const ending = new AbortController();
  const end = (): void => ending.abort();
  const ask = async (): Promise<void> => {
    const proven = await prove();
    if (!proven.ok && proven.refusal.code === "unauthenticated") end();
  };
  const timer = setInterval(() => void ask().catch(() => undefined), ASK_MS).unref();
  outlived.addEventListener("abort", end);
  const closed = (): void => {
    clearInterval(timer);
    outlived.removeEventListener("abort", end);
  };
  return { signal: ending.signal, closed };
};

// How many files this process may have open: connections of agents get half of them, so that there are some left for backends,
// the journal and the store.
import { readFileSync } from "node:fs";

/** Undefined where the system does not tell. */
const fileLimit = (): number | undefined => {
  try {
    const found = /^Max open files +(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
    return found === undefined ? undefined : Number(found);
  } catch {
    return undefined;
  }
};

export const withinFileLimit = (wanted: number): number =>
  Math.max(1, Math.min(wanted, Math.floor((fileLimit() ?? Infinity) / 2)));

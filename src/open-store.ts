// From the setting to the store that rules remember in: a Redis that replicas share, a file, or memory. A default is chosen
// by what the contracts need: what must outlive a restart goes into a file.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Catalog, LoadProblem } from "./contract/contract.ts";
import type { KeptState } from "./journal/record-form.ts";
import type { Settings } from "./settings.ts";
import { boundStore } from "./state/bounded.ts";
import { createMemoryStore } from "./state/memory.ts";
import { createSqliteStore } from "./state/sqlite.ts";
import type { Clock, Store } from "./state/store.ts";
import { createWaiting } from "./waiting.ts";

interface StoreParts {
  readonly settings: Pick<Settings, "state" | "stateDirectory" | "signingKey">;
  readonly catalog: Pick<Catalog, "needsDurableState">;
  readonly now: Clock;
  readonly onTrouble: (message: string, level?: "warn" | "info") => void;
}

/** Throws where a file cannot be opened; a Redis that is not there yet is waited for. */
export const openStore = async (parts: StoreParts): Promise<Store> => boundStore(await open(parts), createWaiting);

const open = async ({ settings, catalog, now, onTrouble }: StoreParts): Promise<Store> => {
  const { state, stateDirectory } = settings;
  if (state.startsWith("redis")) {
    const memoFile = join(stateDirectory, "redis-epoch.json");
    const { createRedisStore } = await import("./state/redis.ts"); // its client takes a quarter of the time of a start
    return createRedisStore({ url: state, memoFile, onTrouble });
  }
  const file = stateFile(settings, catalog);
  return file === undefined ? createMemoryStore({ now }) : createSqliteStore({ file, now });
};

/** Undefined: in memory. */
const stateFile = (
  { state, stateDirectory, signingKey }: StoreParts["settings"],
  { needsDurableState }: StoreParts["catalog"],
): string | undefined => {
  if (state.startsWith("sqlite:")) return state.slice("sqlite:".length);
  // Tokens that are still good after a restart: an ended run must not come to life again.
  const isDurable = state === "" && (needsDurableState || signingKey !== "");
  return isDurable ? join(stateDirectory, "state.sqlite") : undefined;
};

/** What a store that is open cannot give to other contracts. */
export const stateProblems = (
  { kind }: KeptState,
  { state, stateDirectory }: Pick<Settings, "state" | "stateDirectory">,
  { needsDurableState }: StoreParts["catalog"],
): readonly LoadProblem[] => {
  if (kind !== "memory" || state !== "" || !needsDurableState) return [];
  const message = "a rule has to remember beyond a restart, and this sidecar began without a file for it";
  const mend = `restart it, and it keeps one in ${stateDirectory}; or name one with CHECKREIN_STATE=sqlite:<file>`;
  return [{ file: "environment", place: "CHECKREIN_STATE", message, mend }];
};

/** Before the store is opened. A Redis is shared: what it has, nobody here can know. */
export const describeState = (settings: StoreParts["settings"], catalog: StoreParts["catalog"]): KeptState => {
  if (settings.state.startsWith("redis")) return { kind: "redis", isKept: true };
  const file = stateFile(settings, catalog);
  return file === undefined ? { kind: "memory", isKept: false } : { kind: "sqlite", isKept: existsSync(file) };
};

/**
 * A sidecar is ready when the store was there once, where a contract needs one. What goes wrong with it later is told and no
 * more: tools without state go on, and all replicas of one store would be taken away at once.
 */
export const createStoreGate = (store: Pick<Store, "trouble">, isNeeded: () => boolean): (() => boolean) => {
  let wasThere = false;
  return () => {
    wasThere ||= store.trouble() === undefined;
    return wasThere || !isNeeded(); // a later version may need it
  };
};

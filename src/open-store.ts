// From the setting to the store that rules remember in: a Redis that replicas share, a file, or memory. A default is chosen
// by what the contracts need: what must outlive a restart goes into a file.
import { join } from "node:path";
import type { Catalog } from "./contract/contract.ts";
import type { Settings } from "./settings.ts";
import { createMemoryStore } from "./state/memory.ts";
import { createRedisStore } from "./state/redis.ts";
import { createSqliteStore } from "./state/sqlite.ts";
import type { Clock, Store } from "./state/store.ts";

interface StoreParts {
  readonly settings: Pick<Settings, "state" | "stateDirectory" | "signingKey">;
  readonly catalog: Catalog;
  readonly now: Clock;
  readonly onTrouble: (message: string) => void;
}

/** Throws where a file cannot be opened; a Redis that is not there yet is waited for. */
export const openStore = async ({ settings, catalog, now, onTrouble }: StoreParts): Promise<Store> => {
  const { state, stateDirectory, signingKey } = settings;
  if (state.startsWith("redis")) {
    const memoFile = join(stateDirectory, "redis-epoch.json");
    return createRedisStore({ url: state, memoFile, onTrouble });
  }
  if (state.startsWith("sqlite:")) return createSqliteStore({ file: state.slice("sqlite:".length), now });
  // Tokens that are still good after a restart: an ended run must not come to life again.
  const isDurable = state === "" && (catalog.needsDurableState || signingKey !== "");
  return isDurable
    ? createSqliteStore({ file: join(stateDirectory, "state.sqlite"), now })
    : createMemoryStore({ now });
};

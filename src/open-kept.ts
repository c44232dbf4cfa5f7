// What outlives every version of the contracts: the store and the journal.
import type { Logger } from "pino";
import type { PrepareParts } from "./contract-set.ts";
import type { Catalog } from "./contract/contract.ts";
import type { Journal } from "./journal/journal.ts";
import type { JournalReader } from "./journal/query/reader.ts";
import type { TellTrouble } from "./journal/trouble.ts";
import type { KeptState } from "./journal/record-form.ts";
import { openJournal, openJournalReader } from "./open-journal.ts";
import { withoutTraces } from "./open-playback.ts";
import { describeState, openStore } from "./open-store.ts";
import type { Store } from "./state/store.ts";

export interface Kept {
  readonly store: Store;
  readonly state: KeptState;
  readonly journal: Journal;
  readonly reader: JournalReader | undefined;
  /** Before the contracts can be known to the journal, there have to be some. */
  readonly served: { catalog: Catalog };
}

interface KeptParts extends Pick<PrepareParts, "settings" | "now" | "key" | "playback"> {
  readonly catalog: Catalog;
  readonly log: Logger;
}

export const openKept = async ({ settings, catalog, log, now, key, playback }: KeptParts): Promise<Kept> => {
  const onTrouble: TellTrouble = (message, level) => log[level ?? "error"](message);
  // What is played back is judged by nobody, and stands in a journal already.
  const own = playback === undefined ? settings : withoutTraces(settings);
  const state = describeState(own, catalog);
  const store = await openStore({ settings: own, catalog, now, onTrouble });
  const served = { catalog };
  const journal = await openJournal({
    settings: own,
    signingKey: key,
    catalog: () => served.catalog,
    state,
    now,
    onTrouble,
    onCheckpoint: (line) => log.info({ checkpoint: line }, "the journal was signed"),
  }).catch(async (error: unknown) => {
    await store.close();
    throw error;
  });
  // A playback must not show what the sidecar of here has written.
  return { store, state, journal, reader: openJournalReader(own), served };
};

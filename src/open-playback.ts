// From a journal to a gateway that plays it back: no backend is opened, and no rule is judged.
import type { Catalog } from "./contract/contract.ts";
import type { Gateway } from "./gateway.ts";
import type { Journal } from "./journal/journal.ts";
import { findJournal, openTables } from "./journal/read.ts";
import { createHider } from "./journal/text.ts";
import { createPlayback } from "./rehearse/playback.ts";
import { readRecording } from "./rehearse/recording.ts";
import type { Settings } from "./settings.ts";

export interface Playback {
  readonly calls: number;
  /** Secrets stand in it, which only the key of then can tell apart. */
  readonly hasSecrets: boolean;
  createGateway(parts: PlaybackGatewayParts): Gateway;
}

export interface PlaybackGatewayParts {
  readonly catalog: Catalog;
  readonly journal: Journal;
  /** With which secrets were hidden. */
  readonly key: Uint8Array;
  readonly now: () => number;
}

/** Throws a JournalError when there is no such journal. All of its calls are kept in memory. */
export const openPlayback = (place: string): Playback => {
  const tables = openTables(findJournal(place));
  try {
    const calls = [...readRecording(tables).calls()];
    return {
      calls: calls.length,
      hasSecrets: calls.some(({ record }) => record.hidden !== undefined),
      createGateway: ({ key, ...parts }) => createPlayback({ ...parts, calls, hide: createHider(key).hide }),
    };
  } finally {
    tables.close();
  }
};

interface Banner {
  warn(context: object | string, message?: string): void;
}

/** Nothing is remembered, and recorded only where that is asked for. */
export const withoutTraces = (settings: Settings): Settings => ({
  ...settings,
  state: "memory",
  journal: settings.journal === "" ? "none" : settings.journal,
});

export const tellPlayback = (
  playback: Playback | undefined,
  { playback: place, signingKey: key }: Settings,
  log: Banner,
): void => {
  if (playback === undefined) return;
  log.warn({ journal: place, calls: playback.calls }, "PLAYBACK: recorded results are given, and nothing is called");
  if (playback.hasSecrets && key === "")
    log.warn("the recording has secrets: calls with them are told apart only with the CHECKREIN_SIGNING_KEY of then");
};

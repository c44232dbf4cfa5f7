// From a journal to a gateway that plays it back: no backend is opened, and no rule is judged.
import { resolve } from "node:path";
import type { Catalog, LoadProblem } from "./contract/contract.ts";
import type { Gateway } from "./gateway.ts";
import type { Journal } from "./journal/journal.ts";
import { findJournal, openTables } from "./journal/read.ts";
import { JournalError } from "./journal/sink.ts";
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
    const calls = [...readRecording(tables).items()].filter((item) => item.kind === "call");
    if (calls.length === 0) throw new JournalError(`${place} has no recorded call to play back`);
    return {
      calls: calls.length,
      hasSecrets: calls.some(({ record }) => record.hidden !== undefined),
      createGateway: ({ key, ...parts }) => createPlayback({ ...parts, calls, hide: createHider(key).hide }),
    };
  } finally {
    tables.close();
  }
};

/** What cannot be together with a playback. */
export const playbackProblems = ({ playback, observe, journal }: Settings): readonly LoadProblem[] => {
  if (playback === "") return [];
  const problem = (place: string, message: string, mend: string): readonly LoadProblem[] => [
    { file: "environment", place, message, mend },
  ];
  const path = (place: string): string => resolve(place.replace(/^(?:sqlite|lines):/, ""));
  return [
    ...(observe.length === 0
      ? []
      : problem("CHECKREIN_OBSERVE", "nothing is judged or sent in a playback", "leave it out, or CHECKREIN_PLAYBACK")),
    ...(path(journal) === path(playback)
      ? problem("CHECKREIN_JOURNAL", "a playback would write into the journal that it plays", "name another file")
      : []),
  ];
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

// From the settings to the journal: where its records go, what an earlier process left open, who signs its checkpoints, and how
// long records stay.
import type { KeyObject } from "node:crypto";
import { stat } from "node:fs/promises";
import { constants, openSync } from "node:fs";
import type { Catalog } from "./contract/contract.ts";
import { boundJournal } from "./journal/bounded.ts";
import { readPrivateKey } from "./journal/checkpoint.ts";
import { createCheckpointFile } from "./journal/checkpoint-file.ts";
import { type CheckpointParts, createCheckpoints } from "./journal/checkpoints.ts";
import { type Journal, noJournal } from "./journal/journal.ts";
import { type JournalReader, createJournalReader } from "./journal/query/reader.ts";
import { openLinesSink } from "./journal/lines-sink.ts";
import { type Place, journalPlace } from "./journal/place.ts";
import { type KeptState, timeText } from "./journal/record-form.ts";
import { closeIntent } from "./journal/recover.ts";
import { createRetention } from "./journal/retention.ts";
import { createRunBook } from "./journal/run-book.ts";
import { JournalError, type Opened } from "./journal/sink.ts";
import { openSqliteSink } from "./journal/sqlite-sink.ts";
import { openStreamSink } from "./journal/stream-sink.ts";
import { type Written, createHider, writeRecord } from "./journal/text.ts";
import type { TellTrouble } from "./journal/trouble.ts";
import { createWriter } from "./journal/writer.ts";
import { describeClaims, describeGrants } from "./run/describe-grants.ts";
import type { Settings } from "./settings.ts";
import { createWaiting } from "./waiting.ts";

type KnownCatalog = Pick<Catalog, "find" | "contracts" | "digest">;

export interface JournalParts {
  readonly settings: Settings;
  /** Hides secrets: whoever has it can tell which are the same. */
  readonly signingKey: Uint8Array;
  /** The one that is served now. */
  readonly catalog: () => KnownCatalog;
  /** What rules remembered when the sidecar began. */
  readonly state: KeptState;
  readonly now: () => number;
  readonly onTrouble: TellTrouble;
  /** A signed line, for whoever keeps the log. */
  readonly onCheckpoint: (line: string) => void;
}

/** Throws a JournalError when the journal cannot be written. */
export const openJournal = async (parts: JournalParts): Promise<Journal> => {
  const { settings, signingKey, catalog, now, onTrouble } = parts;
  const place = journalPlace(settings);
  if (place.kind === "none") return noJournal;
  const key = signerOf(settings);
  const opened = await openPlace(place);
  const { sink, end } = opened;
  const checkpoints = key === undefined ? undefined : createCheckpoints(signingParts(parts, key));
  const hider = createHider(signingKey);
  const claimsOf = onceEach(describeClaims);
  const runs = createRunBook({
    describeClaims: (call, hide) => claimsOf(catalog())(call, hide),
    describeGrants: (call, hide) => describeGrants(catalog(), call.run, hide),
    hider,
    now,
  });
  const onAppended = checkpoints === undefined ? {} : { onAppended: checkpoints.grown };
  const writer = createWriter({ sink, hider, runs, onTrouble, now, ...onAppended });
  const isBegun = writer.write(beginning(parts, opened));
  if (opened.isStream !== true && !(await isBegun)) {
    await Promise.all([writer.close(), checkpoints?.close()]);
    throw new JournalError(writer.trouble() ?? "the journal cannot be written");
  }
  const { journalMaxDays: maxDays, journalMaxBytes: maxBytes } = settings;
  const chain = end.writer;
  const retention = createRetention({ sink, writer, runs, checkpoints, chain, maxDays, maxBytes, now, onTrouble });
  return {
    ...boundJournal(writer, createWaiting()),
    changeContracts: (digest) => {
      runs.forget();
      writer.mark(writeRecord({ kind: "contracts", time: timeText(now()), contracts: shortDigest(digest) }));
    },
    close: async () => {
      await retention.close();
      await writer.write([writeRecord({ kind: "stop", time: timeText(now()) })]);
      await writer.close();
      await checkpoints?.close(); // and with it what was written while the journal was closed
    },
  };
};

const STDOUT = 1;
const APPEND = constants.O_WRONLY | constants.O_APPEND | constants.O_NONBLOCK;

const openPlace = async (place: Exclude<Place, { kind: "none" }>): Promise<Opened> => {
  if (place.kind === "stream") return openStreamSink(() => STDOUT);
  if (place.kind === "sqlite") return openSqliteSink(place.path);
  const found = await stat(place.path).catch(() => undefined);
  // A pipe or a device is written to as stdout is. Without O_NONBLOCK, a pipe that has no reader stops the whole process.
  if (found !== undefined && !found.isFile()) return openStreamSink(() => openSync(place.path, APPEND));
  return openLinesSink({ path: place.path });
};

const signerOf = ({ journalKey }: Settings): KeyObject | undefined => {
  if (journalKey === "") return undefined;
  try {
    return readPrivateKey(journalKey);
  } catch {
    throw new JournalError("CHECKREIN_JOURNAL_KEY is no Ed25519 private key: make one with checkrein journal key");
  }
};

const signingParts = (
  { settings: { journalCheckpoints: file }, now, onCheckpoint, onTrouble }: JournalParts,
  key: KeyObject,
): CheckpointParts => {
  const keep = file === "" ? async () => {} : createCheckpointFile(file);
  return { key, now, show: onCheckpoint, keep, onTrouble };
};

/** What was left open is closed before the start: a start says that nothing before it is open. */
const beginning = (
  { settings, catalog, state, now }: JournalParts,
  { open, torn = [] }: Opened,
): readonly Written[] => {
  const { maxAttempts, callerWindowMs, playback } = settings;
  const time = timeText(now());
  const start = {
    kind: "start",
    time,
    contracts: shortDigest(catalog().digest),
    settings: { maxAttempts, callerWindowMs },
    state,
    ...(playback === "" ? {} : { playback }),
  };
  return [
    ...torn.map((one) => writeRecord({ kind: "torn", time, ...one })),
    ...open.map(closeIntent),
    writeRecord(start),
  ];
};

const shortDigest = (digest: string): string => digest.slice(0, 12);

/** Of the latest catalog what was worked out stays. */
const onceEach = <T>(work: (catalog: KnownCatalog) => T): ((catalog: KnownCatalog) => T) => {
  const known = new WeakMap<KnownCatalog, { readonly value: T }>();
  return (catalog) => {
    const found = known.get(catalog) ?? { value: work(catalog) };
    known.set(catalog, found);
    return found.value;
  };
};

/** For those who look into the journal while it is written. */
export const openJournalReader = (settings: Settings): JournalReader | undefined => {
  const place = journalPlace(settings);
  return place.kind === "sqlite" ? createJournalReader(place.path) : undefined;
};

// A journal as the sidecar opens it, over a place of the test's own, with the records that were read back from it.
import { existsSync, readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import type { Journal, JournalEntry } from "../../src/journal/journal.ts";
import { openJournal } from "../../src/open-journal.ts";
import { readSettings } from "../../src/settings.ts";
import { callerNamed } from "../support/someone.ts";

export interface OpenedJournal extends Journal {
  readonly told: readonly string[];
  readonly checkpoints: readonly string[];
}

export interface OpenOptions {
  readonly now?: () => number;
  readonly flags?: readonly string[];
}

/** `place`: as CHECKREIN_JOURNAL has it. */
const CATALOG = { find: () => undefined, contracts: [], digest: "0".repeat(64) };

export const openAt = async (
  place: string,
  { now = Date.now, flags = [] }: OpenOptions = {},
): Promise<OpenedJournal> => {
  const read = readSettings({}, [
    "--journal",
    place,
    "--signing-key",
    "canary-5161-signing-key-of-the-tests",
    ...flags,
  ]);
  if (!read.ok) throw new Error(read.problems.join());
  const told: string[] = [];
  const checkpoints: string[] = [];
  const journal = await openJournal({
    settings: read.settings,
    signingKey: Buffer.from(read.settings.signingKey),
    state: { kind: "memory", isKept: false },
    catalog: () => CATALOG,
    now,
    onTrouble: (message) => told.push(message),
    onCheckpoint: (line) => checkpoints.push(line),
  });
  return { ...journal, told, checkpoints };
};

export type Read = Readonly<Record<string, unknown>>;

/** Lines of a journal in a file, oldest first. */
export const linesOf = (place: string): readonly string[] => {
  const [kind, path = ""] = place.split(":");
  if (kind === "lines") return existsSync(path) ? readFileSync(path, "utf8").split("\n").slice(0, -1) : [];
  const database = new DatabaseSync(path, { readOnly: true });
  const rows = database.prepare("SELECT text FROM line ORDER BY seq").all();
  database.close();
  return rows.map(({ text }) => String(text));
};

export const recordsOf = (place: string): readonly Read[] => linesOf(place).map((line) => Object(JSON.parse(line)));

/** Of a call of a tool that nobody knows. */
export const entryOf = (id: string, more: Partial<JournalEntry> = {}): JournalEntry => ({
  call: { id, tool: "t", arguments: {}, ...callerNamed("c"), ingress: "call", signal: undefined },
  contract: undefined,
  verdict: { ok: true, value: undefined },
  at: Date.now(),
  milliseconds: 1,
  came: 1,
  judged: 2,
  ended: 3,
  ...more,
});

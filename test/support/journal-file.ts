// What a sidecar writes into its journal, read back by call.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import { type Members, membersOf } from "./json.ts";

export interface JournalFile {
  readonly flags: readonly string[];
  /** The last record of this call, once it is written. */
  recordOf(call: unknown): Promise<Members>;
  remove(): void;
}

/** Lines are flushed twice a second. */
const PATIENCE_MS = 3000;

export const createJournalFile = (): JournalFile => {
  const folder = mkdtempSync(join(tmpdir(), "checkrein-journal-"));
  const file = join(folder, "journal.jsonl");
  const find = (call: unknown): Members => {
    const lines = readFileSync(file, "utf8").split("\n");
    const records = lines.filter((line) => line !== "").map((line) => membersOf(JSON.parse(line)));
    const found = records.findLast((record) => record["call"] === call && record["ingress"] !== "lookup");
    if (found === undefined) throw new Error(`the journal has no record of ${String(call)}`);
    return found;
  };
  return {
    flags: ["--journal", file],
    recordOf: (call) => vi.waitFor(() => find(call), PATIENCE_MS),
    remove: () => rmSync(folder, { recursive: true }),
  };
};

// What a sidecar writes into its journal, read back by call.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import { type Members, membersOf } from "./json.ts";

export interface JournalFile {
  readonly flags: readonly string[];
  /** How this call ended, once that is written. */
  recordOf(call: unknown): Promise<Members>;
  remove(): void;
}

/** Records wait a moment for company. */
const PATIENCE_MS = 3000;

export const createJournalFile = (): JournalFile => {
  const folder = mkdtempSync(join(tmpdir(), "checkrein-journal-"));
  const file = join(folder, "journal.jsonl");
  const find = (call: unknown): Members => {
    const lines = readFileSync(file, "utf8").split("\n");
    const records = lines.filter((line) => line !== "").map((line) => membersOf(JSON.parse(line)));
    const found = records.findLast(
      (record) => record["kind"] === "call" && record["call"] === call && record["ingress"] !== "lookup",
    );
    if (found === undefined) throw new Error(`the journal has no record of ${String(call)}`);
    return found;
  };
  return {
    flags: ["--journal", `lines:${file}`],
    recordOf: (call) => vi.waitFor(() => find(call), PATIENCE_MS),
    remove: () => rmSync(folder, { recursive: true }),
  };
};

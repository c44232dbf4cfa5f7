// Writes what servers list into `checkrein.lock` and tells everything that is new or different, with nothing hidden.
import { existsSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ToolDefinition } from "../contract/contract.ts";
import { hiddenIn } from "../contract/lock/definition.ts";
import { LOCK_FILE, type Lock, type LockedTools } from "../contract/lock/lock.ts";
import { mergeTools } from "../contract/lock/merge.ts";
import { visible } from "../contract/lock/visible.ts";
import { writeLock } from "../contract/lock/write-lock.ts";
import { type Output, count } from "./print.ts";

const MOST_LETTERS = 8;

/** The backend's entries with what it lists now; false when something has changed that is not accepted. */
export const updateTools = (
  entries: Map<string, LockedTools>,
  backend: string,
  found: readonly ToolDefinition[],
  { accept, out }: { readonly accept: boolean; readonly out: Output },
): boolean => {
  const { tools, added, changed } = mergeTools(entries.get(backend) ?? new Map(), found, accept);
  entries.set(backend, tools);
  if (added.length > 0) out.write(`${backend}: ${count(added.length, "new tool")}: ${added.map(visible).join(", ")}\n`);
  for (const { tool, difference } of changed) {
    out.write(`${backend}: ${visible(tool)} has changed${accept ? ", accepted" : ""}:\n`);
    for (const line of difference.split("\n")) out.write(`    ${line}\n`);
  }
  for (const definition of found) {
    const letters = hiddenIn(definition);
    if (letters.length === 0) continue;
    const named = letters.slice(0, MOST_LETTERS).join(", ");
    const more = letters.length > MOST_LETTERS ? ` and ${letters.length - MOST_LETTERS} more` : "";
    out.write(`${backend}: ${visible(definition.name)}: note: its texts have hidden letters: ${named}${more}\n`);
  }
  return accept || changed.length === 0;
};

/** In one step: a lock that is half written would turn every tool off. */
export const saveLock = (folder: string, before: Lock, entries: Lock, out: Output): void => {
  const file = join(folder, LOCK_FILE);
  const text = writeLock(entries);
  const tools = [...entries.values()].reduce((sum, { size }) => sum + size, 0);
  const says = `${count(tools, "tool")} of ${count(entries.size, "backend")}`;
  if (existsSync(file) && text === writeLock(before)) return void out.write(`kept ${file}: ${says}\n`);
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
  out.write(`wrote ${file}: ${says}\n`);
};

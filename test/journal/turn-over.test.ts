// A full file of lines gives way to a new one, whatever the disk does in between.
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readLink } from "../../src/journal/chain.ts";
import { openLinesSink } from "../../src/journal/lines-sink.ts";
import { asWritten, made } from "./records.ts";

/** Flags of `open` that fail right now: `a+` makes a file, `r+` opens what was made. */
const failing = vi.hoisted(() => new Set<unknown>());
vi.mock("node:fs/promises", async (importOriginal) => {
  const original = await importOriginal<typeof import("node:fs/promises")>();
  const open: typeof original.open = async (path, flags, mode) => {
    if (failing.has(flags)) throw new Error(`EMFILE: ${flags}`);
    return original.open(path, flags, mode);
  };
  return { ...original, open };
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "checkrein-turn-over-"));
});
afterEach(() => {
  failing.clear();
  rmSync(folder, { recursive: true });
});

describe("a full file of lines", () => {
  it.each(["a+", "r+"])("loses nothing when the new one cannot be opened (%s)", async (flags) => {
    const path = join(folder, "journal");
    const { sink } = await openLinesSink({ path, fullBytes: 200 });
    await sink.append([asWritten(made("a"))]);
    failing.add(flags);
    for (let attempt = 0; attempt < 3; attempt += 1)
      await expect(sink.append([asWritten(made("b"))])).rejects.toThrow("EMFILE");
    failing.clear();
    await sink.append([asWritten(made("b"))]);
    await sink.close();
    const files = readdirSync(folder).filter((name) => !name.includes(".lock"));
    expect(files.toSorted()).toEqual(["journal", "journal.000000000001"]);
    const seqOf = (name: string): unknown => readLink(readFileSync(join(folder, name), "utf8").trimEnd())?.seq;
    expect([seqOf("journal.000000000001"), seqOf("journal")]).toEqual([1, 2]);
  });
});

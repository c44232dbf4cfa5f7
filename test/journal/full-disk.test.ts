// F23 on a real disk that is full: what must be written first is refused at once, nothing half written stays, and when there is
// room again everything goes on by itself.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readLink } from "../../src/journal/chain.ts";
import { entryOf, linesOf, openAt, recordsOf } from "./open.ts";

const folder = mkdtempSync(join(tmpdir(), "checkrein-full-"));
const disk = join(folder, "disk");
mkdirSync(disk);
const isMounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", disk]).status === 0;
if (!isMounted) process.stdout.write("left out: a full disk, in test/journal (mounting a small one needs root)\n");

afterAll(() => {
  if (isMounted) spawnSync("umount", [disk]);
  rmSync(folder, { recursive: true });
});

describe.skipIf(!isMounted).each(["sqlite", "lines"])("F23 a full disk under a journal in a %s file", (kind) => {
  const filler = join(disk, "filler");
  const place = `${kind}:${join(disk, kind)}`;
  beforeAll(() => {
    for (const name of readdirSync(disk)) rmSync(join(disk, name));
  });

  it("refuses what must be written first, loses the rest only beyond what waits, and goes on", async () => {
    const journal = await openAt(place);
    expect(await journal.intend(entryOf("before"))).toBe(true);
    fill(filler);
    for (let index = 0; index < 2000; index += 1) journal.record(entryOf(`while-${index}`));
    await expect.poll(() => journal.trouble(), { timeout: 5000 }).toMatch(/full|space|I\/O/i);
    const begun = performance.now();
    expect(await journal.intend(entryOf("refused"))).toBe(false);
    expect(performance.now() - begun).toBeLessThan(100);
    rmSync(filler);
    await expect.poll(() => journal.trouble(), { timeout: 5000 }).toBeUndefined();
    expect(await journal.intend(entryOf("after"))).toBe(true);
    await journal.close();
    const links = linesOf(place).map(readLink);
    expect(links).not.toContain(undefined);
    for (const [index, link] of links.entries()) expect(link?.prev).toBe(links[index - 1]?.hash ?? null);
    const calls = recordsOf(place).map(({ call }) => call);
    expect(calls.filter((call) => String(call).startsWith("while-"))).toHaveLength(2000);
    expect(calls).toContain("after");
    expect(calls).not.toContain("refused");
    expect(journal.told).toEqual([expect.stringMatching(/cannot be written/), "the journal is written again"]);
  }, 20_000);
});

/** To the last byte. */
const fill = (file: string): void => {
  for (const size of [1_048_576, 65_536, 4096, 1024])
    for (let isFull = false; !isFull;) {
      try {
        writeFileSync(file, Buffer.alloc(size), { flag: "a" });
      } catch {
        isFull = true;
      }
    }
};

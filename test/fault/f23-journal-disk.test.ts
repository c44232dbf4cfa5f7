// F23: the journal's disk is full, a real one. What has effect is refused before it is sent; reads go on, and what of them could not
// be written is told. A failing fsync, a dead thread and the sinks by themselves: test/journal/.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readLink } from "../../src/journal/chain.ts";
import { writeCall } from "./calls.ts";
import { INGRESSES, callOver } from "./ingress.ts";
import { expectThrough } from "./invariants.ts";
import { onStage } from "./on-stage.ts";

const folder = mkdtempSync(join(tmpdir(), "checkrein-disk-"));
const disk = join(folder, "disk");
mkdirSync(disk);
const isMounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", disk]).status === 0;
if (!isMounted) process.stdout.write("left out: F23, a full disk (mounting a small one needs root)\n");
afterAll(() => {
  if (isMounted) spawnSync("umount", [disk]);
  rmSync(folder, { recursive: true });
});

const journal = join(disk, "journal");
const filler = join(disk, "filler");

/** To the last byte. */
const fill = (): void => {
  for (const size of [65_536, 4096, 512])
    for (let isFull = false; !isFull;) {
      try {
        writeFileSync(filler, Buffer.alloc(size), { flag: "a" });
      } catch {
        isFull = true;
      }
    }
};

const read = [200, "", "yes"] as const;
const refused = [503, "journal_unavailable", "no"] as const;

describe.runIf(isMounted)("F23 a journal whose disk is full", () => {
  const stage = onStage(() => ({ settings: { journal: `lines:${journal}` } }));
  const trouble = async (): Promise<string> => (await fetch(`${stage().adminUrl}/readyz`)).text();

  it("refuses writes before anything is sent, lets reads go on, says so, and goes on when there is room", async () => {
    await expectThrough(stage(), {
      begin: async () => {
        fill();
        await Promise.all(INGRESSES.map((ingress) => callOver(ingress, writeCall(), stage())));
        await expect.poll(trouble, { timeout: 5000 }).toMatch(/full|space/i);
        stage().orders.play();
      },
      end: async () => {
        rmSync(filler);
        await expect.poll(trouble, { timeout: 10_000 }).toContain('"trouble":[]');
      },
      read,
      write: refused,
      sent: 1,
      sentWrite: 0,
    });
    const links = readFileSync(journal, "utf8").split("\n").slice(0, -1).map(readLink);
    expect(links).not.toContain(undefined);
    for (const [index, link] of links.entries()) expect(link?.prev).toBe(links[index - 1]?.hash ?? null);
  });
});

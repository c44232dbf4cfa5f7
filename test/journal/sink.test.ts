// What every place for records promises: a chain that goes on over restarts, one process at a time, nothing lost that was said to
// be written, and what an earlier process left open.
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readLink } from "../../src/journal/chain.ts";
import { entryOf, linesOf, openAt, recordsOf } from "./open.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "checkrein-journal-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const kinds = (place: string): readonly unknown[] => recordsOf(place).map(({ kind }) => kind);

describe.each(["sqlite", "lines"])("a journal in a %s file", (kind) => {
  const place = (name = "journal"): string => `${kind}:${join(folder, name)}`;

  it("has one chain over restarts, and nobody else may read it", async () => {
    for (let start = 0; start < 3; start += 1) {
      const journal = await openAt(place("deep/journal"));
      for (let index = 0; index < 3; index += 1) journal.record(entryOf(`${start}-${index}`));
      await journal.close();
    }
    const links = linesOf(place("deep/journal")).map(readLink);
    expect(links.map((link) => link?.seq)).toEqual(Array.from({ length: 18 }, (_, index) => index + 1));
    expect(new Set(links.map((link) => link?.writer)).size).toBe(1);
    for (const [index, link] of links.entries()) expect(link?.prev).toBe(links[index - 1]?.hash ?? null);
    expect(statSync(join(folder, "deep/journal")).mode & 0o077).toBe(0);
  });

  it("introduces a run once, and says when the sidecar began and ended", async () => {
    const journal = await openAt(place());
    journal.record(entryOf("a"));
    journal.record(entryOf("b"));
    await journal.close();
    expect(kinds(place())).toEqual(["start", "run", "call", "call", "stop"]);
  });

  it("has an intent on the disk before it says so", async () => {
    const journal = await openAt(place());
    expect(await journal.intend(entryOf("a"))).toBe(true);
    expect(kinds(place())).toEqual(["start", "run", "intent"]);
    await journal.close();
  });

  it("belongs to one process at a time", async () => {
    const journal = await openAt(place());
    await expect(openAt(place())).rejects.toThrow("in use by another process");
    await journal.close();
    await (await openAt(place())).close();
  });

  it("closes what an earlier process left open as unknown, once", async () => {
    const journal = await openAt(place());
    await journal.intend(entryOf("left"));
    await journal.intend(entryOf("ended"));
    journal.record(entryOf("ended"));
    await journal.close();
    for (let start = 0; start < 2; start += 1) await (await openAt(place())).close();
    const left = recordsOf(place()).filter(({ call }) => call === "left");
    expect(left).toMatchObject([
      { kind: "intent" },
      { kind: "call", forwarded: "unknown", code: "upstream_outcome_unknown", class: "ask_human", tool: "t" },
    ]);
    expect(recordsOf(place()).filter(({ call }) => call === "ended")).toHaveLength(2);
  });

  it("refuses another program's file, and a folder that cannot be", async () => {
    writeFileSync(join(folder, "foreign"), "something else\n");
    await expect(openAt(place("foreign"))).rejects.toThrow(/is no journal/);
    await expect(openAt(place("foreign/journal"))).rejects.toThrow();
    expect(readFileSync(join(folder, "foreign"), "utf8")).toBe("something else\n");
  });

  it("drops old records when it opens, says so first, and the chain goes on", async () => {
    let now = Date.parse("2026-01-01");
    const clock = (): number => now;
    const old = await openAt(place(), { now: clock });
    for (let index = 0; index < 50; index += 1) old.record(entryOf(`old-${index}`, { at: now }));
    await old.close();
    now += 40 * 86_400_000;
    const journal = await openAt(place(), { now: clock });
    journal.record(entryOf("new", { at: now }));
    await journal.close();
    const records = recordsOf(place());
    if (kind === "lines") return expect(kinds(place())).not.toContain("prune"); // whole files alone may go
    expect(records[0]).toMatchObject({ kind: "start", seq: 54 });
    const prune = records.find((record) => record["kind"] === "prune");
    expect(prune).toMatchObject({ through: 53, throughHash: records[0]?.["prev"] });
  });
});

describe("a journal of lines", () => {
  const path = (): string => join(folder, "journal");

  it.each([
    ["half a line", (): void => appendFileSync(path(), '{"v":2,"writer":"w_')],
    ["bytes of no encoding", (): void => appendFileSync(path(), Buffer.from([0xff, 0xfe, 10, 0xe2, 0x28, 10, 0xff]))],
    ["a whole line that is no record", (): void => appendFileSync(path(), "\0\0\0\0\n")],
    ["a last line that was cut", (): void => truncateSync(path(), statSync(path()).size - 10)],
  ])("sets apart what a killed process left: %s", async (_what, damage) => {
    const first = await openAt(`lines:${path()}`);
    first.record(entryOf("a"));
    await first.close();
    damage();
    await (await openAt(`lines:${path()}`)).close();
    const links = linesOf(`lines:${path()}`).map(readLink);
    expect(links).not.toContain(undefined);
    for (const [index, link] of links.entries()) expect(link?.prev).toBe(links[index - 1]?.hash ?? null);
    const torn = recordsOf(`lines:${path()}`).find(({ kind }) => kind === "torn");
    const apart = readdirSync(folder).find((name) => name.includes(".torn-"));
    expect(String(torn?.["file"])).toBe(join(folder, String(apart)));
    expect(statSync(String(torn?.["file"])).size).toBe(torn?.["bytes"]);
  });
});

describe("F23 a disk that takes nothing", () => {
  const until = (done: () => boolean): Promise<void> => expect.poll(done, { timeout: 3000 }).toBe(true);

  it("stops no call, is told, and what is lost is counted", async () => {
    const journal = await openAt("lines:/dev/full");
    journal.record(entryOf("a"));
    await until(() => journal.trouble()?.includes("ENOSPC") ?? false);
    expect(await journal.intend(entryOf("b"))).toBe(false);
    const long = entryOf("c", {
      call: { ...entryOf("c").call, tool: "x".repeat(250), run: { ...entryOf("c").call.run, id: "r".repeat(30_000) } },
    });
    for (let index = 0; index < 600; index += 1) journal.record(long);
    expect(journal.trouble()).toMatch(/[1-9]\d* records lost/);
    const begun = performance.now();
    await journal.close();
    expect(performance.now() - begun).toBeLessThan(3000);
    expect(journal.told[0]).toContain("ENOSPC");
  });
});

// When the sidecar signs how far its journal has come, where that goes, and what becomes of it where it can go nowhere.
import { execFileSync } from "node:child_process";
import {
  closeSync,
  constants,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Checkpoint, readCheckpoint } from "../../src/journal/checkpoint.ts";
import { createRetention } from "../../src/journal/retention.ts";
import { entryOf, linesOf, openAt, recordsOf } from "./open.ts";
import { linkOf, messages, pair, privateText, runSession, verify } from "./signed.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "checkrein-checkpoints-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const place = (): string => `sqlite:${join(folder, "journal")}`;
const file = (): string => join(folder, "elsewhere");
const kept = (): readonly string[] =>
  readFileSync(file(), "utf8")
    .split("\n")
    .filter((line) => line !== "");
const keeping = (to: string): readonly string[] => ["--journal-key", privateText, "--journal-checkpoints", to];

const read = (line: string): Checkpoint => {
  const checkpoint = readCheckpoint(line, pair.publicKey);
  if (!checkpoint.ok) throw new Error(checkpoint.problem);
  return checkpoint.checkpoint;
};

describe("a checkpoint", () => {
  it("is signed at the start, every thousand records, and of the very last record", async () => {
    const signed = await runSession(place(), 3000);
    const checkpoints = signed.map(read);
    const lines = linesOf(place());
    const seqs = checkpoints.map(({ seq }) => seq);
    expect(seqs[0]).toBe(1);
    expect(seqs.at(-1)).toBe(lines.length);
    for (const [index, seq] of seqs.entries()) expect(seq - (seqs[index - 1] ?? seq)).toBeLessThan(1000 + 512);
    for (const { seq, hash } of checkpoints) expect(linkOf(lines[seq - 1]).hash).toBe(hash);
    expect(messages(verify(lines, signed))).toEqual([]);
  });

  it("of what was dropped is signed before it is dropped, and once", async () => {
    let now = Date.parse("2026-01-01");
    const clock = (): number => now;
    const first = await runSession(place(), 50, { now: clock });
    const old = linesOf(place());
    now += 40 * 86_400_000;
    const second = await runSession(place(), 1, { now: clock });
    const pruned = [...first, ...second].map(read).filter((checkpoint) => checkpoint.pruned);
    expect(pruned).toMatchObject([{ seq: old.length, hash: linkOf(old.at(-1)).hash }]);
    const report = verify(linesOf(place()), [...first, ...second]);
    expect(messages(report)).toEqual([]);
    expect(report.chains).toMatchObject([{ from: old.length + 1, dropped: { through: old.length, by: "checkpoint" } }]);
  });

  it("goes to the log and to the file, which nobody else may read", async () => {
    const log = await runSession(place(), 3, { flags: ["--journal-checkpoints", file()] });
    expect(kept()).toEqual(log);
    expect(statSync(file()).mode & 0o077).toBe(0);
  });

  it("is whole behind one that was half written", async () => {
    writeFileSync(file(), '{"v":1,"kind":"checkp');
    const log = await runSession(place(), 3, { flags: ["--journal-checkpoints", file()] });
    expect(kept().slice(1)).toEqual(log);
  });

  it("has a key that can sign, or the sidecar does not start", async () => {
    await expect(runSession(place(), 0, { key: "not a key" })).rejects.toThrow(
      "CHECKREIN_JOURNAL_KEY is no Ed25519 private key: make one with checkrein journal key",
    );
    const rsa = "MIIBVQIBADANBgkqhkiG9w0BAQEFAASCAT8wggE7AgEAAkEA";
    await expect(runSession(place(), 0, { key: rsa })).rejects.toThrow("is no Ed25519 private key");
  });
});

describe("a place for checkpoints that takes none", () => {
  it("is told once, and stops no call", async () => {
    mkdirSync(file());
    const journal = await openAt(place(), { flags: keeping(file()) });
    expect(await journal.intend(entryOf("a"))).toBe(true);
    await journal.close();
    expect(journal.told).toEqual([expect.stringMatching(/^checkpoints of the journal cannot be kept: EISDIR/)]);
    expect(journal.checkpoints.length).toBeGreaterThan(1);
    expect(recordsOf(place()).at(-1)).toMatchObject({ kind: "stop" });
  });

  it("is told when it never answers, and kept again when it does", async () => {
    execFileSync("mkfifo", [file()]);
    const journal = await openAt(place(), { flags: keeping(file()) });
    for (let index = 0; index < 2500; index += 1) journal.record(entryOf(`call_${index}`));
    expect(await journal.intend(entryOf("a"))).toBe(true);
    await expect.poll(() => journal.told, { timeout: 5000 }).toEqual([expect.stringMatching(/it takes too long$/)]);
    const reader = openSync(file(), constants.O_RDONLY | constants.O_NONBLOCK);
    await expect.poll(() => journal.told.at(-1), { timeout: 5000 }).toBe("checkpoints of the journal are kept again");
    await journal.close();
    closeSync(reader);
  });
});

describe("old records", () => {
  const retention = (done: string[], isWritten = true, isKept = true): ReturnType<typeof createRetention> =>
    createRetention({
      sink: {
        planPrune: async () => ({ through: 7, hash: "h" }),
        prune: async (through) => done.push(`dropped ${through}`) > 5,
      },
      writer: { write: async ([record]) => (done.push(`written ${record?.keys.kind}`), isWritten) },
      runs: { forget: () => void done.push("runs forgotten") },
      checkpoints: {
        grown: () => {},
        pruned: async ({ seq }) => (done.push(`signed ${seq}`), isKept),
        close: async () => {},
      },
      chain: "w_00000000000000aa",
      maxDays: 1,
      maxBytes: 1,
      now: Date.now,
      onTrouble: () => {},
    });

  it("go a part at a time, when that stands in the journal and is signed; runs that go on are introduced anew", async () => {
    const done: string[] = [];
    const { close } = retention(done);
    await expect.poll(() => done.length).toBe(6);
    await close();
    expect(done).toEqual(["written prune", "signed 7", "runs forgotten", "dropped 7", "dropped 7", "dropped 7"]);
  });

  it("stay while the journal cannot say so", async () => {
    const done: string[] = [];
    const { close } = retention(done, false);
    await close();
    expect(done).toEqual(["written prune"]);
  });

  it("stay while the checkpoint that says so cannot be kept", async () => {
    const done: string[] = [];
    const { close } = retention(done, true, false);
    await close();
    expect(done).toEqual(["written prune", "signed 7"]);
  });

  it("are there when the place for checkpoints takes none, and gone when it does", async () => {
    let now = Date.parse("2026-01-01");
    const clock = (): number => now;
    await runSession(place(), 50, { now: clock });
    now += 40 * 86_400_000;
    mkdirSync(file());
    const journal = await openAt(place(), { now: clock, flags: keeping(file()) });
    await journal.close();
    expect(linkOf(linesOf(place())[0]).seq).toBe(1);
    rmSync(file(), { recursive: true });
    await runSession(place(), 1, { now: clock, flags: ["--journal-checkpoints", file()] });
    expect(linkOf(linesOf(place())[0]).seq).toBeGreaterThan(50);
  });
});

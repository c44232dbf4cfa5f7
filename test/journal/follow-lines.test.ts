// Lines of a file that somebody else writes: whole ones, once each, whatever stands half written in between.
import { appendFileSync, mkdtempSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type LineFollower, followLines } from "../../src/journal/follow-lines.ts";

let folder: string;
let path: string;
let follower: LineFollower;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "checkrein-follow-"));
  path = join(folder, "journal");
  writeFileSync(path, "a\nb\n");
  follower = followLines(path);
});
afterEach(() => {
  follower.close();
  rmSync(folder, { recursive: true });
});

const read = (): readonly string[] => [...follower.read()];

describe("a followed file", () => {
  it("gives whole lines, once", () => {
    expect(read()).toEqual(["a", "b"]);
    expect(read()).toEqual([]);
    appendFileSync(path, "c\nhalf");
    expect(read()).toEqual(["c"]);
    appendFileSync(path, " and half\n");
    expect(read()).toEqual(["half and half"]);
  });

  it("gives a letter whole whose bytes come one by one", () => {
    read();
    for (const byte of Buffer.from("ä\u{1f600}")) {
      appendFileSync(path, Uint8Array.of(byte));
      expect(read()).toEqual([]);
    }
    appendFileSync(path, "\n");
    expect(read()).toEqual(["ä\u{1f600}"]);
  });

  it("gives lines that are longer than what is read at once", () => {
    read();
    const long = "x".repeat(3_000_000);
    appendFileSync(path, `${long}\n`);
    expect(read()).toEqual([long]);
  });

  it("forgets what was half written and is cut off", () => {
    read();
    appendFileSync(path, "torn");
    expect(read()).toEqual([]);
    truncateSync(path, statSync(path).size - 4);
    expect(read()).toEqual([]);
    appendFileSync(path, "c\n");
    expect(read()).toEqual(["c"]);
  });

  it("is followed over several that were set aside since, in their order", () => {
    read();
    for (const [index, line] of ["c", "d", "e"].entries()) {
      appendFileSync(path, `${line}\n`);
      renameSync(path, `${path}.${String(index).padStart(12, "0")}`);
      writeFileSync(path, "");
    }
    appendFileSync(path, "f\n");
    expect(read()).toEqual(["c", "d", "e", "f"]);
    expect(read()).toEqual([]);
  });

  it("goes on with the one that is written to, when its own was dropped", () => {
    read();
    renameSync(path, `${path}.away`);
    writeFileSync(path, "z\n");
    expect(read()).toEqual(["z"]);
  });
});

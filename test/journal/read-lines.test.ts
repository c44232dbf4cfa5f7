// Lines of a file are read one at a time, whatever their length.
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { linesIn } from "../../src/journal/read-lines.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "checkrein-lines-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const read = (text: string, limits?: Parameters<typeof linesIn>[1]): readonly string[] => {
  const path = join(folder, "lines");
  writeFileSync(path, text);
  const file = openSync(path, "r");
  try {
    return [...linesIn(file, limits)];
  } finally {
    closeSync(file);
  }
};

describe("the lines of a file", () => {
  const long = "é".repeat(1_500_000);

  it.each([
    ["nothing", "", []],
    ["empty lines", "\n\na\n", ["", "", "a"]],
    ["a last one without an end", "a\nb", ["a", "b"]],
    ["some that are longer than what is read at once", `a\n${long}\nb\n${long}`, ["a", long, "b", long]],
  ])("come as they stand: %s", (_what, text, lines) => {
    expect(read(text)).toEqual(lines);
  });

  it("are cut, with a mark, where they are longer than any record", () => {
    const cut = "[cut: longer than any record]";
    expect(read(`abcde\nabcdef\nabc\n${long}\nx`, { longest: 5 })).toEqual([
      "abcde",
      `abcde${cut}`,
      "abc",
      `${Buffer.from("ééé").toString("latin1", 0, 5)}${cut}`,
      "x",
    ]);
  });

  it("end with the bytes that are asked for", () => {
    expect(read("ab\ncd\nef\n", { bytes: 6 })).toEqual(["ab", "cd"]);
  });
});

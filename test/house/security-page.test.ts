// docs/SECURITY.md promises no more than tests hold: every test that it names is there, no promise is without one, and every fault
// has one that is named for it.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";

const root = new URL("../../", import.meta.url);
const page = readFileSync(new URL("docs/SECURITY.md", root), "utf8");
const [, promises = ""] = page.split("## Promises\n");
const rows = promises.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| |  "));
const named = (text: string): readonly string[] => text.match(/`test\/[^`]+`/g)?.map((path) => path.slice(1, -1)) ?? [];

it("names tests that are there", () => {
  const all = named(page);
  expect(all.length).toBeGreaterThan(60);
  expect(all.filter((path) => !existsSync(new URL(path, root)))).toEqual([]);
});

describe("the faults", () => {
  const faults = Array.from({ length: 36 }, (_, index) => `F${String(index + 1).padStart(2, "0")}`);
  const files = readdirSync(new URL("test/fault/", root)).filter((name) => name.endsWith(".test.ts"));

  it.each(faults)("%s has a row, and a test of its own that is named for it", (fault) => {
    const own = rows.filter((row) => row.startsWith(`| ${fault} |`));
    expect(own).toHaveLength(1);
    const [path = ""] = named(own[0] ?? "");
    expect(path).toMatch(new RegExp(`^test/fault/${fault.toLowerCase()}-[a-z-]+\\.test\\.ts$`));
    const text = readFileSync(new URL(path, root), "utf8");
    expect(text.slice(0, 200)).toContain(`${fault}`);
    expect(text).toMatch(/\b(it|test)(\.\w+)*[(`]/);
    expect(text).not.toMatch(/\b(it|test|describe)\.(only|skip|todo)\b/);
  });

  it("have no test that no row names", () => {
    const rowed = new Set(rows.flatMap(named));
    expect(files.map((name) => `test/fault/${name}`).filter((path) => !rowed.has(path))).toEqual([]);
  });
});

it("has a test for every promise", () => {
  const held = rows.slice(1).filter((row) => !/^\| (F\d\d)? *\| what|^\| F\d\d/.test(row));
  expect(held.length).toBeGreaterThan(10);
  expect(held.filter((row) => named(row).length === 0)).toEqual([]);
});

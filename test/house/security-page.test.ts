// docs/SECURITY.md promises no more than tests hold: every test that it names is there, no promise is without one, and every fault
// has one that is named for it.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";

const root = new URL("../../", import.meta.url);
const page = readFileSync(new URL("docs/SECURITY.md", root), "utf8");
const [, promises = ""] = page.split("## Promises\n");
const rows = promises.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| |  "));
const named = (text: string): readonly string[] => text.match(/`test\/[^`]+`/g)?.map((path) => path.slice(1, -1)) ?? [];

/** On their way: their rows are here, their files land with the work on admission. */
const AWAITED = ["F15", "F26", "F27", "F28", "F29", "F30"];
const isAwaited = (path: string): boolean => AWAITED.some((fault) => path.includes(`/${fault.toLowerCase()}-`));

it("names tests that are there", () => {
  const all = named(page);
  expect(all.length).toBeGreaterThan(60);
  expect(all.filter((path) => !existsSync(new URL(path, root)) && !isAwaited(path))).toEqual([]);
});

describe("the faults", () => {
  const faults = Array.from({ length: 36 }, (_, index) => `F${String(index + 1).padStart(2, "0")}`);
  const files = readdirSync(new URL("test/fault/", root)).filter((name) => name.endsWith(".test.ts"));

  it.each(faults)("%s has a row, and a test of its own that is named for it", (fault) => {
    const own = rows.filter((row) => row.startsWith(`| ${fault} |`));
    expect(own).toHaveLength(1);
    const [path = ""] = named(own[0] ?? "");
    expect(path).toMatch(new RegExp(`^test/fault/${fault.toLowerCase()}-[a-z-]+\\.test\\.ts$`));
    if (AWAITED.includes(fault) && !existsSync(new URL(path, root))) return;
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

it("has a named test for every fault", () => {
  const files = readdirSync(new URL("test/fault", root));
  const missing = Array.from({ length: 36 }, (_, index) => `f${String(index + 1).padStart(2, "0")}`).filter(
    (fault) => !files.some((name) => name.startsWith(`${fault}-`) && name.endsWith(".test.ts")),
  );
  expect(missing).toEqual([]);
});

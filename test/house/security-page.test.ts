// docs/SECURITY.md promises no more than tests hold: every test that it names is there, and none of a promise's is left out by name.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { expect, it } from "vitest";

const root = new URL("../../", import.meta.url);
const page = readFileSync(new URL("docs/SECURITY.md", root), "utf8");
const [, promises = ""] = page.split("## Promises\n");
const rows = promises.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| |  "));
const named = (text: string): readonly string[] => text.match(/`test\/[^`]+`/g)?.map((path) => path.slice(1, -1)) ?? [];

it("names tests that are there", () => {
  const all = named(page);
  expect(all.length).toBeGreaterThan(30);
  expect(all.filter((path) => !existsSync(new URL(path, root)))).toEqual([]);
});

it("has a test for every promise", () => {
  const held = rows.slice(1);
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

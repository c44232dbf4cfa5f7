// A function of a contract gets what its own version has imported, and nothing that comes later.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { importsInCourse } from "../../../src/contract/load/late-import.ts";
import { loadContracts } from "../../../src/contract/load/load.ts";
import { importModules } from "../../../src/contract/load/modules.ts";
import { writeContracts } from "../../support/contracts-folder.ts";

const DEFINE = 'import { defineContract, local, z } from "checkrein";';
const contract = (head: string, check: string): string =>
  `${DEFINE} ${head} const ask = async () => { ${check} };
   export default defineContract({ tool: "z", description: "Z.", operation: local(), effect: "read",
     input: z.strictObject({}), examples: [], rules: [], probe: ask });`;

type Ask = () => Promise<unknown>;
const askOf = async (folder: string): Promise<Ask> => {
  const [declared] = (await importModules(folder))?.contracts ?? [];
  return (Object(declared?.declaration) as { readonly probe: Ask }).probe; // what the file above has given
};

it.each([
  ["a file beside it", 'return (await import("./most.ts")).MOST;'],
  ["a file that is missing", 'return import("./gone.ts").then(({ MOST }) => MOST);'],
])("refuses a contract whose function imports %s when it runs, and says how to mend it", async (_, check) => {
  const folder = writeContracts({ "z.ts": contract("", check), "most.ts": "export const MOST = 1;" });
  for (const round of [1, 2]) {
    const loaded = await loadContracts(folder);
    expect([round, loaded.ok ? [] : loaded.problems]).toMatchObject([
      round,
      [{ place: "import", mend: "import it at the top of the file" }],
    ]);
  }
});

it("names the file that does so, once, whoever imports it", async () => {
  const late = 'export const most = async () => (await import("./most.ts")).MOST;';
  const folder = writeContracts({
    "z.ts": contract('import { most } from "./late.ts";', "return most();"),
    "y.ts": contract('import { most } from "./late.ts";', "return most();").replace('"z"', '"y"'),
    "late.ts": late,
    "most.ts": "export const MOST = 1;",
  });
  for (const round of [1, 2]) {
    const loaded = await loadContracts(folder);
    const problems = loaded.ok ? [] : loaded.problems.filter(({ place }) => place === "import");
    expect([round, problems]).toMatchObject([round, [{ file: expect.stringMatching(/late\.ts$/) }]]);
  }
});

it("gives a function the version that its file was loaded with, also after another reading", async () => {
  const head = 'import { MOST } from "./most.ts"; const early = await import("./early.ts");';
  const check = 'return [MOST, early.E, (await import("./most.ts")).MOST, (await import("./early.ts")).E];';
  const files = { "most.ts": "export const MOST = 1;", "early.ts": "export const E = 1;" };
  const folder = writeContracts({ "z.ts": contract(head, check), ...files });
  const first = await askOf(folder);
  writeFileSync(join(folder, "most.ts"), "export const MOST = 2;");
  writeFileSync(join(folder, "early.ts"), "export const E = 2;");
  const second = await askOf(folder);
  expect([await first(), await second()]).toEqual([
    [1, 1, 1, 1],
    [2, 2, 2, 2],
  ]);
});

it("refuses it when it happens, where it is not written out", async () => {
  const check = 'const name = ["./most", "ts"].join("."); return import(name);';
  const folder = writeContracts({ "z.ts": contract("", check), "most.ts": "export const MOST = 1;" });
  await expect((await askOf(folder))()).rejects.toThrow('"./most.ts" is imported only when a function runs');
});

it("refuses it when it happens, where an await could stand at the top of the file", async () => {
  const check = 'const more = await import("./most.ts"); return more.MOST;';
  const folder = writeContracts({ "z.ts": contract("", check), "most.ts": "export const MOST = 1;" });
  await expect((await askOf(folder))()).rejects.toThrow('"./most.ts" is imported only when a function runs');
});

it("refuses it when it happens, also by a URL of the file", async () => {
  const check = 'return import(new URL("./most.ts", import.meta.url).href);';
  const folder = writeContracts({ "z.ts": contract("", check), "most.ts": "export const MOST = 1;" });
  await expect((await askOf(folder))()).rejects.toThrow("is imported only when a function runs");
});

it.each([
  [
    "one of two files",
    'const most = process.env["NOPE"] === "1" ? await import("./gone.ts") : await import("./most.ts");',
  ],
  [
    "a file in a branch that is not taken",
    'if (process.env["NOPE"] === "1") await import("./most.ts"); const most = { MOST: 1 };',
  ],
  ["a file that may be missing", 'const most = (await import("./gone.ts").catch(() => undefined)) ?? { MOST: 1 };'],
])("takes %s at the top of the file", async (_, head) => {
  const folder = writeContracts({ "z.ts": contract(head, "return most.MOST;"), "most.ts": "export const MOST = 1;" });
  expect(await (await askOf(folder))()).toBe(1);
});

it("gives what a file's URL has now to who imports by it at the top of the file", async () => {
  const head = 'const { MOST } = await import(new URL("./most.ts", import.meta.url).href);';
  const folder = writeContracts({ "z.ts": contract(head, "return MOST;"), "most.ts": "export const MOST = 1;" });
  const first = await askOf(folder);
  writeFileSync(join(folder, "most.ts"), "export const MOST = 2;");
  expect([await first(), await (await askOf(folder))()]).toEqual([1, 2]);
});

const REQUIRE =
  'import { createRequire } from "node:module"; const require = createRequire(import.meta.url); const top = require("./m.cjs").M;';
const WAIT = "await new Promise((resolve) => setTimeout(resolve, 300));";

it("requires again what was required at the top, and nothing of a later version", async () => {
  const folder = writeContracts({
    "b.ts": WAIT,
    "z.ts": contract(REQUIRE, 'return [top, require("./m.cjs").M];'),
    "zz.ts": WAIT,
    "m.cjs": "exports.M = 1;",
  });
  const first = await askOf(folder);
  expect(await first()).toEqual([1, 1]);
  writeFileSync(join(folder, "m.cjs"), "exports.M = 2;");
  for (const name of ["b.ts", "zz.ts"]) writeFileSync(join(folder, name), `${WAIT} export const more = 1;`);
  const second = askOf(folder);
  const wait = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 200));
  await wait(); // it is read, up to the first of the two that wait
  await expect(first()).rejects.toThrow("the file was changed");
  await wait(); // up to the second
  await expect(first()).rejects.toThrow('"./m.cjs" is imported only when a function runs');
  expect(await (await second)()).toEqual([2, 2]);
  await expect(first()).rejects.toThrow('"./m.cjs" is imported only when a function runs');
});

it("takes packages, also when a function runs", async () => {
  const folder = writeContracts({ "z.ts": contract("", 'return (await import("node:path")).sep;') });
  expect(await (await askOf(folder))()).toBe("/");
});

it.each([
  ['// await import("./a.ts")', []],
  ['/* => import("./a.ts") */', []],
  ['"await import(./a.ts)"; \'await import("./a.ts")\'; `await import("./a.ts")`', []],
  ['const url = "http://x"; await import("./a.ts")', ["./a.ts"]],
  ['let a: import("./a.ts").A; type F = () => import("./a.ts").A; type G = typeof import("./a.ts");', []],
  ['await import("./a.json", { with: { type: "json" } })', ["./a.json"]],
  ['return import(\n"../a.ts"\n)', ["../a.ts"]],
  ['() => import("file:///a.ts").then((a) => a)', ["file:///a.ts"]],
  ['await import("zod"); await import(`./${a}.ts`)', []],
])("reads %s", (text, found) => {
  expect(importsInCourse(text).map(({ specifier }) => specifier)).toEqual(found);
});

// What files that import one another are, whatever failed before for a reason that is in none of them.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createModuleVersions } from "../../../src/contract/load/module-versions.ts";
import { writeContracts } from "../../support/contracts-folder.ts";

const versions = createModuleVersions(new Map(), 400);

/** Imports `a.ts` in a reading of its own. */
const importOf = async (folder: string, file = "a.ts"): Promise<unknown> => {
  const reading = versions.read(folder);
  try {
    return await reading.import(join(folder, file));
  } catch (error) {
    return String(error);
  } finally {
    reading.end();
  }
};

/** Fails as long as a file beside it says so: no text of a module changes. */
const PASSING = `import { readFileSync } from "node:fs";
if (readFileSync(new URL("./state", import.meta.url), "utf8") === "bad") throw new Error("not now");`;

/** Loaded; then with another text of `bad.ts`, which fails at first. */
const afterPassingFault = async (files: Readonly<Record<string, string>>): Promise<unknown> => {
  const folder = writeContracts({ ...files, "bad.ts": "" });
  await importOf(folder);
  writeFileSync(join(folder, "bad.ts"), PASSING);
  writeFileSync(join(folder, "state"), "bad");
  expect(await importOf(folder)).toContain("not now");
  writeFileSync(join(folder, "state"), "good");
  return importOf(folder);
};

it("is evaluated in the order that a cycle needs", async () => {
  const loaded = await afterPassingFault({
    "a.ts": 'import { later } from "./b.ts"; import "./bad.ts"; export const A = later();',
    "b.ts": 'import { A } from "./a.ts"; export const later = () => 7; export const use = () => A;',
  });
  expect(loaded).toMatchObject({ A: 7 });
});

it.each([
  ["", 'try { await import("./extra.ts"); } catch {}'],
  [" of a file that it imports in its course", 'try { await import("./extra-too.ts"); } catch {}'],
  [", without await", 'const p = import("./extra.ts").catch(() => undefined); await p;'],
  [", among others", 'await Promise.allSettled([import("./extra.ts")]);'],
])("lets a file catch what another one throws%s", async (_, text) => {
  const loaded = await afterPassingFault({
    "a.ts": `import "./bad.ts"; ${text} export const A = 1;`,
    "extra-too.ts": 'import "./extra.ts";',
    "extra.ts": 'throw new Error("of its own");',
  });
  expect(loaded).toMatchObject({ A: 1 });
});

it("gives up a file that does not end, and takes it once it is mended, whatever comes of it meanwhile", async () => {
  const folder = writeContracts({
    "a.ts": 'await new Promise((resolve) => setTimeout(resolve, 900)); throw new Error("of the old text");',
    "z.ts": "await new Promise((resolve) => setTimeout(resolve, 350));",
  });
  expect(await importOf(folder)).toBe("Error: it does not end within 0.4 s");
  writeFileSync(join(folder, "a.ts"), "export const A = 1;");
  const reading = versions.read(folder);
  for (let round = 0; round < 2; round += 1) await reading.import(join(folder, "z.ts"));
  await new Promise((resolve) => setTimeout(resolve, 400)); // the old one rejects now
  expect(await reading.import(join(folder, "a.ts"))).toMatchObject({ A: 1 });
  reading.end();
});

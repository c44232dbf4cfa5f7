// The same folder loaded again in one process, as a running sidecar does: what has changed counts, what has not stays what
// it was, and Node holds no more modules than files have changed.
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Contract } from "../../../src/contract/contract.ts";
import { type Loaded, loadContracts } from "../../../src/contract/load/load.ts";
import { countModules, listFiles } from "../../../src/contract/load/modules.ts";
import { backendFile, contractFile, getOrder, orders, writeContracts } from "../../support/contracts-folder.ts";

const LIMITED = `import { MOST } from "./limits.ts";\n${contractFile(
  `tool: "refund", description: "Refund.", operation: orders.post("/orders/{orderId}/refunds"), pin: { currency: "EUR" },
   map: { orderId: "path.orderId" }, input: z.strictObject({ orderId: z.string(), amount: z.int().max(MOST) })`,
)}`;

const files = {
  "orders.json": JSON.stringify(orders),
  "backend.ts": backendFile(),
  "get-order.ts": getOrder(),
  "refund.ts": LIMITED,
  "limits.ts": 'export { MOST } from "./lib/most.ts";',
  "lib/most.ts": "export const MOST = 5;",
};

const load = async (folder: string, before?: Loaded): Promise<Loaded> => {
  const loaded = await loadContracts(folder, before?.parts);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded;
};
const contract = ({ catalog }: Loaded, tool: string): Contract => {
  const found = catalog.find(tool);
  if (found === undefined) throw new Error(`there is no ${tool}`);
  return found;
};
const takes = (loaded: Loaded, amount: number): boolean =>
  contract(loaded, "refund").arguments.check({ orderId: "a", amount }).ok;

it("keeps every contract, and imports nothing, where nothing has changed", async () => {
  const folder = writeContracts(files);
  const first = await load(folder);
  const modules = countModules();
  const second = await load(folder, first);
  expect(countModules()).toBe(modules);
  expect(second.catalog.contracts).toEqual(first.catalog.contracts);
  for (const { tool } of first.catalog.contracts) expect(contract(second, tool)).toBe(contract(first, tool));
  expect(second.sources).toEqual(first.sources);
});

it("follows a change through every file that imports it, and no further", async () => {
  const folder = writeContracts(files);
  const first = await load(folder);
  const modules = countModules();
  writeFileSync(join(folder, "lib/most.ts"), "export const MOST = 50;");
  const second = await load(folder, first);
  expect([takes(first, 40), takes(second, 40)]).toEqual([false, true]);
  expect(countModules() - modules).toBe(3); // most.ts, limits.ts, refund.ts
  expect(contract(second, "get_order")).toBe(contract(first, "get_order"));
});

it("follows a change through files of CommonJS", async () => {
  const folder = writeContracts({
    ...files,
    "limits.ts": 'export { MOST } from "./.lib/limits.cjs";',
    ".lib/limits.cjs": 'exports.MOST = require("./most.cjs").MOST;',
    ".lib/most.cjs": "exports.MOST = 5;",
  });
  const first = await load(folder);
  writeFileSync(join(folder, ".lib/most.cjs"), "exports.MOST = 50;");
  const second = await load(folder, first);
  expect([takes(first, 40), takes(second, 40)]).toEqual([false, true]);
});

it("finds the old modules again when files go back to what they were", async () => {
  const folder = writeContracts(files);
  let loaded = await load(folder);
  const counts: number[] = [];
  for (const most of [50, 5, 50, 5, 50]) {
    writeFileSync(join(folder, "lib/most.ts"), `export const MOST = ${most};`);
    loaded = await load(folder, loaded);
    expect([takes(loaded, 6), takes(loaded, 51)]).toEqual([most === 50, false]);
    counts.push(countModules());
  }
  expect(new Set(counts).size).toBe(1);
});

it("takes files that import each other in a circle", async () => {
  const circle = {
    ...files,
    "limits.ts": 'import { HALF } from "./half.ts"; export const MOST = 10; export const twice = () => HALF * 2;',
    "half.ts": 'import { MOST } from "./limits.ts"; export const HALF = 5; export const all = () => MOST;',
  };
  const folder = writeContracts(circle);
  const first = await load(folder);
  writeFileSync(join(folder, "limits.ts"), circle["limits.ts"].replace("10", "20"));
  const second = await load(folder, first);
  expect([takes(first, 20), takes(second, 20)]).toEqual([false, true]);
  const modules = countModules();
  expect(contract(await load(folder, second), "refund")).toBe(contract(second, "refund"));
  expect(countModules()).toBe(modules);
});

it("reads a document anew when it has changed, and then the contracts on it", async () => {
  const folder = writeContracts(files);
  const first = await load(folder);
  writeFileSync(join(folder, "orders.json"), JSON.stringify({ ...orders, info: { title: "Orders", version: "2" } }));
  const second = await load(folder, first);
  expect(contract(second, "get_order")).not.toBe(contract(first, "get_order"));
  expect(second.catalog.digest).not.toBe(first.catalog.digest);
});

it("tells what is wrong with a changed file, and is well again with it", async () => {
  const folder = writeContracts(files);
  const first = await load(folder);
  const file = join(folder, "get-order.ts");
  for (const [text, wrong] of [
    ["", "not a contract"],
    ["export default", "SyntaxError"],
    ['import "./gone.ts";', "gone.ts"],
    ["throw new Error('on purpose');", "on purpose"],
  ] as const) {
    writeFileSync(file, text);
    const loaded = await loadContracts(folder, first.parts);
    if (loaded.ok) throw new Error(`it loads ${text}`);
    expect(loaded.problems.map(({ message }) => message).join()).toContain(wrong);
  }
  writeFileSync(file, files["get-order.ts"]);
  const again = await load(folder, first);
  expect(contract(again, "get_order")).toBe(contract(first, "get_order"));
});

it.each([
  ["cannot be read", "export const"],
  ["throws", "throw new Error('on purpose');"],
  ["lacks what it imports", 'export { MOST } from "./gone.js";'],
])("imports nothing again but the one file that %s, whoever imports it, and tells of all", async (_, text) => {
  const many = Array.from({ length: 20 }, (_, index) => [`${index}.ts`, getOrder("rest: false", `get_${index}`)]);
  const folder = writeContracts({ ...files, ...Object.fromEntries(many) });
  const first = await load(folder);
  writeFileSync(join(folder, "lib/most.ts"), text);
  writeFileSync(join(folder, "backend.ts"), `import "./lib/most.ts"; ${files["backend.ts"]}`);
  await loadContracts(folder, first.parts);
  const modules = countModules();
  const again = await loadContracts(folder, first.parts);
  expect(again.ok ? 0 : again.problems.filter(({ place }) => place === "import").length).toBe(25);
  expect(countModules() - modules).toBe(1);
});

it("imports a file again whose import was missing and is there now", async () => {
  const folder = writeContracts({ ...files, "limits.ts": 'export { MOST } from "./late.ts";' });
  expect((await loadContracts(folder)).ok).toBe(false);
  writeFileSync(join(folder, "late.ts"), "export const MOST = 7;");
  expect(takes(await load(folder), 7)).toBe(true);
});

it("knows files again that Kubernetes has mounted anew", async () => {
  const folder = writeContracts({});
  const mount = (version: string, own: Readonly<Record<string, string>>): void => {
    mkdirSync(join(folder, version));
    for (const [name, text] of Object.entries(own)) writeFileSync(join(folder, version, name), text);
    symlinkSync(version, join(folder, "..next"));
    renameSync(join(folder, "..next"), join(folder, "..data"));
  };
  const { "lib/most.ts": most, ...flat } = { ...files, "limits.ts": files["lib/most.ts"] };
  mount("..2026_1", flat);
  for (const name of Object.keys(flat)) symlinkSync(`..data/${name}`, join(folder, name));
  const first = await load(folder);
  const modules = countModules();
  mount("..2026_2", { ...flat, "limits.ts": most.replace("5", "9") });
  rmSync(join(folder, "..2026_1"), { recursive: true });
  const second = await load(folder, first);
  expect([takes(first, 9), takes(second, 9)]).toEqual([false, true]);
  expect(countModules() - modules).toBe(2); // limits.ts, refund.ts
  expect(contract(second, "get_order")).toBe(contract(first, "get_order"));
});

it("knows of a file that is missing, and of the one that comes in its place", async () => {
  const folder = writeContracts({ ...files, "limits.ts": 'export { MOST } from "./lib/late.js";' });
  const late = join(folder, "lib/late.js");
  const refused = await loadContracts(folder);
  expect([refused.ok, refused.sources.get(late)]).toEqual([false, ""]);
  writeFileSync(late, "export const MOST = 7;");
  const modules = countModules();
  const first = await load(folder);
  expect(first.sources.get(late)).toMatch(/^\w{64}$/);
  expect(countModules() - modules).toBe(3); // late.js, limits.ts, refund.ts
});

describe("files that change while they are read", () => {
  /** Runs as the last contract is imported, once for each text that it has. */
  const change = (act: string): string =>
    `import { writeFileSync } from "node:fs"; import { defineContract, local, z } from "checkrein";
     ${act}
     export default defineContract({ tool: "z", description: "Z.", operation: local(), effect: "read", input: z.strictObject({}) });`;
  it.each([
    ["are read again where one is added", "added.ts", getOrder("rest: false", "get_added")],
    ["are read again where one is another", "lib/most.ts", "export const MOST = 50;"],
  ])("%s", async (_, name, text) => {
    const folder = writeContracts(files);
    const path = JSON.stringify(join(folder, name));
    writeFileSync(join(folder, "z.ts"), change(`writeFileSync(${path}, ${JSON.stringify(text)});`));
    const loaded = await load(folder);
    expect(loaded.catalog.find("get_added") !== undefined).toBe(name === "added.ts");
    expect(takes(loaded, 40)).toBe(name !== "added.ts");
  });

  it("are refused where they do not come to rest", async () => {
    const folder = writeContracts(files);
    const path = JSON.stringify(join(folder, "z.ts"));
    writeFileSync(
      join(folder, "z.ts"),
      change(`import { readFileSync } from "node:fs"; writeFileSync(${path}, readFileSync(${path}, "utf8") + "//");`),
    );
    const loaded = await loadContracts(folder);
    expect(loaded.ok ? [] : loaded.problems).toMatchObject([{ message: "files change while they are read" }]);
  });
});

it("lists a folder without holding up what else there is to do", async () => {
  const folder = writeContracts(Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`${index}/a.ts`, ""])));
  let turns = 0;
  const turn = (): void => {
    turns += 1;
    next = setImmediate(turn);
  };
  let next = setImmediate(turn);
  expect(await listFiles(folder)).toHaveLength(200);
  clearImmediate(next);
  expect(turns).toBeGreaterThan(100);
});

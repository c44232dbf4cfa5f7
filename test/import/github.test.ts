// All of GitHub's document drafted: every file loads without a problem, means what the document says, and compiles.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { init } from "../../src/cli/init.ts";
import { exposeOperation } from "../../src/contract/document/expose.ts";
import { readOperations } from "../../src/contract/document/operation.ts";
import { readDocument } from "../../src/contract/document/read-document.ts";
import { type LoadResult, loadContracts } from "../../src/contract/load/load.ts";
import { draftContracts } from "../../src/import/openapi.ts";
import { normalForm } from "./same-schema.ts";

const repository = resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "checkrein-drafts-"));
const document = join(folder, "github.json");
const contracts = join(folder, "contracts");
let said = "";
let loaded: LoadResult;

beforeAll(async () => {
  copyFileSync(fileURLToPath(import.meta.resolve("@octokit/openapi/generated/api.github.com.json")), document);
  const out = { write: (text: string) => void (said += text) };
  expect(await init(["--openapi", document, "--contracts", contracts], out)).toBe(0);
  loaded = await loadContracts(contracts);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

it("loads every draft without a problem, and skips none", () => {
  expect(said).not.toContain("skipped");
  expect(loaded.ok ? [] : loaded.problems).toEqual([]);
  expect(loaded.ok && loaded.catalog.contracts.length).toBe(1223);
});

it("writes inputs that mean what the document says", () => {
  const read = readDocument(document);
  const operations = read.ok ? readOperations(read.document) : [];
  const drafts = draftContracts(operations).contracts;
  let compared = 0;
  for (const [index, operation] of operations.entries()) {
    const draft = drafts[index];
    if (draft === undefined || "reason" in draft.input) continue;
    const contract = loaded.ok ? loaded.catalog.find(draft.tool) : undefined;
    const { inputSchema } = exposeOperation(operation);
    const written = contract?.inputSchema ?? {};
    expect({ tool: draft.tool, input: normalForm(written, written) }).toEqual({
      tool: draft.tool,
      input: normalForm(inputSchema, inputSchema),
    });
    compared += 1;
  }
  expect(compared).toBeGreaterThan(1150);
});

it("compiles", () => {
  const drafts = readdirSync(join(contracts, "github")).filter((_, index) => index % 20 === 0);
  const { compilerOptions } = JSON.parse(readFileSync(join(repository, "tsconfig.json"), "utf8"));
  const options = {
    ...compilerOptions,
    typeRoots: [join(repository, "node_modules/@types")],
    paths: { checkrein: [join(repository, "src/index.ts")] },
  };
  const files = drafts.map((name) => join(contracts, "github", name));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: options, files }));
  const compiler = join(repository, "node_modules/typescript/bin/tsc");
  const run = (): string => execFileSync(process.execPath, [compiler, "-p", folder], { encoding: "utf8" });
  expect(run()).toBe("");
  // The check can fail: a draft that says something else does not compile.
  const broken = files.find((file) => readFileSync(file, "utf8").includes("z.string()")) ?? "";
  writeFileSync(broken, readFileSync(broken, "utf8").replace("z.string()", "z.array(z.null())"));
  expect(run).toThrow();
}, 120_000);

// docs/CONTRACTS.md, the rules: each has an example, and the examples are contracts that load and do what they say.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { Catalog } from "../../src/contract/contract.ts";
import { loadContracts } from "../../src/contract/load/load.ts";
import { runExamples } from "../../src/rehearse/examples.ts";

const root = join(import.meta.dirname, "../..");
const page = readFileSync(join(root, "docs/CONTRACTS.md"), "utf8");
const [rules = ""] = page.slice(page.indexOf("\n## Rules\n")).split("\n## Callers\n");

let catalog: Catalog;
beforeAll(async () => {
  const loaded = await loadContracts(join(root, "examples/rules"));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  ({ catalog } = loaded);
});

describe("the rules on the page for contract authors", () => {
  it("are those that there are, each with an example of its own", () => {
    const kinds = [...new Set(catalog.contracts.flatMap((contract) => contract.rules.map(({ kind }) => kind)))];
    const index = readFileSync(join(root, "src/index.ts"), "utf8");
    const exported = [...index.matchAll(/contract\/rule\/(\w+)\.ts/g)].map(([, name = ""]) => name);
    const others = new Set(["declaration", "rule"]); // where claim and the types come from
    expect([...new Set(exported)].filter((name) => !others.has(name)).toSorted()).toEqual(kinds.toSorted());
    expect([...rules.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name).toSorted()).toEqual(kinds.toSorted());
    for (const kind of kinds)
      expect(rules).toMatch(
        new RegExp(`^### \`${kind}\`\\n\\n\`\`\`ts from=examples/rules/${kind}\\.ts\\n.*rules: \\[`, "m"),
      );
  });

  it("do what their examples say, both ways", async () => {
    const results = await runExamples(catalog);
    expect(results.filter(({ passed }) => !passed).map(({ contract, got }) => `${contract.tool}: ${got}`)).toEqual([]);
    const refused = new Set(results.filter(({ example }) => example.refused !== undefined).map((one) => one.contract));
    const alone = catalog.contracts.filter((one) => one.rules.length > 0 && !refused.has(one)).map(({ tool }) => tool);
    expect(alone).toEqual(["set_priority"]); // an example has nothing in flight
    expect(results.filter(({ example }) => example.refused === undefined).length).toBeGreaterThan(12);
  });
});

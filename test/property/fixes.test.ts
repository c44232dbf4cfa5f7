// Fixes: whatever is wrong with a call of any contract, the offered fixes together never lead to a failure at the same places.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Catalog, Contract } from "../../src/contract/contract.ts";
import { loadContracts } from "../../src/contract/load/load.ts";
import { applyFixes } from "../support/apply-fixes.ts";
import { githubDocument, namesOf, writeOperations } from "../support/github-contracts.ts";
import { type Judge, createJudge } from "../support/judge.ts";
import { mutationsOf } from "../support/mutations.ts";
import { valuesOf } from "../support/schema-values.ts";
import { isLong, seed } from "../support/seed.ts";

const numRuns = isLong ? 10_000 : 500;
const EVERY_NTH = 12;

const github = (): string => {
  const operations = namesOf(JSON.parse(readFileSync(githubDocument, "utf8"))).filter((_, n) => n % EVERY_NTH === 0);
  return writeOperations({ document: githubDocument, operations }).folder;
};

const SETS: Readonly<Record<string, () => string>> = {
  shop: () => "contracts/shop",
  airline: () => "contracts/airline",
  "rules by example": () => "examples/rules",
  "regression cases": () => "test/case/contracts",
  GitHub: github,
};

/** What agents get wrong: one, two or three changes to valid arguments. */
const faulty = (args: unknown): fc.Arbitrary<unknown> =>
  fc.integer({ min: 1, max: 3 }).chain((count) => {
    let value: fc.Arbitrary<unknown> = fc.constant(args);
    for (let left = count; left > 0; left -= 1) value = value.chain(mutationsOf);
    return value;
  });

/** The slips that fixes are for, where a random change seldom makes one. */
const slips = (args: unknown): fc.Arbitrary<unknown> => {
  const entries = Object.entries(Object(args));
  if (entries.length === 0) return fc.constant({ arguments: args });
  const rename = (from: string, to: string): unknown =>
    Object.fromEntries(entries.map(([name, value]) => [name === from ? to : name, value]));
  const swap = (name: string, index: number): string =>
    name.slice(0, index) + (name[index + 1] ?? "") + (name[index] ?? "") + name.slice(index + 2);
  return fc.oneof(
    fc
      .tuple(fc.constantFrom(...entries.map(([name]) => name)), fc.nat({ max: 12 }))
      .map(([name, index]) => rename(name, swap(name, index % Math.max(1, name.length - 1)))),
    fc.constantFrom(...entries.map(([name]) => name)).map((name) => rename(name, name.toUpperCase())),
    fc.constantFrom<unknown>({ input: args }, JSON.stringify(args), [args]),
    fc.constantFrom(...entries).map(([name, value]) => ({ ...Object(args), [name]: JSON.stringify(value) })),
    fc.constantFrom(...entries).map(([name, value]) => {
      const { [name]: _moved, ...others } = Object(args);
      const [first] = Object.entries(others).find(([, other]) => typeof other === "object" && other !== null) ?? [];
      return first === undefined
        ? { ...others, [`${name}_`]: value }
        : { ...others, [first]: { ...Object(others[first]), [name]: value } };
    }),
  );
};

describe.each(Object.keys(SETS))("fixes of %s", (name) => {
  let catalog: Catalog;
  let judge: Judge;
  let offered = 0;
  let mended = 0;
  beforeAll(async () => {
    const loaded = await loadContracts(SETS[name]?.() ?? "");
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems, undefined, 2));
    ({ catalog } = loaded);
    judge = createJudge(catalog, { level: "senior", customer: "cus_1001", tenant: "t" });
  });
  afterAll(() => judge.close());

  const neverInVain = async (contract: Contract, args: unknown): Promise<void> => {
    const refusal = await judge.refusalOf(contract.tool, args);
    const fixes = (refusal?.issues ?? []).filter(({ fix }) => fix !== undefined);
    if (fixes.length === 0) return;
    offered += 1;
    const places = fixes.flatMap(({ path, fix = [] }) => [path, ...fix.map((step) => step.path)]);
    const again = await judge.refusalOf(contract.tool, applyFixes(args, fixes));
    if (again === undefined) mended += 1;
    // That a call has to come first is no fault of the writing, wherever it is told.
    if (again?.class !== "fix_arguments") return;
    for (const { path, message } of again?.issues ?? [])
      expect(places, `${contract.tool} ${JSON.stringify(args)}: ${message}`).not.toContain(path);
    for (const pinned of [...Object.keys(contract.pins), ...Object.keys(contract.claimPins)])
      expect(places).not.toContain(`/${pinned}`);
  };

  it("never lead to a failure at the same place", async () => {
    const calls = fc.constantFrom(...catalog.contracts).chain((contract) =>
      valuesOf(contract.inputSchema)
        .chain((args) => fc.oneof(faulty(args), slips(args), slips(args).chain(mutationsOf)))
        .map((args) => ({ contract, args })),
    );
    await fc.assert(
      fc.asyncProperty(calls, ({ contract, args }) => neverInVain(contract, args)),
      { seed, numRuns },
    );
    expect(offered).toBeGreaterThan(numRuns / 20);
    expect(mended).toBeGreaterThan(offered / 4);
    process.stdout.write(`${name}: ${offered} refusals with fixes, ${mended} valid after one repair\n`);
  }, 300_000);
});

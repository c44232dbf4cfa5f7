// `checkrein test [tool…]`: the examples of the contracts, one line each, as a test runner prints them.
import type { Contract } from "../contract/contract.ts";
import { loadContracts } from "../contract/load/load.ts";
import { nearestNames } from "../nearest.ts";
import { type ExampleResult, runExamples } from "../rehearse/examples.ts";
import { contractsFolder, readOptions } from "./options.ts";
import { type Output, count, failUsage, printFailure, printProblems } from "./print.ts";

/** Exit code 1 for a failure, contracts that do not load, and tools that do not exist; 2 for an option that is wrong. */
export const test = async (argv: readonly string[], out: Output): Promise<number> => {
  const options = readOptions(argv, { contracts: "one" });
  if (!options.ok) return failUsage(out, options.problem);
  const loaded = await loadContracts(contractsFolder(options.values.contracts));
  if (!loaded.ok) {
    printProblems(loaded.problems, out);
    return 1;
  }
  const { catalog } = loaded;
  const wrong = options.words.filter((tool) => catalog.find(tool) === undefined);
  for (const tool of wrong) out.write(unknownTool(tool, catalog.contracts));
  if (wrong.length > 0) return 1;
  const chosen = catalog.contracts.filter(({ tool }) => options.words.length === 0 || options.words.includes(tool));
  const results = await runExamples(
    catalog,
    chosen.map(({ tool }) => tool),
  );
  for (const contract of chosen) {
    const own = results.filter((result) => result.contract === contract);
    printTool(contract, own, out);
  }
  return printEnd(chosen, results, out);
};

const unknownTool = (tool: string, contracts: readonly Contract[]): string => {
  const names = contracts.map((contract) => contract.tool);
  const [nearest] = nearestNames(tool, names);
  return `there is no tool "${tool}": ${nearest === undefined ? `use one of ${names.join(", ")}` : `did you mean ${nearest}?`}\n`;
};

const printTool = ({ tool }: Contract, results: readonly ExampleResult[], out: Output): void => {
  out.write(`${tool}\n`);
  if (results.length === 0) out.write("  -    no examples: add some, and this command shows that they hold\n");
  for (const result of results) {
    out.write(`  ${result.passed ? "ok  " : "FAIL"} ${result.example.name}\n`);
    if (!result.passed) printFailure(result, out);
  }
};

const printEnd = (chosen: readonly Contract[], results: readonly ExampleResult[], out: Output): number => {
  const failed = results.filter(({ passed }) => !passed).length;
  const bare = chosen.filter((contract) => contract.examples.length === 0).length;
  const without = bare === 0 ? "" : `, ${count(bare, "tool")} without examples`;
  out.write(`\n${count(results.length - failed, "example")} passed, ${failed} failed${without}\n`);
  return failed === 0 ? 0 : 1;
};

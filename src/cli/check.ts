// `checkrein check`: loads the contracts as `serve` does, without ports and without the environment, prints everything
// that is wrong and everything that the author may not have seen coming, and runs the examples.
import { loadContracts } from "../contract/load/load.ts";
import { runExamples } from "../rehearse/examples.ts";
import { contractsFolder, readOptionsAlone } from "./options.ts";
import { type Output, count, failUsage, printFailure, printNotices, printProblems } from "./print.ts";

/** Exit code 0 when every contract loads and every example holds, 2 for an option that is wrong. */
export const check = async (argv: readonly string[], out: Output): Promise<number> => {
  const options = readOptionsAlone(argv, { contracts: "one" });
  if (!options.ok) return failUsage(out, options.problem);
  const loaded = await loadContracts(contractsFolder(options.values.contracts));
  printNotices(loaded.notices, out);
  if (!loaded.ok) {
    printProblems(loaded.problems, out);
    return 1;
  }
  const results = await runExamples(loaded.catalog);
  const failures = results.filter(({ passed }) => !passed);
  for (const failure of failures) {
    out.write(`${failure.contract.tool}: example "${failure.example.name}"\n`);
    printFailure(failure, out);
  }
  const tools = count(loaded.catalog.contracts.length, "tool");
  const verdict = failures.length === 0 ? "no problems" : `${count(failures.length, "example")} failed`;
  out.write(`${tools}, ${count(results.length, "example")}, ${verdict}\n`);
  return failures.length === 0 ? 0 : 1;
};

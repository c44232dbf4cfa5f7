// `checkrein check`: loads the contracts as `serve` does, without ports and without the environment, prints everything
// that is wrong and everything that the author may not have seen coming, and runs the examples.
import { loadContracts } from "../contract/load/load.ts";
import { runExamples } from "../rehearse/examples.ts";
import { readOptions } from "./options.ts";
import { type Output, count, printFailure, printNotices, printProblems } from "./print.ts";

/** Exit code 0 when every contract loads and every example holds. */
export const check = async (argv: readonly string[], out: Output): Promise<number> => {
  const options = readOptions(argv, { contracts: "one" });
  if (!options.ok || options.words.length > 0) {
    out.write(
      `${options.ok ? `"${options.words.join(" ")}" is not an option: use --contracts <dir>` : options.problem}\n`,
    );
    return 2;
  }
  const [folder = contractsFolder()] = options.values.contracts;
  const loaded = await loadContracts(folder);
  printNotices(loaded.notices, out);
  if (!loaded.ok) {
    printProblems(loaded.problems, out);
    return 1;
  }
  const results = runExamples(loaded.catalog);
  const failures = results.filter(({ passed }) => !passed);
  for (const failure of failures) printFailure(failure, out);
  const tools = count(loaded.catalog.contracts.length, "tool");
  const verdict = failures.length === 0 ? "no problems" : `${count(failures.length, "example")} failed`;
  out.write(`${tools}, ${count(results.length, "example")}, ${verdict}\n`);
  return failures.length === 0 ? 0 : 1;
};

/** As `serve` finds it. */
export const contractsFolder = (): string => process.env["CHECKREIN_CONTRACTS"] ?? "contracts";

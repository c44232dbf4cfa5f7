// `checkrein check`: loads the contracts as `serve` does, without ports and without the environment, prints everything
// that is wrong and everything that the author may not have seen coming, and runs the examples.
import type { Contract } from "../contract/contract.ts";
import { loadContracts } from "../contract/load/load.ts";
import { writeForAnthropic } from "../contract/model/anthropic.ts";
import { writeForOpenai } from "../contract/model/openai.ts";
import type { Shortfall } from "../contract/model/translating.ts";
import { runExamples } from "../rehearse/examples.ts";
import { contractsFolder, readOptionsAlone } from "./options.ts";
import { type Output, count, failUsage, printFailure, printNotices, printProblems } from "./print.ts";

/** Exit code 0 when every contract loads and every example holds, 2 for an option that is wrong. */
export const check = async (argv: readonly string[], out: Output): Promise<number> => {
  const options = readOptionsAlone(argv, { contracts: "one", strict: "flag" });
  if (!options.ok) return failUsage(out, options.problem);
  const loaded = await loadContracts(contractsFolder(options.values.contracts));
  printNotices(loaded.notices, out);
  if (!loaded.ok) {
    printProblems(loaded.problems, out);
    return 1;
  }
  if (options.values.strict) printShortfalls(loaded.catalog.contracts, out);
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

/** What model APIs cannot take of the contracts as they are, for those whom nothing narrows. */
const printShortfalls = (contracts: readonly Contract[], out: Output): void => {
  let strict = 0;
  for (const { file, tool, description, inputSchema } of contracts) {
    const told = { tool, description, inputSchema, examples: [] };
    const [openai, anthropic] = [writeForOpenai(told), writeForAnthropic(told)];
    const print = (api: string, { place, why }: Shortfall): void =>
      out.write(`${file}: ${tool}: ${api}: ${place === "" ? "input" : place}: ${why}\n`);
    for (const shortfall of openai.notStrict) print("openai strict", shortfall);
    for (const shortfall of openai.notAccepted) print("openai", shortfall);
    for (const shortfall of anthropic.notAccepted) print("anthropic", shortfall);
    if (openai.notStrict.length === 0) strict += 1;
  }
  out.write(`${strict} of ${count(contracts.length, "tool")} in OpenAI's strict mode\n`);
};

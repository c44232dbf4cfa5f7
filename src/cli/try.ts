// `checkrein try <tool> '<json>'`: what an agent would get for this call, with the fixes as a difference and what the mended
// call would get. Loads the contracts as `check` does: no ports, no environment, and nothing is forwarded.
import type { Catalog } from "../contract/contract.ts";
import { loadContracts } from "../contract/load/load.ts";
import { createCallId } from "../ingress/call-id.ts";
import { describeRefusal } from "../ingress/describe-refusal.ts";
import { parseStrictJson } from "../json/strict-json.ts";
import type { Checked } from "../refusal.ts";
import { type TriedCall, tryCall } from "../rehearse/try-call.ts";
import { contractsFolder, readOptions } from "./options.ts";
import { paintFor } from "./paint.ts";
import { type Output, failUsage, printProblems } from "./print.ts";
import { showRefused, showTrial } from "./show-trial.ts";
import { maxDepth, readClaims, readMoment, readWord } from "./tried-call.ts";

const OPTIONS = { contracts: "one", claims: "one", at: "one", json: "flag" } as const;
const USAGE = "name a tool and its arguments: checkrein try <tool> '<json>', or - to read them from the standard input";

/** Exit code 0 when the call would be forwarded, 2 for an option that is wrong, else 1. */
export const tryTool = async (argv: readonly string[], out: Output): Promise<number> => {
  const options = readOptions(argv, OPTIONS);
  if (!options.ok) return failUsage(out, options.problem);
  const { values, words } = options;
  const [tool, word, ...more] = words;
  if (tool === undefined || word === undefined || more.length > 0) return failUsage(out, USAGE);
  const claims = readClaims(values.claims);
  if (!claims.ok) return failUsage(out, claims.problem);
  const at = readMoment(values.at);
  if (!at.ok) return failUsage(out, at.problem);
  const loaded = await loadContracts(contractsFolder(values.contracts));
  if (!loaded.ok) {
    printProblems(loaded.problems, out);
    return 1;
  }
  const given = { tool, claims: claims.value, at: at.value };
  const read = parseStrictJson(await readWord(word), { maxDepth: maxDepth(), unsafeNumbers: "refuse" });
  const trying: Trying = { catalog: loaded.catalog, given, read, out };
  return values.json ? printJson(trying) : printForPeople(trying);
};

interface Trying {
  readonly catalog: Catalog;
  readonly given: Omit<TriedCall, "arguments">;
  /** The arguments, as strict as agents' own are read. */
  readonly read: Checked<unknown>;
  readonly out: Output;
}

/** As `POST /check` answers; what cannot be read is no call of a tool yet. */
const printJson = async ({ catalog, given, read, out }: Trying): Promise<number> => {
  const call = createCallId();
  const { tool } = given;
  const { verdict } = read.ok ? await tryCall(catalog, { ...given, arguments: read.value }) : { verdict: read };
  const answer = verdict.ok
    ? { call, tool, decision: "allow" }
    : describeRefusal(verdict.refusal, call, read.ok ? tool : undefined);
  out.write(`${JSON.stringify(answer, undefined, 2)}\n`);
  return verdict.ok ? 0 : 1;
};

const printForPeople = async ({ catalog, given, read, out }: Trying): Promise<number> => {
  const paint = paintFor(out);
  const { lines, isForwarded } = read.ok
    ? await showTrial(read.value, (args) => tryCall(catalog, { ...given, arguments: args }), paint)
    : { lines: showRefused(read.refusal, paint), isForwarded: false };
  out.write(`${paint("bold", given.tool)} ${lines.join("\n")}\n`);
  return isForwarded ? 0 : 1;
};

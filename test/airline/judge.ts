// One call, judged by contracts/airline after a past: through the same walk that judges calls.
import { join } from "node:path";
import type { JsonValue } from "../../src/call.ts";
import type { Catalog, Example } from "../../src/contract/contract.ts";
import { loadContracts } from "../../src/contract/load/load.ts";
import { runExamples } from "../../src/rehearse/examples.ts";

export interface Situation {
  readonly tool: string;
  readonly arguments: object;
  readonly past?: readonly { readonly tool: string; readonly arguments: object; readonly result: unknown }[];
  readonly at?: string;
}

export const loadAirline = async (): Promise<Catalog> => {
  const loaded = await loadContracts(join(import.meta.dirname, "../../contracts/airline"));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems, null, 2));
  return loaded.catalog;
};

/** "passed", or the code and path of the refusal as examples print it, without its words. */
export const judge = async (catalog: Catalog, situation: Situation): Promise<string> => {
  const contract = catalog.find(situation.tool);
  if (contract === undefined) throw new Error(`no tool ${situation.tool}`);
  const past = (situation.past ?? []).map((one) => ({ ...one, result: one.result as JsonValue })); // of JSON alone
  const example: Example = {
    name: "judged",
    arguments: situation.arguments,
    past,
    at: situation.at ?? "2024-05-15T15:00:00-05:00",
  };
  const [result] = await runExamples({ ...catalog, contracts: [{ ...contract, examples: [example] }] });
  return result?.got.split(":")[0] ?? "nothing";
};

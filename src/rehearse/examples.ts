// The contracts' own examples, judged by the same walk that judges calls. Nothing is forwarded, and nothing is journalled.
import { isDeepStrictEqual } from "node:util";
import type { Catalog, Contract, Example } from "../contract/contract.ts";
import { namePlace } from "../json/pointer.ts";
import type { Checked, Issue } from "../refusal.ts";
import { createRecordedBackend } from "./recorded-backend.ts";
import { type Rehearsal, clockAt, openRehearsal, rehearsedCall } from "./rehearsal.ts";

export interface ExampleResult {
  readonly contract: Contract;
  readonly example: Example;
  readonly passed: boolean;
  /** `to pass`, `refused with invalid_arguments at /amount`. */
  readonly want: string;
  readonly got: string;
  /** Why the call was refused, when it was. */
  readonly issues: readonly Issue[];
}

/** The examples of these tools (all without a list), in the catalog's order. */
export const runExamples = async (catalog: Catalog, tools?: readonly string[]): Promise<readonly ExampleResult[]> => {
  const results: ExampleResult[] = [];
  for (const contract of catalog.contracts) {
    if (tools !== undefined && !tools.includes(contract.tool)) continue;
    for (const example of contract.examples) results.push(await runExample(catalog, contract, example));
  }
  return results;
};

/** A sidecar of its own for each example: nothing of one is evidence for another. */
const runExample = async (catalog: Catalog, contract: Contract, example: Example): Promise<ExampleResult> => {
  const rehearsal = openRehearsal({
    catalog,
    backend: createRecordedBackend(example.past ?? []),
    now: clockAt(example.at),
  });
  try {
    return await playExample(rehearsal, contract, example);
  } finally {
    await rehearsal.close();
  }
};

const playExample = async (
  { gateway, faults }: Rehearsal,
  contract: Contract,
  example: Example,
): Promise<ExampleResult> => {
  const want = wanted(example);
  const failed = (got: string, issues: readonly Issue[] = []): ExampleResult => {
    return { contract, example, passed: false, want, got, issues };
  };
  // What an agent cannot send proves nothing: `undefined` and `NaN` would silently become something else.
  const sent = asSent(example.arguments);
  if (!isDeepStrictEqual(sent, example.arguments))
    return failed("arguments that are no JSON: write them as an agent sends them");
  const { claims } = example;
  for (const [index, past] of (example.past ?? []).entries()) {
    const made = await gateway.forward(rehearsedCall(past.tool, asSent(past.arguments), { index: index + 1, claims }));
    if (!made.ok)
      return failed(`a past that cannot be: ${past.tool} is refused with ${made.refusal.code}`, made.refusal.issues);
  }
  const decision = await gateway.decide(rehearsedCall(contract.tool, sent, { index: 0, claims }));
  const result = judgeExample(contract, example, decision);
  return faults.length === 0 ? result : { ...result, got: `${result.got} (${faults.map(String).join("; ")})` };
};

const asSent = (value: unknown): unknown => JSON.parse(JSON.stringify(value) ?? "null");

const judgeExample = (contract: Contract, example: Example, decision: Checked<undefined>): ExampleResult => {
  const want = wanted(example);
  if (decision.ok) return { contract, example, passed: example.refused === undefined, want, got: "passed", issues: [] };
  const { code, issues, detail } = decision.refusal;
  const at = [...new Set(issues.map(({ path }) => path))];
  const got = `refused with ${code}${at.length === 0 ? `: ${detail}` : ` at ${at.map(namePlace).join(", ")}`}`;
  return { contract, example, passed: isWanted(example, code, at), want, got, issues };
};

const isWanted = ({ refused }: Example, code: string, at: readonly string[]): boolean =>
  refused !== undefined && refused.code === code && (refused.path === undefined || at.includes(refused.path));

const wanted = ({ refused }: Example): string => {
  if (refused === undefined) return "to pass";
  return `refused with ${refused.code}${refused.path === undefined ? "" : ` at ${namePlace(refused.path)}`}`;
};

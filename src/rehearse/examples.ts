// The contracts' own examples, judged by the same walk that judges calls. Nothing is forwarded, and nothing is journalled.
import { isDeepStrictEqual } from "node:util";
import type { ToolCall } from "../call.ts";
import { createRules } from "../check/rules.ts";
import type { Catalog, Contract, Example } from "../contract/contract.ts";
import { type Gateway, createGateway } from "../gateway.ts";
import { type Checked, type Issue, accept } from "../refusal.ts";
import { createMemoryStore } from "../state/memory.ts";
import { createSettlements } from "../state/settlements.ts";
import { createRecordedBackend } from "./recorded-backend.ts";

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

interface Stage {
  readonly now: () => number;
  readonly store: ReturnType<typeof createMemoryStore>;
  readonly faults: unknown[];
}

/** A sidecar of its own for each example: nothing of one is evidence for another. */
const runExample = async (catalog: Catalog, contract: Contract, example: Example): Promise<ExampleResult> => {
  const at = example.at === undefined ? Date.now() : Date.parse(example.at);
  const now = (): number => at;
  const store = createMemoryStore({ now });
  try {
    return await playExample(catalog, contract, example, { now, store, faults: [] });
  } finally {
    await store.close();
  }
};

const createRehearsal = (catalog: Catalog, example: Example, { now, store, faults }: Stage): Gateway => {
  const onFault = (_what: string, error: unknown): void => void faults.push(error);
  const backend = createRecordedBackend(example.past ?? []);
  return createGateway({
    catalog,
    backends: new Map(catalog.backends.map(({ name }) => [name, backend])),
    requestStates: { wrap: (_call, demand) => demand, unwrap: accept },
    rules: createRules({
      catalog,
      store,
      settlements: createSettlements(store, () => {}),
      now,
      callerWindowMs: 86_400_000,
      onFault,
    }),
    journal: { record: () => {}, isFailing: () => false, trouble: () => undefined, close: async () => {} },
    telemetry: { fault: onFault, warn: () => {}, unread: () => {} },
    now,
  });
};

const callOf = (index: number, tool: string, args: unknown, { claims = {} }: Example): ToolCall => ({
  id: `example-${index}`,
  tool,
  arguments: args,
  caller: { name: "example", claims },
  run: { id: "example", lineage: ["example"], grants: [], expiresAt: undefined },
  ingress: "check",
  signal: undefined,
});

const playExample = async (
  catalog: Catalog,
  contract: Contract,
  example: Example,
  stage: Stage,
): Promise<ExampleResult> => {
  const want = wanted(example);
  const failed = (got: string, issues: readonly Issue[] = []): ExampleResult => {
    return { contract, example, passed: false, want, got, issues };
  };
  // What an agent cannot send proves nothing: `undefined` and `NaN` would silently become something else.
  const sent = asSent(example.arguments);
  if (!isDeepStrictEqual(sent, example.arguments))
    return failed("arguments that are no JSON: write them as an agent sends them");
  const { faults } = stage;
  const gateway = createRehearsal(catalog, example, stage);
  for (const [index, past] of (example.past ?? []).entries()) {
    const made = await gateway.forward(callOf(index + 1, past.tool, asSent(past.arguments), example));
    if (!made.ok)
      return failed(`a past that cannot be: ${past.tool} is refused with ${made.refusal.code}`, made.refusal.issues);
  }
  const decision = await gateway.decide(callOf(0, contract.tool, sent, example));
  const result = judgeExample(contract, example, decision);
  return faults.length === 0 ? result : { ...result, got: `${result.got} (${faults.map(String).join("; ")})` };
};

const asSent = (value: unknown): unknown => JSON.parse(JSON.stringify(value) ?? "null");

const judgeExample = (contract: Contract, example: Example, decision: Checked<undefined>): ExampleResult => {
  const want = wanted(example);
  if (decision.ok) return { contract, example, passed: example.refused === undefined, want, got: "passed", issues: [] };
  const { code, issues, detail } = decision.refusal;
  const at = [...new Set(issues.map(({ path }) => path))];
  const got = `refused with ${code}${at.length === 0 ? `: ${detail}` : ` at ${at.map(shown).join(", ")}`}`;
  return { contract, example, passed: isWanted(example, code, at), want, got, issues };
};

const isWanted = ({ refused }: Example, code: string, at: readonly string[]): boolean =>
  refused !== undefined && refused.code === code && (refused.path === undefined || at.includes(refused.path));

const wanted = ({ refused }: Example): string => {
  if (refused === undefined) return "to pass";
  return `refused with ${refused.code}${refused.path === undefined ? "" : ` at ${shown(refused.path)}`}`;
};

const shown = (pointer: string): string => (pointer === "" ? "the arguments" : pointer);

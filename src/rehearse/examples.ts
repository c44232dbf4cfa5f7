// The contracts' own examples, judged by the same walk that judges calls. Nothing is forwarded, and nothing is journalled.
import { isDeepStrictEqual } from "node:util";
import type { Catalog, Contract, Example } from "../contract/contract.ts";
import { createGateway } from "../gateway.ts";
import { type Checked, type Issue, accept } from "../refusal.ts";

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
export const runExamples = (catalog: Catalog, tools?: readonly string[]): readonly ExampleResult[] => {
  const faults: unknown[] = [];
  const gateway = createGateway({
    catalog,
    backends: new Map(),
    mcpBackends: new Map(),
    requestStates: { wrap: (_call, demand) => demand, unwrap: accept },
    journal: { record: () => {}, isFailing: () => false, trouble: () => undefined, close: async () => {} },
    telemetry: { fault: (_what, error) => void faults.push(error), warn: () => {}, unread: () => {} },
  });
  const decide = (tool: string, args: unknown): Checked<undefined> =>
    gateway.decide({
      id: "example",
      tool,
      arguments: args,
      caller: { name: "example" },
      ingress: "check",
      signal: undefined,
    });
  return catalog.contracts
    .filter(({ tool }) => tools === undefined || tools.includes(tool))
    .flatMap((contract) =>
      contract.examples.map((example) => {
        const result = runExample(contract, example, decide);
        const fault = faults.splice(0).map(String).join("; ");
        return fault === "" ? result : { ...result, got: `${result.got} (${fault})` };
      }),
    );
};

const runExample = (
  contract: Contract,
  example: Example,
  decide: (tool: string, args: unknown) => Checked<undefined>,
): ExampleResult => {
  const want = wanted(example);
  const sent: unknown = JSON.parse(JSON.stringify(example.arguments) ?? "null");
  // What an agent cannot send proves nothing: `undefined` and `NaN` would silently become something else.
  if (!isDeepStrictEqual(sent, example.arguments))
    return {
      contract,
      example,
      passed: false,
      want,
      got: "arguments that are no JSON: write them as an agent sends them",
      issues: [],
    };
  const decision = decide(contract.tool, sent);
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

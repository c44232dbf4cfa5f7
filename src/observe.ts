// Observe mode: the tools whose calls are judged and, where contract, rules or grants refuse them, sent all the same; and how
// often that was. For one sidecar, since its start.
import type { Catalog, Contract, LoadProblem } from "./contract/contract.ts";
import type { Journal, JournalEntry } from "./journal/journal.ts";
import { nearestNames } from "./nearest.ts";
import type { RefusalCode } from "./refusal.ts";

export interface ObservedCount {
  readonly tool: string;
  readonly code: RefusalCode;
  readonly calls: number;
}

export interface ObservedCounts {
  /** Calls that were sent although they are refused, by what they are refused with. */
  counts(): readonly ObservedCount[];
  /** The same journal, which counts what it records. */
  count(journal: Journal): Journal;
}

/** Every tool but the destructive ones, which are named one by one. */
const ALL = "all";

/** In the catalog's order. `names`: tools of the catalog, or `all`. */
export const observedTools = (
  { contracts }: Pick<Catalog, "contracts">,
  names: readonly string[],
): readonly string[] => {
  const named = new Set(names);
  return contracts.filter((contract) => isObserved(contract, named)).map(({ tool }) => tool);
};

export const createObservedCounts = (): ObservedCounts => {
  const counted = new Map<string, Map<RefusalCode, number>>();
  const add = ({ call, observed: refusal, verdict }: JournalEntry): void => {
    if (refusal === undefined || (!verdict.ok && verdict.refusal.forwarded === "no")) return;
    const ofTool = counted.get(call.tool) ?? new Map<RefusalCode, number>();
    counted.set(call.tool, ofTool.set(refusal.code, (ofTool.get(refusal.code) ?? 0) + 1));
  };
  return {
    counts: () => [...counted].flatMap(([tool, codes]) => [...codes].map(([code, calls]) => ({ tool, code, calls }))),
    count: (journal) => ({
      ...journal,
      record: (entry) => {
        add(entry);
        return journal.record(entry);
      },
    }),
  };
};

/** Of what runs in the agent nothing is ever sent. `all` as the name of a tool is the word all the same. */
const isObserved = ({ tool, effect, operation }: Contract, named: ReadonlySet<string>): boolean => {
  if (operation.kind === "local") return false;
  return (named.has(tool) && tool !== ALL) || (named.has(ALL) && effect !== "destructive");
};

/** Names that no tool has, or one of which nothing is sent: a misspelt one would be enforced, and nobody would know. */
export const observeProblems = (
  { contracts }: Pick<Catalog, "contracts">,
  names: readonly string[],
): readonly LoadProblem[] => {
  const callable = contracts.filter(({ operation }) => operation.kind !== "local").map(({ tool }) => tool);
  return names.flatMap((name) => {
    if (name === ALL || callable.includes(name)) return [];
    if (contracts.some(({ tool }) => tool === name))
      return [problemOf(`${name} runs in the agent: nothing of it is forwarded`, "leave it out")];
    const [nearest] = nearestNames(name, [...callable, ALL]);
    const mend = nearest === undefined ? `name tools of the contracts, or ${ALL}` : `did you mean ${nearest}?`;
    return [problemOf(`no tool is called ${JSON.stringify(name)}`, mend)];
  });
};

const problemOf = (message: string, mend: string): LoadProblem => {
  return { file: "environment", place: "CHECKREIN_OBSERVE", message, mend };
};

interface Banner {
  warn(context: object, message: string): void;
}

/** Nobody should learn from the journal that nothing is enforced. */
export const tellObserved = (tools: readonly string[], log: Banner): void => {
  if (tools.length === 0) return;
  const what = `${tools.length} ${tools.length === 1 ? "tool is" : "tools are"} observed only`;
  log.warn({ tools }, `OBSERVE MODE: ${what}: calls that break rules, grants or what contracts narrow are forwarded`);
};

// Two sets of contracts, old and new: every tool, backend and caller of either, and what has changed between them.
import type { Catalog, Contract } from "../../contract/contract.ts";
import { compareBackends } from "./backends.ts";
import { compareCallers } from "./callers.ts";
import { type Change, type Finding, type Pair, type ToolFinding, found, mapPair } from "./finding.ts";
import { targetOf } from "./operation.ts";
import { compareTool } from "./tool.ts";

/** In the order of names; of each the breaks first. */
export const diffSets = (sets: Pair<Catalog>): readonly Finding[] => [
  ...diffNamed(mapPair(sets, toolsOf), {
    title: (tool) => tool,
    compare: compareTool,
    gone: (contract) => found("breaks", "tool", `gone${renamed(contract, sets)}`),
    fresh: ({ operation }) => found("widens", "tool", `new: ${targetOf(operation)}`),
  }),
  ...diffNamed(
    mapPair(sets, ({ backends }) => new Map(backends.map((one) => [one.name, one]))),
    {
      title: (name) => `(backend ${name})`,
      compare: compareBackends,
      gone: () => found("narrows", "backend", "gone"),
      fresh: () => found("widens", "backend", "new"),
    },
  ),
  ...diffNamed(
    mapPair(sets, ({ callers }) => new Map(callers.map((one) => [one.name, one]))),
    {
      title: (name) => `(caller ${name})`,
      compare: compareCallers,
      gone: () => found("breaks", "caller", "gone"),
      fresh: () => found("widens", "caller", "new"),
    },
  ),
];

const toolsOf = ({ contracts }: Catalog): ReadonlyMap<string, Contract> =>
  new Map(contracts.map((contract) => [contract.tool, contract]));

/** A new tool on the same operation is most likely the old one under another name. */
const renamed = ({ operation }: Contract, { old, now }: Pair<Catalog>): string => {
  const same = now.contracts.find(
    (other) => old.find(other.tool) === undefined && targetOf(other.operation) === targetOf(operation),
  );
  return same === undefined || operation.kind === "local" ? "" : `; ${same.tool} has its operation`;
};

interface Comparing<T> {
  readonly title: (name: string) => string;
  readonly compare: (pair: Pair<T>) => readonly ToolFinding[];
  readonly gone: (one: T) => ToolFinding;
  readonly fresh: (one: T) => ToolFinding;
}

const ORDER: readonly Change[] = ["breaks", "widens", "unclear", "narrows", "same"];

const diffNamed = <T>(sets: Pair<ReadonlyMap<string, T>>, { title, ...about }: Comparing<T>): readonly Finding[] =>
  [...new Set([...sets.old.keys(), ...sets.now.keys()])].toSorted().flatMap((name) => {
    const [old, now] = [sets.old.get(name), sets.now.get(name)];
    const findings =
      now === undefined
        ? old === undefined
          ? []
          : [about.gone(old)]
        : old === undefined
          ? [about.fresh(now)]
          : about.compare({ old, now });
    return findings
      .toSorted((one, other) => ORDER.indexOf(one.change) - ORDER.indexOf(other.change))
      .map((finding) => ({ tool: title(name), ...finding }));
  });

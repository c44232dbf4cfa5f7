// Tools that no sequence of calls can ever reach: their rules need a call that is never made, go round in a circle, or need
// first what they forbid. Conditions on values are left out: only what is wrong whatever the values are is refused.
import type { Contract, LoadProblem } from "../contract.ts";
import type { Rule } from "../rule/rule.ts";
import type { Problem } from "./arguments.ts";
import { placeOf } from "./rules.ts";

export interface AllTools {
  /** Contracts without problems, by tool. */
  readonly loaded: ReadonlyMap<string, Contract>;
  /** Every tool that a file declares: of one with problems nothing more is known. */
  readonly declared: ReadonlySet<string>;
}

/** A call of one of these tools has to come first. */
interface Need {
  readonly place: string;
  readonly tools: readonly string[];
}

export const checkReachable = (contracts: readonly Contract[], tools: AllTools): readonly LoadProblem[] => {
  const needs = new Map(contracts.map((contract) => [contract.tool, needsOf(contract)]));
  const callable = findCallable(contracts, needs, tools);
  const told = new Set<string>();
  const unmet = contracts.flatMap((contract): readonly LoadProblem[] => {
    if (callable.has(contract.tool)) return [];
    return explainUnmet(contract, { needs, callable, tools, told });
  });
  return [...unmet, ...contracts.flatMap((contract) => checkOrder(contract, needs, tools))];
};

const needsOf = ({ rules }: Contract): readonly Need[] =>
  rules.flatMap((rule, index): readonly Need[] => {
    if (rule.kind === "requires") return [{ place: placeOf(index, "tool"), tools: rule.tools }];
    if (rule.kind !== "known" || rule.argument === undefined) return [];
    return [{ place: placeOf(index, "from"), tools: [...new Set(rule.origins.map(({ tool }) => tool))] }];
  });

/** Tools whose needs can be met, grown from those that need nothing. What could not be read may be anything. */
const findCallable = (
  contracts: readonly Contract[],
  needs: ReadonlyMap<string, readonly Need[]>,
  { loaded }: AllTools,
): ReadonlySet<string> => {
  const callable = new Set<string>();
  const leavesTrace = (tool: string): boolean =>
    !loaded.has(tool) || (callable.has(tool) && loaded.get(tool)?.operation.kind !== "local");
  let waiting = contracts.map(({ tool }) => tool);
  for (let size = -1; size !== waiting.length;) {
    size = waiting.length;
    for (const tool of waiting)
      if ((needs.get(tool) ?? []).every((need) => need.tools.some(leavesTrace))) callable.add(tool);
    waiting = waiting.filter((tool) => !callable.has(tool));
  }
  return callable;
};

interface Analysis {
  readonly needs: ReadonlyMap<string, readonly Need[]>;
  readonly callable: ReadonlySet<string>;
  readonly tools: AllTools;
  /** Tools of circles that were told. */
  readonly told: Set<string>;
}

const explainUnmet = ({ file, tool }: Contract, analysis: Analysis): readonly LoadProblem[] => {
  const { needs, callable, tools, told } = analysis;
  const cannot = (name: string): boolean =>
    tools.loaded.has(name) && (!callable.has(name) || tools.loaded.get(name)?.operation.kind === "local");
  const unmet = (name: string): readonly Need[] => (needs.get(name) ?? []).filter((need) => need.tools.every(cannot));
  const circle = findPath(tool, (name) => unmet(name).flatMap((need) => need.tools));
  if (circle !== undefined && told.has(tool)) return [];
  for (const name of circle ?? []) told.add(name);
  return unmet(tool)
    .slice(0, circle === undefined ? undefined : 1)
    .map(({ place, tools: [first = ""] }) => {
      if (circle !== undefined)
        return { file, place, message: `goes round in a circle: ${circle.join(" → ")}`, mend: CIRCLE };
      if (tools.loaded.get(first)?.operation.kind === "local") return { file, ...localProblem(place, first) };
      const message = `"${first}" can never be called, so that ${tool} cannot be called either`;
      return { file, place, message, mend: `mend ${first} first, or take this rule out` };
    });
};

export const localProblem = (place: string, tool: string): Problem => ({
  place,
  message: `"${tool}" is local: it runs in the agent, so that no call of it is ever seen to take place`,
  mend: "name a tool that is called through checkrein",
});

const CIRCLE = "none of these tools can be called first: take one of the rules out";

/** From a node back to itself. */
const findPath = (start: string, next: (node: string) => readonly string[]): readonly string[] | undefined => {
  const from = new Map<string, string>();
  const waiting = [start];
  for (let node = waiting.shift(); node !== undefined; node = waiting.shift()) {
    for (const other of next(node)) {
      if (other === start) return trail(start, node, from);
      if (from.has(other)) continue;
      from.set(other, node);
      waiting.push(other);
    }
  }
  return undefined;
};

const trail = (start: string, last: string, from: ReadonlyMap<string, string>): readonly string[] => {
  const path = [start];
  for (let node: string | undefined = last; node !== undefined && node !== start; node = from.get(node))
    path.unshift(node);
  return [start, ...path];
};

/** What has to come before a call, and what may only come after it. */
const checkOrder = (
  contract: Contract,
  needs: ReadonlyMap<string, readonly Need[]>,
  { loaded }: AllTools,
): readonly LoadProblem[] => {
  const { file, tool, rules } = contract;
  const before = necessaryFor(tool, needs);
  return rules.flatMap((rule, index): readonly LoadProblem[] => {
    if (rule.kind !== "forbids" || rule.tool === tool) return [];
    const isNeeded = rule.pairs.length === 0 ? before.has(rule.tool) : rules.some((other) => needsSame(other, rule));
    if (!isNeeded || !loaded.has(rule.tool)) return [];
    const message = `${tool} needs a ${rule.tool} first, and is forbidden after it`;
    return [{ file, place: placeOf(index, "tool"), message, mend: "take one of the two rules out" }];
  });
};

/** Tools of which a call has to come first, whatever else is chosen. */
const necessaryFor = (tool: string, needs: ReadonlyMap<string, readonly Need[]>): ReadonlySet<string> => {
  const found = new Set<string>();
  const waiting = [tool];
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop())
    for (const { tools } of needs.get(one) ?? []) {
      const [only, more] = tools;
      if (only === undefined || more !== undefined || found.has(only)) continue;
      found.add(only);
      waiting.push(only);
    }
  return found;
};

/** Whether the call that is needed is one of those that are forbidden. */
const needsSame = (needed: Rule, { tool, pairs }: Extract<Rule, { kind: "forbids" }>): boolean => {
  if (needed.kind !== "requires" || needed.tools.length !== 1 || needed.tool !== tool) return false;
  const { same } = needed;
  if (same.kind !== "names") return false;
  return pairs.every(([here, there]) => same.pairs.some((pair) => pair[0] === here && pair[1] === there));
};

// What only shows of rules when all contracts stand side by side: tools, arguments and results that are not there, and reads
// that `lookup` cannot make.
import type { Contract, LoadProblem } from "../contract.ts";
import { type SchemaReach, argumentReach, createReach } from "../rule/reach.ts";
import { didYouMean } from "../../nearest.ts";
import type { KnownRule, LookupRule, Rule } from "../rule/rule.ts";
import type { Pairs } from "../rule/same.ts";
import type { Problem } from "./arguments.ts";
import { type AllTools, checkReachable, localProblem } from "./reachable.ts";
import { type PlacedRule, placeOf } from "./rules.ts";

/** The rules of one file that could be read. */
interface RulesOf {
  readonly file: string;
  readonly rules: readonly PlacedRule[];
}

export const checkRulesTogether = (
  all: readonly RulesOf[],
  contracts: readonly Contract[],
  declared: ReadonlySet<string>,
): readonly LoadProblem[] => {
  const tools: AllTools = { loaded: new Map(contracts.map((contract) => [contract.tool, contract])), declared };
  const own = all.flatMap(({ file, rules }) =>
    rules.flatMap(({ rule, index }) =>
      checkRule(rule, tools).map(({ place, ...problem }) => ({ file, place: placeOf(index, place), ...problem })),
    ),
  );
  return [...own, ...checkReachable(contracts, tools)];
};

const checkRule = (rule: Rule, tools: AllTools): readonly Problem[] => {
  switch (rule.kind) {
    case "requires":
      return rule.tools.flatMap((tool) => [
        ...checkTool("tool", tool, tools),
        ...checkThere(tool, rule.same.kind === "names" ? rule.same.pairs : [], tools),
      ]);
    case "forbids":
      return [
        ...checkTool("tool", rule.tool, tools),
        ...checkThere(rule.tool, rule.pairs, tools),
        ...(isLocal(rule.tool, tools) ? [localProblem("tool", rule.tool)] : []),
      ];
    case "lookup":
      return [...checkTool("tool", rule.tool, tools), ...checkLookup(rule, tools)];
    case "known":
      return checkOrigins(rule, tools);
    default:
      return [];
  }
};

const checkTool = (place: string, tool: string, { declared }: AllTools): readonly Problem[] =>
  declared.has(tool)
    ? []
    : [{ place, message: `there is no tool "${tool}"`, mend: didYouMean(tool, [...declared].slice(0, 20_000)) }];

const isLocal = (tool: string, { loaded }: AllTools): boolean => loaded.get(tool)?.operation.kind === "local";

const checkThere = (tool: string, pairs: Pairs, { loaded }: AllTools): readonly Problem[] => {
  const contract = loaded.get(tool);
  if (contract === undefined) return [];
  const { inputSchema, pins, claimPins } = contract;
  const { reach, names } = argumentReach(inputSchema, [...Object.keys(pins), ...Object.keys(claimPins)]);
  return pairs
    .filter(([, there]) => reach(there) === "nothing")
    .map(([here, there]) => ({
      place: `same.${here}`,
      message: `${tool} has no argument '${there}'`,
      mend: didYouMean(there, names),
    }));
};

/** What a read that the sidecar makes on its own may have: nothing that counts, waits or looks further. */
const WITHOUT_STATE: ReadonlySet<Rule["kind"]> = new Set(["during", "check"]);

const checkLookup = ({ tool }: LookupRule, { loaded }: AllTools): readonly Problem[] => {
  const contract = loaded.get(tool);
  if (contract === undefined) return [];
  if (contract.operation.kind === "local") return [localProblem("tool", tool)];
  const stateful = contract.rules.find(({ kind }) => !WITHOUT_STATE.has(kind));
  const mend = "look up a read whose contract has no rules but during and check";
  return [
    ...(contract.effect === "read"
      ? []
      : [{ place: "tool", message: `"${tool}" is not a read: it has the effect ${contract.effect}`, mend }]),
    ...(stateful === undefined
      ? []
      : [{ place: "tool", message: `"${tool}" has the rule ${stateful.kind}, which a lookup cannot keep`, mend }]),
  ];
};

const checkOrigins = ({ origins }: KnownRule, tools: AllTools): readonly Problem[] =>
  origins.flatMap(({ tool, pattern }, index) => {
    const place = origins.length === 1 ? "from" : `from[${index}]`;
    return [...checkTool(`${place}.tool`, tool, tools), ...checkPattern(`${place}.path`, tool, pattern, tools)];
  });

const checkPattern = (
  place: string,
  tool: string,
  pattern: string | undefined,
  { loaded }: AllTools,
): readonly Problem[] => {
  const schema = loaded.get(tool)?.output.schema;
  if (schema === undefined || pattern === undefined) return [];
  const output: SchemaReach = createReach(schema);
  const found = output.at(pattern);
  if (found === "scalar") return [];
  const message =
    found === "nothing"
      ? `a result of ${tool} has nothing at ${pattern}`
      : `${tool} has a list or an object at ${pattern}`;
  const names = output.names.map((name) => `/${name}`).join(", ");
  const mend = names === "" ? "* stands for every entry" : `it has ${names}; * stands for every entry`;
  return [{ place, message, mend }];
};

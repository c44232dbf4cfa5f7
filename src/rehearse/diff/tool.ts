// One tool in two versions: every place that decides about its calls.
import type { Contract } from "../../contract/contract.ts";
import { type Pair, type ToolFinding, found } from "./finding.ts";
import { type Comparison, compareChecks, compareFunction, createComparison } from "./functions.ts";
import { compareInputs } from "./input.ts";
import { compareOperations } from "./operation.ts";
import { compareOutputs } from "./output.ts";
import { compareRules } from "./rules.ts";

export const compareTool = (contracts: Pair<Contract>): readonly ToolFinding[] => {
  const comparison = createComparison(contracts);
  return [
    ...compareOperations(contracts),
    ...compareInputs(contracts),
    ...compareChecks(comparison),
    ...compareRules(comparison),
    ...compareOutputs(contracts),
    ...succeededFindings(comparison),
    ...wordFindings(contracts),
  ];
};

/** Whether a result counts as done decides what later rules find. */
const succeededFindings = (comparison: Comparison): readonly ToolFinding[] => {
  const change = compareFunction(comparison, { old: "succeeded", now: "succeeded" });
  if (change.kind === "same") return [];
  const why = change.kind === "unclear" ? change.why : `it is ${change.kind}`;
  return [found("unclear", "succeeded", `${why}: other results count as done`)];
};

const wordFindings = ({ old, now }: Pair<Contract>): readonly ToolFinding[] =>
  old.words.purpose === now.words.purpose ? [] : [found("same", "description", "agents read other words")];

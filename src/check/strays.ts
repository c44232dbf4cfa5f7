// What a REST request brings and no argument takes. It is never sent and no argument; it stands beside the arguments while they
// are judged, so that the contract can say where it was meant to go.
import { type ToolCall, isJsonObject } from "../call.ts";
import type { Contract, Place } from "../contract/contract.ts";
import { argumentOf } from "../json/pointer.ts";
import type { Issue } from "../refusal.ts";

/** The arguments with the strays among them, under their own names. */
export const withStrays = ({ inputSchema }: Contract, { arguments: given, strays = [] }: ToolCall): unknown => {
  if (strays.length === 0 || !isJsonObject(given)) return given;
  const isArgument = (name: string): boolean =>
    Object.hasOwn(given, name) || Object.hasOwn(Object(inputSchema["properties"]), name);
  const others = strays.filter(({ name }) => !isArgument(name)).map(({ name, value }) => [name, value] as const);
  return others.length === 0 ? given : Object.fromEntries([...Object.entries(given), ...others]);
};

/** A query parameter is misspelt among those of the query, not for a member of the body. */
export const withinPlace = (contract: Contract, { strays = [] }: ToolCall, issue: Issue): Issue => {
  const stray = strays.find(({ name }) => name === argumentOf(issue.path));
  if (stray === undefined || issue.fix === undefined) return issue;
  const isOther = issue.fix.some((step) => step.op === "move" && placeOf(contract, step.path) !== stray.in);
  if (!isOther) return issue;
  const { fix: _fix, ...others } = issue;
  return others;
};

const placeOf = ({ operation }: Contract, path: string): Place | undefined => {
  if (operation.kind !== "rest") return undefined;
  const argument = argumentOf(path);
  const isNamed = ({ source }: { readonly source: object }): boolean =>
    "argument" in source && source.argument === argument;
  return operation.parameters.find(isNamed)?.in ?? "body";
};

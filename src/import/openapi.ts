// An OpenAPI document as drafts of contracts, ready to be narrowed: one for each operation. An operation whose arguments
// have an exact zod form gets it; another stays as it is, with the reason; one that could not be loaded is skipped.
import type { Effect } from "../contract/contract.ts";
import { readAnswers } from "../contract/document/answers.ts";
import { exposeOperation } from "../contract/document/expose.ts";
import { type FlatMember, flatMembers } from "../contract/document/flat.ts";
import type { DocumentOperation } from "../contract/document/operation.ts";
import { effectOfMethod } from "../contract/effect.ts";
import { isSchemaObject } from "../schema/keywords.ts";
import { kebab, snake, unique } from "./names.ts";
import { NoForm } from "./zod-scalar.ts";
import { zodSource } from "./zod-source.ts";

export interface ContractDraft {
  readonly tool: string;
  /** File name without folder. */
  readonly file: string;
  readonly description: string;
  readonly method: string;
  readonly template: string;
  readonly effect: Effect;
  /** The source of the input, or why there is none. */
  readonly input: { readonly source: string; readonly notes: readonly string[] } | { readonly reason: string };
  /** Argument to place, where the name alone does not say it. */
  readonly map: readonly (readonly [argument: string, place: string])[];
}

interface SkippedOperation {
  readonly operation: string;
  readonly reason: string;
}

export interface Drafts {
  readonly contracts: readonly ContractDraft[];
  readonly skipped: readonly SkippedOperation[];
}

interface DraftOptions {
  /** The header that carries the backend's credential: no operation may have it as an argument. */
  readonly credentialHeader?: string | undefined;
}

export const operationName = ({ method, template }: DocumentOperation): string => `${method} ${template}`;

/** The name before it is made unique among those of one document. */
export const toolNameOf = ({ operationId, method, template }: DocumentOperation): string =>
  snake(operationId ?? "") || snake(`${method} ${template.replaceAll("{", "by ")}`) || method.toLowerCase();

export const draftContracts = (operations: readonly DocumentOperation[], options: DraftOptions = {}): Drafts => {
  const contracts: ContractDraft[] = [];
  const skipped: SkippedOperation[] = [];
  const tools = new Set<string>();
  const files = new Set(["backend"]);
  for (const operation of operations) {
    const reason = whyNot(operation, options);
    if (reason !== undefined) skipped.push({ operation: operationName(operation), reason });
    else contracts.push(draft(operation, unique(toolNameOf(operation), "_", tools), files));
  }
  return { contracts, skipped };
};

/** What load would refuse, however the contract is written. */
const whyNot = (operation: DocumentOperation, { credentialHeader }: DraftOptions): string | undefined => {
  const answers = readAnswers(operation);
  const [problem] = [...exposeOperation(operation).problems, ...answers.problems, ...answers.inspect()];
  if (problem !== undefined) return problem.message;
  const isCredential = operation.parameters.some(
    ({ in: place, name }) => place === "header" && name.toLowerCase() === credentialHeader?.toLowerCase(),
  );
  return isCredential
    ? `the header ${credentialHeader} is the backend's credential: remove the parameter from the document`
    : undefined;
};

const draft = (operation: DocumentOperation, tool: string, files: Set<string>): ContractDraft => {
  const { method, template, summary, description } = operation;
  const view = flatMembers(operation, { exact: true });
  const input = draftInput(operation);
  return {
    tool,
    file: `${unique(kebab(tool), "-", files)}.ts`,
    description:
      [summary, description].find((text) => text !== undefined && text.trim() !== "") ?? operationName(operation),
    method,
    template,
    effect: effectOfMethod(method),
    input,
    map: "source" in input ? view.members.flatMap((member) => placeOf(view.members, member)) : [],
  };
};

/** The zod source of all arguments; also of a tool that is read as an operation. */
export const draftInput = (operation: DocumentOperation): ContractDraft["input"] => {
  const loose = flatMembers(operation, { exact: false });
  if ((loose.object === undefined) !== (flatMembers(operation, { exact: true }).object === undefined))
    return { reason: `its ${bodyOf(operation)} is more than a list of members` };
  const { inputSchema } = exposeOperation(operation);
  if (inputSchema["additionalProperties"] !== false)
    return { reason: `its ${bodyOf(operation)} takes members that nobody names` };
  const notes = new Set<string>();
  const definitions = isSchemaObject(inputSchema["$defs"]) ? inputSchema["$defs"] : {};
  try {
    const source = zodSource({ definitions, notes, path: [] }, inputSchema);
    return source.length > MAX_SOURCE
      ? { reason: "written out, its input is very long" }
      : { source, notes: [...notes] };
  } catch (error) {
    if (error instanceof NoForm) return { reason: error.message };
    throw error;
  }
};

const bodyOf = ({ noun }: DocumentOperation): string => (noun === "tool" ? "input" : "body");

const MAX_SOURCE = 40_000;

/** As `bindArguments` looks for it: by the name on the wire first, then by the conventional one. */
const placeOf = (members: readonly FlatMember[], member: FlatMember): readonly (readonly [string, string])[] => {
  const { argument, place, name, whole } = member;
  const byName = members.filter((other) => other.name === argument);
  const found = byName.length > 0 ? byName : members.filter((other) => other.argument === argument);
  return found.length === 1 && found[0] === member ? [] : [[argument, whole ? "body" : `${place}.${name}`]];
};

// The tools of an MCP server as drafts of contracts. A tool whose arguments have an exact zod form gets it, closed and ready
// to be narrowed; another stays as it is, with the reason; one that could not be loaded is skipped.
import type { ToolDefinition } from "../contract/contract.ts";
import { isLockable } from "../contract/lock/lock.ts";
import { visible } from "../contract/lock/visible.ts";
import { readHeaders } from "../contract/tool/headers.ts";
import { readToolSchema, toolOperation } from "../contract/tool/operation.ts";
import { kebab, snake, unique } from "./names.ts";
import { type ContractDraft, draftInput } from "./openapi.ts";

export interface ToolDraft {
  /** What agents call. */
  readonly tool: string;
  /** File name without folder. */
  readonly file: string;
  /** The server's own name. */
  readonly server: string;
  /** Undefined: the locked one. */
  readonly description: string | undefined;
  /** Undefined: asked for as it is. */
  readonly input: ContractDraft["input"] | undefined;
}

export interface ToolDrafts {
  readonly contracts: readonly ToolDraft[];
  readonly skipped: readonly { readonly tool: string; readonly reason: string }[];
}

export const draftTools = (definitions: readonly ToolDefinition[], asIs: boolean): ToolDrafts => {
  const contracts: ToolDraft[] = [];
  const skipped: { readonly tool: string; readonly reason: string }[] = [];
  const tools = new Set(definitions.map(({ name }) => name));
  const files = new Set(["backend"]);
  for (const definition of definitions) {
    const reason = whyNot(definition);
    if (reason !== undefined) skipped.push({ tool: visible(definition.name), reason });
    else contracts.push(draft(definition, toolNameOf(definition.name, tools), files, asIs));
  }
  return { contracts, skipped };
};

/** The server's own name where model APIs take it: agents may know it. Another name gives way to those. */
const toolNameOf = (name: string, taken: Set<string>): string =>
  /^[A-Za-z0-9_-]{1,64}$/.test(name) ? name : unique(snake(name) || "tool", "_", taken);

/** What load would refuse, however little the contract says. */
const whyNot = ({ name, inputSchema, outputSchema }: ToolDefinition): string | undefined => {
  if (!isLockable(name)) return "no lock can hold a tool of this name";
  const input = readToolSchema(inputSchema, "annotate");
  const output = outputSchema === undefined ? input : readToolSchema(outputSchema, "ignore");
  const problems = [...readHeaders(inputSchema).problems, ...problemsOf(input), ...problemsOf(output)];
  if (problems[0] !== undefined) return visible(problems[0].message);
  return input.ok && input.schema["type"] !== "object" ? "its arguments are no object" : undefined;
};

const problemsOf = (read: ReturnType<typeof readToolSchema>): readonly { readonly message: string }[] =>
  read.ok ? [] : read.problems;

const draft = (definition: ToolDefinition, tool: string, files: Set<string>, asIs: boolean): ToolDraft => {
  const { name, description = "" } = definition;
  const isDescribed = description.trim() !== "";
  return {
    tool,
    file: `${unique(kebab(tool) || "tool", "-", files)}.ts`,
    server: name,
    description: isDescribed ? (asIs ? undefined : description) : name,
    input: asIs ? undefined : draftInput(toolOperation(definition)),
  };
};

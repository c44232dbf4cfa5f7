// A contract over a tool of an MCP server: found in the lock, and bound to what the author wrote. The server itself is not
// asked: what load knows is what an operator has accepted.
import type { McpBackendDeclaration, McpOperation } from "../contract.ts";
import type { ContractDeclaration } from "../define.ts";
import { hashOf } from "../lock/definition.ts";
import type { LockedTools } from "../lock/lock.ts";
import { visible } from "../lock/visible.ts";
import type { McpOperationDeclaration } from "../operation-declaration.ts";
import { readHeaders } from "../tool/headers.ts";
import { toolAnswers } from "../tool/operation.ts";
import { nearestNames } from "../../nearest.ts";
import type { Problem } from "./arguments.ts";
import type { ReadOperation } from "./read-operation.ts";
import { readToolRequest } from "./tool-request.ts";

export interface LockedBackends {
  /** By declaration: the locked tools; undefined for a backend that has problems. */
  readonly tools: ReadonlyMap<McpBackendDeclaration, LockedTools | undefined>;
  /** The lock has problems of its own: what it lacks may be among them. */
  readonly isDoubtful: boolean;
}

/** Undefined when the tool is not there, with a problem unless its backend or the lock has one. */
export const readToolOperation = (
  declaration: ContractDeclaration,
  named: McpOperationDeclaration,
  { tools, isDoubtful }: LockedBackends,
  problems: Problem[],
): ReadOperation | undefined => {
  const { backend, tool } = named;
  const report = (message: string, mend: string): undefined =>
    void problems.push({ place: "operation", message, mend });
  if (!tools.has(backend))
    return report(
      `the backend "${String(backend.name)}" is not one that the contracts folder exports`,
      "make it with defineMcpBackend from checkrein, and export it from a file in the contracts folder",
    );
  const locked = tools.get(backend);
  const definition = locked?.get(tool);
  if (definition === undefined) {
    if (locked === undefined || isDoubtful) return undefined;
    const [nearest] = nearestNames(tool, [...locked.keys()]);
    const message = `the lock has no tool ${JSON.stringify(tool)} of the backend "${backend.name}"`;
    return report(message, nearest === undefined ? RUN : `did you mean "${visible(nearest)}"? Else ${RUN}`);
  }
  const { headers, problems: wrong } = readHeaders(definition.inputSchema);
  for (const { pointer, message, mend } of wrong)
    problems.push({ place: `operation at inputSchema${pointer}`, message, mend });
  const request = readToolRequest(declaration, definition, problems);
  const operation: McpOperation = { kind: "mcp", backend, definition, body: request.body ?? NO_ARGUMENTS, headers };
  const notices = [...request.notices, ...ownTexts(declaration, definition)];
  return {
    request: { ...request, notices },
    operation,
    answers: declaration.output === undefined ? toolAnswers(definition) : undefined,
    digest: hashOf(definition),
    description: definition.description,
  };
};

const RUN = "run `checkrein lock`";

const NO_ARGUMENTS: McpOperation["body"] = {
  mediaType: "application/json",
  required: true,
  shape: { kind: "members", members: [], open: false },
};

/** Agents read these, and nobody here wrote them. */
const ownTexts = (
  { description, input, output }: ContractDeclaration,
  definition: McpOperation["definition"],
): readonly string[] => {
  const shown = [
    ...(description === undefined && definition.description !== undefined ? ["description"] : []),
    ...(input === undefined ? ["input schema"] : []),
    ...(output === undefined && definition.outputSchema !== undefined ? ["output schema"] : []),
  ];
  if (shown.length === 0) return [];
  return [`shows the server's own ${shown.join(", ")} to agents; pinned by checkrein.lock`];
};

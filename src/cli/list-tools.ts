// The tools of an MCP server as it lists them now: what `lock` and `init` ask. The connection lives for the one question.
import type { McpBackendDeclaration, ToolDefinition } from "../contract/contract.ts";
import { openMcpBackend } from "../open-backends.ts";
import { resolveReference } from "../settings.ts";

type ListedTools =
  | { readonly ok: true; readonly tools: readonly ToolDefinition[] }
  | { readonly ok: false; readonly problem: string };

/** Never throws. */
export type ListTools = (declaration: McpBackendDeclaration) => Promise<ListedTools>;

const SILENT = { fault: () => {}, warn: () => {}, unread: () => {} };

export const listTools: ListTools = async (declaration) => {
  const opened = openMcpBackend(declaration, (name) => resolveReference(process.env, name), [], SILENT);
  if (!opened.ok) {
    const told = opened.problems.map(({ place, message, mend }) => `${place}: ${message}; ${mend}`);
    return { ok: false, problem: told.join("\n") };
  }
  try {
    const listed = await opened.value.tools();
    return listed.ok ? { ok: true, tools: listed.value } : { ok: false, problem: listed.refusal.detail };
  } catch (error) {
    return { ok: false, problem: error instanceof Error ? error.message : String(error) };
  } finally {
    await opened.value.close();
  }
};

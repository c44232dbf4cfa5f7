// A folder of contracts over one MCP server that nobody starts: its tools stand in the lock, as load finds them.
import { relative } from "node:path";
import type { JsonObject } from "../../src/call.ts";
import type { Contract, LoadProblem, Notice, ToolDefinition } from "../../src/contract/contract.ts";
import { loadContracts } from "../../src/contract/load/load.ts";
import { writeLock } from "../../src/contract/lock/write-lock.ts";
import { writeContracts } from "./contracts-folder.ts";

export const definition = (name: string, more: Partial<ToolDefinition> = {}): ToolDefinition => ({
  name,
  description: "Reads a file.",
  inputSchema: {
    type: "object",
    properties: { path: { type: "string" }, head: { type: "integer" } },
    required: ["path"],
  },
  outputSchema: undefined,
  ...more,
});

export const lockText = (tools: readonly ToolDefinition[], backend = "files"): string =>
  writeLock(new Map([[backend, new Map(tools.map((tool) => [tool.name, tool]))]]));

export const mcpBackend = (more = 'url: env("FILES_URL")'): string =>
  `import { bearer, defineMcpBackend, env, secret } from "checkrein";
   export const files = defineMcpBackend({ name: "files", ${more} });`;

/** A contract of the tool `read_file`, or another one. */
export const toolContract = (members = "", tool = "read_file"): string =>
  `import { defineContract, defineMcpBackend, jsonSchema, z } from "checkrein";
   import { files } from "./backend.ts";
   export default defineContract({ tool: "read", operation: files.tool(${JSON.stringify(tool)}), ${members} });`;

const base = { "backend.ts": mcpBackend(), "tool.ts": toolContract() };

/** Files beside a good backend and contract; the lock has `read_file` unless it is given. */
export const mcpFolder = (files: Readonly<Record<string, string>>, tools = [definition("read_file")]): string =>
  writeContracts({ ...base, "checkrein.lock": lockText(tools), ...files });

export const mcpProblems = async (
  files: Readonly<Record<string, string>>,
  tools?: readonly ToolDefinition[],
): Promise<readonly LoadProblem[]> => {
  const folder = mcpFolder(files, tools === undefined ? undefined : [...tools]);
  const loaded = await loadContracts(folder);
  const shown = relative(process.cwd(), folder);
  return (loaded.ok ? [] : loaded.problems).map((problem) => ({
    ...problem,
    file: problem.file.replaceAll(`${shown}/`, ""),
  }));
};

interface LoadedTool {
  readonly contract: Contract;
  readonly notices: readonly Notice[];
}

/** The one contract of such a folder, over a tool with this input schema or definition. */
export const loadTool = async (members: string, more: Partial<ToolDefinition> = {}): Promise<LoadedTool> => {
  const folder = mcpFolder({ "tool.ts": toolContract(members) }, [definition("read_file", more)]);
  const loaded = await loadContracts(folder);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const [contract] = loaded.catalog.contracts;
  if (contract === undefined) throw new Error("there is no contract");
  return { contract, notices: loaded.notices };
};

export const asObject = (value: unknown): JsonObject => value as JsonObject; // of a test's own making

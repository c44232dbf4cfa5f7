// The MCP backends of a folder, each checked, with the tools that the lock has of it.
import type { BackendDeclaration, LoadProblem, McpBackendDeclaration } from "../contract.ts";
import { readLock } from "../lock/read-lock.ts";
import type { Declared } from "./modules.ts";
import { checkMcpDeclaration } from "./mcp-declaration.ts";
import type { LockedBackends } from "./tool-operation.ts";

/** Each declaration once, with whether it is one that can be opened. */
export const checkMcpBackends = (
  declared: readonly Declared<BackendDeclaration>[],
  problems: LoadProblem[],
): ReadonlyMap<McpBackendDeclaration, boolean> => {
  const checked = new Map<McpBackendDeclaration, boolean>();
  for (const { file, declaration } of declared) {
    if (declaration.kind !== "mcp" || checked.has(declaration)) continue;
    const before = problems.length;
    checkMcpDeclaration(declaration, (place, message, mend) =>
      problems.push({ file, place: `backend ${String(declaration.name)}.${place}`, message, mend }),
    );
    checked.set(declaration, problems.length === before);
  }
  return checked;
};

/** A folder without MCP backends needs no lock. */
export const loadLockedBackends = (
  folder: string,
  declared: readonly Declared<BackendDeclaration>[],
  problems: LoadProblem[],
): LockedBackends => {
  const checked = checkMcpBackends(declared, problems);
  if (checked.size === 0) return { tools: new Map(), isDoubtful: false };
  const { lock, problems: wrong } = readLock(folder);
  problems.push(...wrong);
  const tools = [...checked].map(
    ([declaration, isGood]) => [declaration, isGood ? (lock.get(declaration.name) ?? new Map()) : undefined] as const,
  );
  return { tools: new Map(tools), isDoubtful: wrong.length > 0 };
};

// The MCP backends of a folder, each checked, with the tools that the lock has of it.
import { join } from "node:path";
import type { BackendDeclaration, LoadProblem, McpBackendDeclaration } from "../contract.ts";
import { LOCK_FILE, type Lock } from "../lock/lock.ts";
import { readLock } from "../lock/read-lock.ts";
import type { Sources } from "./backend.ts";
import type { Declared } from "./modules.ts";
import { checkMcpDeclaration } from "./mcp-declaration.ts";
import { readOnce } from "./read-once.ts";
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

export interface LoadedLock extends LockedBackends {
  /** SHA-256 of the file, hex; undefined where there is none, or none is needed. */
  readonly digest: string | undefined;
  readonly lock: Lock;
}

/** A folder without MCP backends needs no lock. `before`: what an earlier load made of it, which a same file leaves so. */
export const loadLockedBackends = (
  folder: string,
  declared: readonly Declared<BackendDeclaration>[],
  problems: LoadProblem[],
  { sources, before }: { readonly sources: Sources; readonly before: LoadedLock | undefined },
): LoadedLock => {
  const checked = checkMcpBackends(declared, problems);
  if (checked.size === 0) return { tools: new Map(), isDoubtful: false, digest: undefined, lock: new Map() };
  const file = join(folder, LOCK_FILE);
  const { digest, read } = readOnce(file);
  sources.set(file, digest ?? "");
  const isSame = before?.digest !== undefined && before.digest === digest && !before.isDoubtful;
  const { lock, problems: wrong } = isSame ? { lock: before.lock, problems: [] } : readLock(folder, read);
  problems.push(...wrong);
  const tools = [...checked].map(
    ([declaration, isGood]) => [declaration, isGood ? (lock.get(declaration.name) ?? new Map()) : undefined] as const,
  );
  return { tools: new Map(tools), isDoubtful: wrong.length > 0, digest, lock };
};

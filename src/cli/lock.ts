// `checkrein lock`: asks every declared MCP server for its tools and keeps them in `checkrein.lock`. It needs no contract
// that loads: until there is a lock, none does.
import { resolve } from "node:path";
import type { LoadProblem, McpBackendDeclaration } from "../contract/contract.ts";
import { checkBackends } from "../contract/load/backend.ts";
import { noFolder } from "../contract/load/load.ts";
import { checkMcpBackends } from "../contract/load/locked-backends.ts";
import { importModules } from "../contract/load/modules.ts";
import { shownFile } from "../contract/load/together.ts";
import type { LockedTools } from "../contract/lock/lock.ts";
import { readLock } from "../contract/lock/read-lock.ts";
import { visible } from "../contract/lock/visible.ts";
import { type ListTools, listTools } from "./list-tools.ts";
import { saveLock, updateTools } from "./lock-file.ts";
import { contractsFolder, readOptionsAlone } from "./options.ts";
import { type Output, failUsage, printProblems } from "./print.ts";

/** Exit code 0 when the lock says what all servers say now; 2 for an option that is wrong. */
export const lock = async (argv: readonly string[], out: Output, list: ListTools = listTools): Promise<number> => {
  const options = readOptionsAlone(argv, { contracts: "one", accept: "flag" });
  if (!options.ok) return failUsage(out, options.problem);
  const { accept, contracts } = options.values;
  const folder = contractsFolder(contracts);
  const declared = await readDeclarations(folder);
  const { lock: before, problems, isReadable } = readLock(folder);
  // Without --accept nothing is written over an entry that nobody can vouch for: it would come back as a new one.
  const wrong = [...declared.problems, ...(accept && isReadable ? [] : problems)];
  if (wrong.length > 0) {
    printProblems(wrong, out);
    return 1;
  }
  const entries = new Map<string, LockedTools>(before);
  const isDone = await askAll(declared.backends, entries, { accept, out, list });
  dropOthers(declared.backends, entries, out);
  saveLock(folder, before, entries, out);
  return isDone ? 0 : 1;
};

interface Declarations {
  readonly backends: readonly McpBackendDeclaration[];
  readonly problems: readonly LoadProblem[];
}

/** A file that cannot be imported may hold a backend: without it, the backend's entries would be dropped. */
const readDeclarations = async (folder: string): Promise<Declarations> => {
  const modules = await importModules(resolve(folder));
  if (modules === undefined) return { backends: [], problems: [noFolder(folder)] };
  const problems = modules.problems.filter(({ place }) => place === "import");
  checkBackends(modules.backends, problems);
  const backends = [...checkMcpBackends(modules.backends, problems).keys()];
  return { backends, problems: problems.map((problem) => ({ ...problem, file: shownFile(problem.file) })) };
};

interface Asking {
  readonly accept: boolean;
  readonly out: Output;
  readonly list: ListTools;
}

const askAll = async (
  backends: readonly McpBackendDeclaration[],
  entries: Map<string, LockedTools>,
  { accept, out, list }: Asking,
): Promise<boolean> => {
  const answers = await Promise.all(backends.map(async (backend) => [backend.name, await list(backend)] as const));
  let isDone = true;
  let isChanged = false;
  for (const [name, listed] of answers) {
    if (!listed.ok) {
      isDone = false;
      out.write(`${name}: the tools cannot be listed: ${visible(listed.problem)}\n`);
    } else if (!updateTools(entries, name, listed.tools, { accept, out })) isChanged = true;
  }
  if (isChanged) out.write("Calls of these tools are refused. `checkrein lock --accept` takes what has changed.\n");
  return isDone && !isChanged;
};

const dropOthers = (
  backends: readonly McpBackendDeclaration[],
  entries: Map<string, LockedTools>,
  out: Output,
): void => {
  const names = new Set(backends.map(({ name }) => name));
  for (const name of [...entries.keys()].filter((one) => !names.has(one))) {
    entries.delete(name);
    out.write(`dropped ${visible(name)}: no backend of this name is declared\n`);
  }
};

// contracts/** -> catalog, or every problem at once, each with file, place and mend. Used by `serve`, `check` and `test`.
import { existsSync } from "node:fs";
import { relative, resolve } from "node:path";
import { createCatalog } from "../catalog.ts";
import type { Catalog, Contract, LoadProblem, Notice } from "../contract.ts";
import { type LoadedBackend, checkBackends, loadBackend } from "./backend.ts";
import { loadContract } from "./contract.ts";
import { importModules, listFiles } from "./modules.ts";

export type LoadResult =
  | { readonly ok: true; readonly catalog: Catalog; readonly notices: readonly Notice[] }
  | { readonly ok: false; readonly problems: readonly LoadProblem[]; readonly notices: readonly Notice[] };

/** Loads a folder of contracts. Paths in problems are relative to the working directory. */
export const loadContracts = async (folder: string): Promise<LoadResult> => {
  const root = resolve(folder);
  if (!existsSync(root))
    return failed([
      {
        file: folder,
        place: "folder",
        message: "there is no such folder",
        mend: "create it, or name another with --contracts",
      },
    ]);
  const modules = await importModules(listFiles(root));
  const problems: LoadProblem[] = [...modules.problems];
  const declared = modules.backends.map(({ file, declaration }) => ({ file, declaration: declaration.declaration }));
  checkBackends(declared, problems);
  const backends = new Map<unknown, LoadedBackend>();
  for (const backend of declared) {
    const loaded = backends.has(backend.declaration) ? undefined : loadBackend(backend, problems);
    if (loaded !== undefined) backends.set(backend.declaration, loaded);
  }
  const loaded = modules.contracts.map((contract) => loadContract(contract, backends));
  problems.push(...loaded.flatMap((one) => one.problems));
  const contracts = loaded.flatMap(({ contract }) => (contract === undefined ? [] : [contract]));
  problems.push(...checkTogether(contracts));
  const notices = loaded.flatMap((one) => one.notices).map((notice) => ({ ...notice, file: shown(notice.file) }));
  if (contracts.length === 0 && problems.length === 0)
    problems.push({
      file: root,
      place: "folder",
      message: "there is no contract in it",
      mend: "add a file, or draft some with `checkrein init --openapi <file>`",
    });
  if (problems.length > 0) return failed(problems, notices);
  const mounted = [...backends.values()].map(({ declaration, document }) => ({ declaration, paths: document.paths }));
  return { ok: true, catalog: createCatalog(contracts, mounted), notices };
};

const shown = (file: string): string => relative(process.cwd(), file) || file;

const failed = (problems: readonly LoadProblem[], notices: readonly Notice[] = []): LoadResult => ({
  ok: false,
  problems: problems.map((problem) => ({ ...problem, file: shown(problem.file) })),
  notices,
});

/** What only shows when all contracts stand side by side: names and routes that two of them have. */
const checkTogether = (contracts: readonly Contract[]): readonly LoadProblem[] => {
  const problems: LoadProblem[] = [];
  const tools = new Map<string, Contract>();
  const routes = new Map<string, Contract>();
  for (const contract of contracts) {
    const { tool, operation, file } = contract;
    const first = tools.get(tool);
    if (first === undefined) tools.set(tool, contract);
    else
      problems.push({
        file,
        place: "tool",
        message: `another contract is named "${tool}": ${shown(first.file)}`,
        mend: "give one of them another name",
      });
    if (operation.kind !== "rest" || !contract.ownsRoute) continue;
    const route = `${operation.backend.name} ${operation.method} ${operation.path.template}`;
    const owner = routes.get(route);
    if (owner === undefined) routes.set(route, contract);
    else
      problems.push({
        file,
        place: "rest",
        message: `${operation.method} ${operation.path.template} belongs to "${owner.tool}" already: ${shown(owner.file)}`,
        mend: "write `rest: false` in all but one",
      });
  }
  return problems;
};

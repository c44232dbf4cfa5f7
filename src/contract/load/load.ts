// contracts/** -> catalog, or every problem at once, each with file, place and mend. Used by `serve`, `check` and `test`.
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { createCatalog } from "../catalog.ts";
import type { Catalog, LoadProblem, Notice } from "../contract.ts";
import { type LoadedBackend, checkBackends, loadBackend } from "./backend.ts";
import { loadContract } from "./contract.ts";
import { importModules, listFiles } from "./modules.ts";
import { checkTogether, shownFile } from "./together.ts";

export type LoadResult =
  | { readonly ok: true; readonly catalog: Catalog; readonly notices: readonly Notice[] }
  | { readonly ok: false; readonly problems: readonly LoadProblem[]; readonly notices: readonly Notice[] };

/** Loads a folder of contracts. Paths in problems are relative to the working directory. */
export const loadContracts = async (folder: string): Promise<LoadResult> => {
  const root = resolve(folder);
  if (statSync(root, { throwIfNoEntry: false })?.isDirectory() !== true)
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
  const backends = new Map<unknown, LoadedBackend | undefined>();
  for (const backend of declared)
    if (!backends.has(backend.declaration)) backends.set(backend.declaration, loadBackend(backend, problems));
  const loaded = modules.contracts.map((contract) => loadContract(contract, backends));
  problems.push(...loaded.flatMap((one) => one.problems));
  const contracts = loaded.flatMap(({ contract }) => (contract === undefined ? [] : [contract]));
  const mounted = [...backends.values()].flatMap((backend) =>
    backend === undefined ? [] : [{ declaration: backend.declaration, paths: backend.document.paths }],
  );
  problems.push(
    ...checkTogether(
      contracts,
      mounted.map(({ declaration }) => declaration),
    ),
  );
  const notices = loaded.flatMap((one) => one.notices).map((notice) => ({ ...notice, file: shownFile(notice.file) }));
  if (contracts.length === 0 && problems.length === 0)
    problems.push({
      file: root,
      place: "folder",
      message: "there is no contract in it",
      mend: "add a file, or draft some with `checkrein init --openapi <file>`",
    });
  if (problems.length > 0) return failed(problems, notices);
  return { ok: true, catalog: createCatalog(contracts, mounted), notices };
};

const failed = (problems: readonly LoadProblem[], notices: readonly Notice[] = []): LoadResult => ({
  ok: false,
  problems: problems.map((problem) => ({ ...problem, file: shownFile(problem.file) })),
  notices,
});

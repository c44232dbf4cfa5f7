// contracts/** -> catalog, or every problem at once, each with file, place and mend. Used by `serve`, `check` and `test`.
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { createCatalog } from "../catalog.ts";
import type { BackendDeclaration, Catalog, LoadProblem, Notice, RestBackendDeclaration } from "../contract.ts";
import { type LoadedBackend, checkBackends, loadBackend } from "./backend.ts";
import { loadCallers } from "./caller.ts";
import { isDurableLimit } from "../rule/trace.ts";
import { loadContract } from "./contract.ts";
import { loadLockedBackends } from "./locked-backends.ts";
import { type Declared, type Modules, importModules, listFiles } from "./modules.ts";
import { checkRulesTogether } from "./rules-together.ts";
import { checkTogether, shownFile } from "./together.ts";

export type LoadResult =
  | { readonly ok: true; readonly catalog: Catalog; readonly notices: readonly Notice[] }
  | { readonly ok: false; readonly problems: readonly LoadProblem[]; readonly notices: readonly Notice[] };

/** Loads a folder of contracts. Paths in problems are relative to the working directory. */
export const loadContracts = async (folder: string): Promise<LoadResult> => {
  const root = resolve(folder);
  const modules = await importFolder(root);
  if (modules === undefined) return failed([noFolder(folder)]);
  const problems: LoadProblem[] = [...modules.problems];
  checkBackends(modules.backends, problems);
  const rest = loadRestBackends(modules.backends, problems);
  const mcp = loadLockedBackends(root, modules.backends, problems);
  const loaded = modules.contracts.map((contract) => loadContract(contract, { rest, mcp }));
  problems.push(...loaded.flatMap((one) => one.problems));
  const contracts = loaded.flatMap(({ contract }) => (contract === undefined ? [] : [contract]));
  const mounted = [...rest.values()].flatMap((backend) =>
    backend === undefined ? [] : [{ declaration: backend.declaration, paths: backend.document.paths }],
  );
  problems.push(
    ...checkTogether(
      contracts,
      mounted.map(({ declaration }) => declaration),
    ),
  );
  const declared = new Set(modules.contracts.map(({ declaration }) => String(declaration.tool)));
  problems.push(...checkRulesTogether(loaded, contracts, declared));
  const notices = loaded.flatMap((one) => one.notices).map((notice) => ({ ...notice, file: shownFile(notice.file) }));
  if (contracts.length === 0 && problems.length === 0 && !modules.backends.some(passesSomething))
    problems.push(noContract(root));
  const catalog = problems.length > 0 ? undefined : createCatalog(contracts, mounted, [...mcp.tools.keys()]);
  const callers = loadCallers(modules.callers, catalog, problems);
  if (problems.length > 0 || catalog === undefined) return failed(problems, notices);
  const isLimited = callers.some(({ grant }) => grant.limits?.some(isDurableLimit));
  const needsDurableState = catalog.needsDurableState || isLimited;
  return { ok: true, catalog: Object.freeze({ ...catalog, callers, needsDurableState }), notices };
};

/** An MCP server may be there for its resources or prompts alone. */
const passesSomething = ({ declaration }: Declared<BackendDeclaration>): boolean =>
  declaration.kind === "mcp" &&
  Object.values(declaration.allow).some(
    (entry: unknown) => entry === true || (Array.isArray(entry) && entry.length > 0),
  );

const noContract = (root: string): LoadProblem => ({
  file: root,
  place: "folder",
  message: "there is no contract in it",
  mend: "add a file, or draft some with `checkrein init --openapi <file>` or `checkrein init --mcp <url>`",
});

export const noFolder = (folder: string): LoadProblem => ({
  file: folder,
  place: "folder",
  message: "there is no such folder",
  mend: "create it, or name another with --contracts",
});

/** What the files of a folder export; undefined when there is no such folder. */
export const importFolder = async (root: string): Promise<Modules | undefined> =>
  statSync(root, { throwIfNoEntry: false })?.isDirectory() === true ? importModules(listFiles(root)) : undefined;

const loadRestBackends = (
  declared: readonly Declared<BackendDeclaration>[],
  problems: LoadProblem[],
): ReadonlyMap<RestBackendDeclaration, LoadedBackend | undefined> => {
  const loaded = new Map<RestBackendDeclaration, LoadedBackend | undefined>();
  for (const { file, declaration } of declared)
    if (declaration.kind === "rest" && !loaded.has(declaration))
      loaded.set(declaration, loadBackend({ file, declaration }, problems));
  return loaded;
};

const failed = (problems: readonly LoadProblem[], notices: readonly Notice[] = []): LoadResult => ({
  ok: false,
  problems: problems.map((problem) => ({ ...problem, file: shownFile(problem.file) })),
  notices,
});

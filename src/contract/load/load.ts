// contracts/** -> catalog, or every problem at once, each with file, place and mend. Used by `serve`, `check` and `test`.
import { resolve } from "node:path";
import { createCatalog } from "../catalog.ts";
import type { BackendDeclaration, Catalog, LoadProblem, Notice, RestBackendDeclaration } from "../contract.ts";
import type { ContractDeclaration } from "../define.ts";
import { type LoadedBackend, type Sources, checkBackends, loadBackend } from "./backend.ts";
import { loadCallers } from "./caller.ts";
import { isDurableLimit } from "../rule/trace.ts";
import { type LoadedBackends, type LoadedContract, loadContract } from "./contract.ts";
import { type LoadedLock, loadLockedBackends } from "./locked-backends.ts";
import { type Declared, createRests, importModules } from "./modules.ts";
import { checkRulesTogether } from "./rules-together.ts";
import { checkTogether, shownFile } from "./together.ts";
import { type ReadFiles, readWhole } from "./whole.ts";

export type LoadResult = Loaded | LoadFailure;

export interface Loaded extends ReadFiles {
  readonly ok: true;
  readonly catalog: Catalog;
  readonly notices: readonly Notice[];
  readonly parts: LoadedParts;
}

export interface LoadFailure extends ReadFiles {
  readonly ok: false;
  readonly problems: readonly LoadProblem[];
  readonly notices: readonly Notice[];
}

/** What a load has made of each declaration: the next one goes on with what is the same. */
export interface LoadedParts {
  readonly rest: Rest;
  readonly mcp: LoadedLock;
  readonly contracts: ReadonlyMap<ContractDeclaration, LoadedContract>;
}

type Rest = ReadonlyMap<RestBackendDeclaration, LoadedBackend | undefined>;

/** Loads a folder of contracts. Paths in problems are relative to the working directory. `before`: of an earlier load of it. */
export const loadContracts = async (folder: string, before?: LoadedParts): Promise<LoadResult> => {
  const { read, isWhole } = await readWhole(resolve(folder), () => loadOnce(folder, before));
  return isWhole ? read : failed([restless(folder)], read.notices, read);
};

const loadOnce = async (folder: string, before: LoadedParts | undefined): Promise<LoadResult> => {
  const root = resolve(folder);
  const modules = await importModules(root);
  if (modules === undefined) return failed([noFolder(folder)], [], { files: [], sources: new Map() });
  const { files } = modules;
  const sources: Sources = new Map(modules.hashes);
  const problems: LoadProblem[] = [...modules.problems];
  checkBackends(modules.backends, problems);
  const rest = loadRestBackends(modules.backends, problems, sources, before?.rest);
  const mcp = loadLockedBackends(root, modules.backends, problems, { sources, before: before?.mcp });
  const loaded = await loadAll(modules.contracts, { rest, mcp }, before);
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
  if (problems.length > 0 || catalog === undefined) return failed(problems, notices, { files, sources });
  const isLimited = callers.some(({ grant }) => grant.limits?.some(isDurableLimit));
  const needsDurableState = catalog.needsDurableState || isLimited;
  const needsState = catalog.needsState || callers.some(({ grant }) => grant.limits !== undefined);
  const parts = {
    rest,
    mcp,
    contracts: new Map(modules.contracts.map(({ declaration }, index) => [declaration, loaded[index]!])),
  };
  return {
    ok: true,
    catalog: Object.freeze({ ...catalog, callers, needsState, needsDurableState }),
    notices,
    files,
    sources,
    parts,
  };
};

const loadAll = async (
  declared: readonly Declared<ContractDeclaration>[],
  backends: LoadedBackends,
  before: LoadedParts | undefined,
): Promise<readonly LoadedContract[]> => {
  const loaded: LoadedContract[] = [];
  const rest = createRests();
  for (const one of declared) {
    await rest();
    const known = isUnchanged(one.declaration, backends, before) ? before?.contracts.get(one.declaration) : undefined;
    loaded.push(known ?? loadContract(one, backends));
  }
  return loaded;
};

/** The module is the same one, and so is what its operation was read from. */
const isUnchanged = (
  { operation }: ContractDeclaration,
  { rest, mcp }: LoadedBackends,
  before: LoadedParts | undefined,
): boolean => {
  if (before === undefined || operation?.kind === undefined) return false;
  if (operation.kind === "rest") return rest.get(operation.backend) === before.rest.get(operation.backend);
  return operation.kind === "local" || mcp.tools.get(operation.backend) === before.mcp.tools.get(operation.backend);
};

/** An MCP server may be there for its resources or prompts alone. */
const passesSomething = ({ declaration }: Declared<BackendDeclaration>): boolean =>
  declaration.kind === "mcp" &&
  Object.values(declaration.allow).some(
    (entry: unknown) => entry === true || (Array.isArray(entry) && entry.length > 0),
  );

/** They are looked at again with the next change, or when somebody asks for it. */
const restless = (folder: string): LoadProblem => ({
  file: folder,
  place: "folder",
  message: "files change while they are read",
  mend: "load them when they are at rest",
});

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

const loadRestBackends = (
  declared: readonly Declared<BackendDeclaration>[],
  problems: LoadProblem[],
  sources: Sources,
  before: Rest | undefined,
): Rest => {
  const loaded = new Map<RestBackendDeclaration, LoadedBackend | undefined>();
  for (const { file, declaration } of declared)
    if (declaration.kind === "rest" && !loaded.has(declaration))
      loaded.set(declaration, loadBackend({ file, declaration }, problems, sources, before?.get(declaration)));
  return loaded;
};

const failed = (
  problems: readonly LoadProblem[],
  notices: readonly Notice[],
  { files, sources }: ReadFiles,
): LoadFailure => ({
  ok: false,
  problems: problems.map((problem) => ({ ...problem, file: shownFile(problem.file) })),
  notices,
  files,
  sources,
});

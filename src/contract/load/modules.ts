// Imports the author's files as they are (Node strips the types) and sorts out what they export. `checkrein` and `zod` in
// them resolve to the running package wherever the folder is mounted: a second copy would make look-alikes.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { BackendDeclaration, LoadProblem } from "../contract.ts";
import { type WrittenCaller, isCaller } from "../define-caller.ts";
import { isMcpBackend } from "../define-mcp-backend.ts";
import { isRestBackend } from "../define-rest-backend.ts";
import { type ContractDeclaration, isContractDeclaration } from "../define.ts";
import { LateImport } from "./late-import.ts";
import { type ModuleVersions, createModuleVersions } from "./module-versions.ts";

export interface Declared<T> {
  readonly file: string;
  readonly declaration: T;
}

export interface Modules {
  /** What the folder had, sorted. */
  readonly files: readonly string[];
  readonly contracts: readonly Declared<ContractDeclaration>[];
  readonly backends: readonly Declared<BackendDeclaration>[];
  readonly callers: readonly Declared<WrittenCaller>[];
  readonly problems: readonly LoadProblem[];
  /** SHA-256 of every file that was imported, hex, by path; empty for one that is missing. */
  readonly hashes: ReadonlyMap<string, string>;
}

const OWN_EXTENSION = import.meta.url.endsWith(".ts") ? "ts" : "js";
const RUNNING: ReadonlyMap<string, string> = new Map([
  ["checkrein", new URL(`../../index.${OWN_EXTENSION}`, import.meta.url).href],
  ["zod", import.meta.resolve("zod")],
]);

let loading: Promise<unknown> = Promise.resolve();
let versions: ModuleVersions | undefined;

/** Hooks are for the whole process, and cannot be told apart afterwards. */
const moduleVersions = (): ModuleVersions => (versions ??= createModuleVersions(RUNNING));

/** Modules that authors' files have become in this process, old versions with them: Node frees none. */
export const countModules = (): number => versions?.count() ?? 0;

const isSource = (name: string): boolean =>
  /\.(?:ts|mts|js|mjs)$/.test(name) && !/\.d\.m?ts$|\.test\.m?[jt]s$/.test(name);

/** Contract files below a folder, sorted, without hidden folders and `node_modules`; undefined when there is no folder. */
export const listFiles = async (folder: string): Promise<readonly string[] | undefined> => {
  const files: string[] = [];
  return (await collect(folder, files)) ? files.sort() : undefined;
};

/** Whether it is a folder. One that goes meanwhile has no files. */
const collect = async (folder: string, files: string[]): Promise<boolean> => {
  const entries = await readdir(folder, { withFileTypes: true }).catch(notThere);
  for (const entry of entries ?? []) {
    const { name } = entry;
    if (name.startsWith(".") || name === "node_modules") continue;
    const path = join(folder, name);
    if (entry.isDirectory()) await collect(path, files);
    else if (isSource(name)) files.push(path);
  }
  return entries !== undefined;
};

const notThere = (error: NodeJS.ErrnoException): undefined => {
  if (error.code !== "ENOENT" && error.code !== "ENOTDIR") throw error;
};

/** Files whose text is as before are the modules that they were. Undefined when there is no such folder. */
export const importModules = (folder: string): Promise<Modules | undefined> => {
  const modules = loading.then(() => importInTurn(folder));
  loading = modules.catch(() => undefined);
  return modules;
};

const importInTurn = async (folder: string): Promise<Modules | undefined> => {
  const files = await listFiles(folder);
  if (files === undefined) return undefined;
  const reading = moduleVersions().read(folder);
  const contracts: Declared<ContractDeclaration>[] = [];
  const backends: Declared<BackendDeclaration>[] = [];
  const callers: Declared<WrittenCaller>[] = [];
  const problems: LoadProblem[] = [];
  const rest = createRests();
  for (const file of files) {
    await rest();
    try {
      sortOut(file, await reading.import(file), { contracts, backends, callers, problems });
    } catch (error) {
      const problem = error instanceof LateImport ? lateProblem(error) : importProblem(file, error);
      if (!problems.some((known) => known.file === problem.file && known.message === problem.message))
        problems.push(problem);
    }
  }
  reading.end();
  return { files, contracts, backends, callers, problems, hashes: reading.hashes() };
};

/** So long at most the process does nothing else while it loads: it may serve calls. */
const MOST_MS = 10;

/** Lets other work in where it is time for it. */
export const createRests = (): (() => Promise<void>) => {
  let begun = performance.now();
  return async () => {
    if (performance.now() - begun < MOST_MS) return;
    await new Promise((resume) => setImmediate(resume));
    begun = performance.now();
  };
};

interface Sorted {
  readonly contracts: Declared<ContractDeclaration>[];
  readonly backends: Declared<BackendDeclaration>[];
  readonly callers: Declared<WrittenCaller>[];
  readonly problems: LoadProblem[];
}

const sortOut = (file: string, exported: object, { contracts, backends, callers, problems }: Sorted): void => {
  for (const [name, value] of Object.entries(exported)) {
    if (isRestBackend(value) || isMcpBackend(value)) backends.push({ file, declaration: value.declaration });
    else if (isCaller(value)) callers.push({ file, declaration: value });
    else if (isContractDeclaration(value) && name === "default") contracts.push({ file, declaration: value });
    else if (isContractDeclaration(value)) problems.push(notDefault(file, name));
    else if (name === "default") problems.push(notContract(file));
  }
};

const notDefault = (file: string, name: string): LoadProblem => ({
  file,
  place: name,
  message: "a contract is not the file's default export, so it would not be loaded",
  mend: "write `export default defineContract({…})`, one contract a file",
});

const notContract = (file: string): LoadProblem => ({
  file,
  place: "default",
  message: "the default export is not a contract",
  mend: "write `export default defineContract({…})`, or export the value by name",
});

const lateProblem = ({ path, message }: LateImport): LoadProblem => ({
  file: path,
  place: "import",
  message,
  mend: "import it at the top of the file",
});

const importProblem = (file: string, error: unknown): LoadProblem => ({
  file,
  place: "import",
  message: `the file cannot be imported: ${error instanceof Error ? `${error.name}: ${error.message.split("\n", 1)[0] ?? ""}` : String(error)}`,
  mend: "correct the file; Node runs it as it is, so only types that can be stripped are taken (no enum, no namespace)",
});

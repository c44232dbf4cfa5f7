// Runs the conformance suite as its own process and reads the checks that it writes. It lives in this folder's package,
// installed on first use, so that the root's `npm ci` stays light. Nothing here may import a package that the suite also
// brings (zod, undici …): from this folder, Node would find the suite's.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export type Revision = "2025-11-25" | "2026-07-28";
export const REVISIONS: readonly Revision[] = ["2025-11-25", "2026-07-28"];

export interface Check {
  readonly id: string;
  readonly name: string;
  readonly status: "SUCCESS" | "FAILURE" | "WARNING" | "SKIPPED" | "INFO";
  readonly errorMessage?: string;
}

/** The checks of each scenario that ran. */
export type Results = ReadonlyMap<string, readonly Check[]>;

const folder = import.meta.dirname;
const suite = join(folder, "node_modules/@modelcontextprotocol/conformance/dist/index.js");

/** `npm ci` in this folder, if that was not done yet. */
export const installSuite = (): void => {
  if (existsSync(suite)) return;
  const { status } = spawnSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd: folder, stdio: "inherit" });
  if (status !== 0) throw new Error(`npm ci failed in ${folder}; the conformance suite is not installed.`);
};

interface SuiteRun {
  /** What the suite printed. */
  readonly text: string;
  readonly results: Results;
}

const runSuite = async (words: readonly string[]): Promise<SuiteRun> => {
  const output = mkdtempSync(join(tmpdir(), "checkrein-conformance-"));
  try {
    const child = spawn(process.execPath, [suite, ...words, "-o", output], { stdio: ["ignore", "pipe", "pipe"] });
    const texts: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => texts.push(text));
    await once(child, "close");
    return { text: texts.join(""), results: readResults(output) };
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
};

/** `server-tools-list-2026-11-22T19-32-30-397Z` is the folder of `tools-list`. */
const scenarioOf = (name: string): string => name.replace(/-\d{4}-\d\d-\d\dT[\d-]+Z$/, "");

const readResults = (output: string): Results => {
  const results = new Map<string, readonly Check[]>();
  for (const name of readdirSync(output)) {
    const file = join(output, name, "checks.json");
    // The format of the pinned version of the suite.
    if (existsSync(file)) results.set(scenarioOf(name), JSON.parse(readFileSync(file, "utf8")) as readonly Check[]);
  }
  return results;
};

/** Every server scenario of a revision's requirements, the unscored ones too. */
export const runServerScenarios = async (url: string, revision: Revision): Promise<Results> => {
  const { text, results } = await runSuite(["server", "--requirements", revision, "--url", url]);
  if (results.size === 0) throw new Error(`The suite ran nothing against ${url}:\n${text}`);
  return new Map([...results].map(([name, checks]) => [name.replace(/^server-/, ""), checks]));
};

/** The client scenarios of a revision, the unscored ones too, but for those of OAuth, which a proxy with credentials of its own cannot pass on. */
export const listClientScenarios = (revision: Revision): readonly string[] => {
  const words = [suite, "list", "--client", "--requirements", revision];
  const { stdout } = spawnSync(process.execPath, words, { encoding: "utf8" });
  const [, listed = ""] = stdout.split("Client scenarios");
  const names = [...listed.matchAll(/^ +- (\S+)(?: \[client\])?$/gm)].map(([, name = ""]) => name);
  const chosen = names.filter((name) => !name.startsWith("auth/"));
  if (chosen.length === 0) throw new Error(`The suite lists no client scenarios for ${revision}:\n${stdout}`);
  return chosen;
};

export interface ClientRun {
  /** What the suite starts, with the URL of its server as the last word. Split at blanks by the suite. */
  readonly command: string;
  readonly scenario: string;
  readonly revision: Revision;
}

export interface ClientResult {
  readonly checks: readonly Check[];
  /** What suite and client printed. */
  readonly text: string;
}

export const runClientScenario = async ({ command, scenario, revision }: ClientRun): Promise<ClientResult> => {
  const words = ["--command", command, "--scenario", scenario, "--spec-version", revision];
  const { text, results } = await runSuite(["client", ...words]);
  const checks = results.get(scenario);
  if (checks === undefined) throw new Error(`The suite wrote no checks for ${scenario}:\n${text}`);
  return { checks, text };
};

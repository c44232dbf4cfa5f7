// checkrein as an operator would set it up before a server that is already there: `init` drafts contracts for its tools
// as they are, one line allows what passes beside tools, `serve` starts.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { startChild } from "../test/support/child-server.ts";

export interface Sidecar {
  /** Where agents call: `/mcp` and `/mcp/everything` are under it. */
  readonly url: string;
  stop(): Promise<void>;
}

const root = join(import.meta.dirname, "..");
const NAME = "everything";

/** All that a server can do beside tools. */
const ALLOW = `allow: { resources: "*", prompts: "*", completion: true, logging: true, elicitation: true, sampling: true, roots: true, subscriptions: true },`;

/** Not synchronous: the server may live in this very process. */
const draft = async (server: string, contracts: string): Promise<void> => {
  const words = ["src/main.ts", "init", "--mcp", server, "--name", NAME, "--contracts", contracts, "--as-is"];
  try {
    await promisify(execFile)(process.execPath, words, { cwd: root, timeout: 15_000 });
  } catch (error) {
    throw new Error(`checkrein init --mcp ${server} failed`, { cause: error });
  }
};

const allowAll = (contracts: string): void => {
  const file = join(contracts, NAME, "backend.ts");
  const text = readFileSync(file, "utf8");
  const changed = text.replace(/defineMcpBackend\(\{\n/, (opening) => `${opening}  ${ALLOW}\n`);
  if (changed === text) throw new Error(`There is no defineMcpBackend in ${file} to add an allow list to.`);
  writeFileSync(file, changed);
};

/** Drafts contracts for the server at this URL and starts checkrein before it, on free ports. */
export const startSidecar = async (server: string): Promise<Sidecar> => {
  const folder = mkdtempSync(join(tmpdir(), "checkrein-conformance-sidecar-"));
  const contracts = join(folder, "contracts");
  try {
    await draft(server, contracts);
    allowAll(contracts);
    const options = {
      contracts,
      port: "0",
      "admin-port": "0",
      "state-directory": join(folder, "state"),
      journal: "none",
      anonymous: "true",
    };
    const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
    const child = await startChild({
      arguments: ["src/main.ts", "serve", ...flags],
      environment: { EVERYTHING_URL: server },
    });
    const stop = async (): Promise<void> => {
      await child.kill();
      rmSync(folder, { recursive: true, force: true });
    };
    return { url: String(child.ready["data"]).replace(/\/$/, ""), stop };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
};

// What the suite starts for a client scenario: the reference client, straight at the suite's server (`--bare`) or through
// a checkrein that is set up towards it. `node client.ts [--bare] <url>`, the scenario in MCP_CONFORMANCE_SCENARIO.
import { playScenario } from "./reference-client.ts";
import { startSidecar } from "./sidecar.ts";

const words = process.argv.slice(2);
const url = words.at(-1);
const scenario = process.env["MCP_CONFORMANCE_SCENARIO"];
if (url === undefined || scenario === undefined)
  throw new Error("The suite gives the URL and MCP_CONFORMANCE_SCENARIO.");

/** Under the suite's own 30 s, which would end this process and leave the sidecar behind. */
const DEADLINE_MS = 25_000;

const playThrough = async (server: string): Promise<void> => {
  const sidecar = await startSidecar(server);
  const late = AbortSignal.timeout(DEADLINE_MS);
  const lateness = new Promise<never>((_, reject) => late.addEventListener("abort", () => reject(late.reason)));
  try {
    await Promise.race([playScenario(scenario, `${sidecar.url}/mcp/everything`), lateness]);
  } finally {
    await sidecar.stop();
  }
};

try {
  await (words.includes("--bare") ? playScenario(scenario, url) : playThrough(url));
  process.exitCode = 0;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
}
// A client that failed may have a stream open still.
process.exit();

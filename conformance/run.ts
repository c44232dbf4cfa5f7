// `npm run conformance`: the MCP conformance suite against a server on the SDK, bare and with checkrein between, side by
// side; then against the tools of all backends at /mcp; then a client on the SDK against the suite's servers, bare and
// with checkrein between. Exit 1 where checkrein makes a difference.
import { join } from "node:path";
import { startConformanceServer } from "../test/support/conformance-server.ts";
import { compareClients, compareParts, compareServers, type Row } from "./compare.ts";
import { startSidecar } from "./sidecar.ts";
import {
  installSuite,
  listClientScenarios,
  type Results,
  type Revision,
  REVISIONS,
  runClientScenario,
  runServerScenarios,
} from "./suite.ts";
import { concernsTools } from "./tool-scenarios.ts";

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Prints a table, and gives the number of rows that are not as wanted. */
const report = (title: string, rows: readonly Row[]): number => {
  const wrong = rows.filter(({ isAsWanted }) => !isAsWanted);
  const total = (side: "bare" | "behind"): string => {
    const parts = rows.map((row) => row[side].split(" ", 1)[0]?.split("/").map(Number) ?? []);
    return [0, 1].map((place) => parts.reduce((sum, part) => sum + (part[place] ?? 0), 0)).join("/");
  };
  say(`\n${title} (passed/failed checks)`);
  say(`    ${"scenario".padEnd(48)}${"bare".padEnd(18)}checkrein`);
  for (const { scenario, bare, behind, isAsWanted, differences } of rows) {
    say(`${isAsWanted ? " ok " : " NO "}${scenario.padEnd(48)}${bare.padEnd(18)}${behind}`);
    if (!isAsWanted) for (const line of differences) say(`      ${line}`);
  }
  say(`    ${`${rows.length} scenarios`.padEnd(48)}${total("bare").padEnd(18)}${total("behind")}`);
  return wrong.length;
};

const onlyTools = (bare: Results, part: Results): readonly Row[] =>
  [...bare.keys()]
    .filter(concernsTools)
    .sort()
    .map((scenario) => compareParts(scenario, bare.get(scenario) ?? [], part.get(scenario) ?? []));

const runServers = async (): Promise<number> => {
  const server = await startConformanceServer();
  const sidecar = await startSidecar(server.url);
  let wrong = 0;
  try {
    for (const revision of REVISIONS) {
      const bare = await runServerScenarios(server.url, revision);
      const behind = await runServerScenarios(`${sidecar.url}/mcp/everything`, revision);
      wrong += report(`Server, ${revision}, at /mcp/everything`, compareServers(bare, behind));
      const tools = await runServerScenarios(`${sidecar.url}/mcp`, revision);
      wrong += report(`Server, ${revision}, tools at /mcp`, onlyTools(bare, tools));
    }
  } finally {
    await sidecar.stop();
    await server.close();
  }
  return wrong;
};

const client = `${process.execPath} ${join(import.meta.dirname, "client.ts")}`;

const runClients = async (revision: Revision): Promise<number> => {
  const rows: Row[] = [];
  for (const scenario of listClientScenarios(revision)) {
    const bare = await runClientScenario({ command: `${client} --bare`, scenario, revision });
    const behind = await runClientScenario({ command: client, scenario, revision });
    const row = compareClients(scenario, bare.checks, behind.checks);
    rows.push(row.isAsWanted ? row : { ...row, differences: [...row.differences, ...behind.text.trim().split("\n")] });
  }
  return report(`Client, ${revision}, through /mcp/everything`, rows);
};

installSuite();
let wrong = await runServers();
for (const revision of REVISIONS) wrong += await runClients(revision);
say(wrong === 0 ? "\ncheckrein makes no difference." : `\ncheckrein makes a difference in ${wrong} scenarios.`);
process.exitCode = wrong === 0 ? 0 : 1;

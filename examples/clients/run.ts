// `node examples/clients/run.ts [name…]`: points every client at one checkrein and prints what came of it; ends with 1
// where a client did not list the tools, did not get an answer, or lost a refusal on its way to the model. The first run
// installs the clients.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type Client, clients, folder } from "./support/clients.ts";
import { columns, findFaults, readRefusals, script } from "./support/expected.ts";
import { startParts } from "./support/parts.ts";
import { watchClient } from "./support/watch.ts";

/** The clients are not the root's: npm writes this file when it has brought them all. */
const install = (): boolean =>
  existsSync(join(folder, "node_modules/.package-lock.json")) ||
  spawnSync("npm", ["ci"], { cwd: folder, stdio: "inherit" }).status === 0;

/** Of what is installed. */
const versionOf = (client: Client): string => {
  const file = join(folder, "node_modules", client.package, "package.json");
  const members = z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(file, "utf8")));
  return String(members[client.versionMember ?? "version"]);
};

const print = (cells: readonly string[]): void => {
  const [name = "", version = "", ...rest] = cells;
  process.stdout.write(`${[name.padEnd(20), version.padEnd(10), ...rest.map((cell) => cell.padEnd(11))].join("")}\n`);
};

const main = async (words: readonly string[]): Promise<number> => {
  const wanted = clients.filter(({ name }) => words.length === 0 || words.includes(name));
  if (words.some((word) => !wanted.some(({ name }) => name === word))) {
    process.stderr.write(`There is no such client. There are: ${clients.map(({ name }) => name).join(", ")}.\n`);
    return 2;
  }
  if (!install()) return 1;
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130)); // children end with us
  const parts = await startParts();
  let failed = 0;
  try {
    const refusals = await readRefusals(parts.url);
    print(["client", "version", ...columns, "seconds"]);
    for (const client of wanted) {
      const begun = performance.now();
      const before = parts.requests();
      const seen = await watchClient(client, parts.url, script);
      const { cells, faults } = findFaults(client, seen, refusals, parts.requests() - before);
      print([client.name, versionOf(client), ...cells, ((performance.now() - begun) / 1000).toFixed(1)]);
      for (const fault of faults) process.stdout.write(`  WRONG: ${fault}\n`);
      failed += faults.length;
    }
  } finally {
    await parts.stop();
  }
  process.stdout.write(failed === 0 ? "every client: as it has to be\n" : `${failed} wrong\n`);
  return failed === 0 ? 0 : 1;
};

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));

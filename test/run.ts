// `npm test`: the scripts of package.json that decide whether a change lands, quickest first. With words behind it
// (`npm test -- test/schema`) it runs those tests alone, and says what it left out.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { openOutputs, removeOutputs, searchOutputs } from "./outputs.ts";
import { isRedisExpected } from "./support/redis-server.ts";

/** Format and lint, compiler, rooms, generated files. */
const CHECKS = ["lint", "typecheck", "rooms", "fresh"];

interface Ran {
  readonly passed: boolean;
  /** All that it has said. */
  readonly log: string;
}

const run = async (
  name: string,
  words: readonly string[] = [],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ran> => {
  process.stdout.write(`\n== ${name}\n`);
  const begun = performance.now();
  const isTerminal = process.stdout.isTTY ? { FORCE_COLOR: "1" } : {};
  const child = spawn("npm", ["run", "--silent", name, "--", ...words], {
    stdio: ["inherit", "pipe", "pipe"],
    env: { ...process.env, ...isTerminal, ...environment },
  });
  let log = "";
  const tell = (stream: NodeJS.WriteStream) => (bytes: Buffer) => {
    log += bytes.toString("latin1");
    stream.write(bytes);
  };
  child.stdout.on("data", tell(process.stdout));
  child.stderr.on("data", tell(process.stderr));
  child.on("error", (error) => process.stdout.write(`${error.message}\n`));
  const [code] = await once(child, "close");
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  process.stdout.write(`== ${name}: ${code === 0 ? "passed" : "FAILED"} in ${seconds} s\n`);
  return { passed: code === 0, log };
};

/** All tests with their coverage; then one search for secrets over everything that they have put out. */
const runAll = async (): Promise<readonly string[]> => {
  const failed: string[] = [];
  for (const name of CHECKS) if (!(await run(name)).passed) failed.push(name);
  const outputs = openOutputs();
  const { passed, log } = await run("coverage", [], outputs.environment);
  if (!passed) failed.push("coverage");
  const { files, found } = searchOutputs(outputs, log);
  process.stdout.write(`\n== secrets: ${found.length} in ${files} files of output and the suite's own words\n`);
  for (const { file, secret } of found) process.stdout.write(`${file}: ${secret}\n`);
  if (found.length > 0 || files === 0) failed.push("secrets");
  else removeOutputs(outputs);
  return failed;
};

const runSome = async (words: readonly string[]): Promise<readonly string[]> => {
  const { passed } = await run("unit", words);
  process.stdout.write(`\nleft out: ${CHECKS.join(", ")}, secrets and all other tests; \`npm test\` runs them\n`);
  return passed ? [] : ["unit"];
};

const words = process.argv.slice(2);
const failed = words.length > 0 ? await runSome(words) : await runAll();
if (!isRedisExpected)
  process.stdout.write("\nleft out: what needs a real Redis, in test/state (no redis-server on the PATH)\n");
process.stdout.write(failed.length === 0 ? "\nnpm test: all passed\n" : `\nnpm test: failed in ${failed.join(", ")}\n`);
process.exitCode = failed.length === 0 ? 0 : 1;

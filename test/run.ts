// `npm test`: the scripts of package.json that decide whether a change lands, quickest first. With words behind it
// (`npm test -- test/schema`) it runs those tests alone, and says what it left out.
import { spawnSync } from "node:child_process";
import { isRedisExpected } from "./support/redis-server.ts";

/** Format and lint, compiler, rooms, generated files, and all tests with their coverage. */
const STEPS = ["lint", "typecheck", "rooms", "fresh", "coverage"];

const run = (name: string, words: readonly string[] = []): boolean => {
  process.stdout.write(`\n== ${name}\n`);
  const begun = performance.now();
  const { status, error } = spawnSync("npm", ["run", "--silent", name, "--", ...words], { stdio: "inherit" });
  if (error !== undefined) process.stdout.write(`${error.message}\n`);
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  process.stdout.write(`== ${name}: ${status === 0 ? "passed" : "FAILED"} in ${seconds} s\n`);
  return status === 0;
};

const words = process.argv.slice(2);
const failed = words.length > 0 ? ["unit"].filter((name) => !run(name, words)) : STEPS.filter((name) => !run(name));
if (words.length > 0)
  process.stdout.write(`\nleft out: ${STEPS.slice(0, -1).join(", ")} and all other tests; \`npm test\` runs them\n`);
if (!isRedisExpected)
  process.stdout.write("\nleft out: what needs a real Redis, in test/state (no redis-server on the PATH)\n");
process.stdout.write(failed.length === 0 ? "\nnpm test: all passed\n" : `\nnpm test: failed in ${failed.join(", ")}\n`);
process.exitCode = failed.length === 0 ? 0 : 1;

// `npm test`: everything that decides whether a change lands, in the order of what is quickest to know. With words behind
// it (`npm test -- test/schema`) it runs those tests alone, and says so.
import { spawnSync } from "node:child_process";

interface Step {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
}

const STEPS: readonly Step[] = [
  { name: "format", command: ["oxfmt", "--check", "."] },
  { name: "lint", command: ["oxlint", "--deny-warnings"] },
  { name: "types", command: ["tsc", "-p", "."] },
  {
    name: "rooms",
    command: ["depcruise", "--config", ".dependency-cruiser.cjs", "src", "contracts", "examples", "bench"],
  },
  { name: "types of documents", command: ["node", "src/main.ts", "types", "--check"] },
  { name: "generated pages", command: ["node", "docs/generate.ts", "--check"] },
  { name: "tests", command: ["vitest", "run", "--coverage"] },
];

const run = ({ name, command: [program, ...words] }: Step): boolean => {
  process.stdout.write(`\n== ${name}: ${program} ${words.join(" ")}\n`);
  const begun = performance.now();
  const { status, error } = spawnSync(program, words, { stdio: "inherit" });
  if (error !== undefined) process.stdout.write(`${error.message}\n`);
  process.stdout.write(
    `== ${name}: ${status === 0 ? "passed" : "FAILED"} in ${((performance.now() - begun) / 1000).toFixed(1)} s\n`,
  );
  return status === 0;
};

const words = process.argv.slice(2);
const steps: readonly Step[] = words.length === 0 ? STEPS : [{ name: "tests", command: ["vitest", "run", ...words] }];
const failed = steps.filter((step) => !run(step)).map(({ name }) => name);

if (words.length > 0)
  process.stdout.write(
    `\nleft out: ${STEPS.map(({ name }) => name)
      .filter((name) => name !== "tests")
      .join(", ")} (npm test runs all)\n`,
  );
process.stdout.write(`\n${failed.length === 0 ? "all steps passed" : `failed: ${failed.join(", ")}`}\n`);
process.stdout.write(`steps: ${steps.length - failed.length} passed, ${failed.length} failed\n`);
process.exitCode = failed.length === 0 ? 0 : 1;

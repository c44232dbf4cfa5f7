// `npm run bench -- start`: what a start costs with 10 to 10,000 contracts, in CPU time until it is ready, beside the time of
// importing the dependencies alone; and the memory that it then has. Every start is a process of its own; rounds take turns.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeManyContracts } from "./many-contracts.ts";
import { startTarget } from "./target.ts";
import { median } from "./table.ts";

const ROUNDS = Number(process.env["ROUNDS"] ?? 5);
const COUNTS = [10, 50, 1000, 10_000];
const CORE = 1;

const root = fileURLToPath(new URL("..", import.meta.url));

/** Those of package.json that every start imports: not a Redis's client, and nothing of OpenTelemetry. */
const dependencies = (): readonly string[] => {
  const { dependencies: all }: { dependencies: Readonly<Record<string, string>> } = JSON.parse(
    readFileSync(join(root, "package.json"), "utf8"),
  );
  return Object.keys(all).filter((name) => !/^@(?:redis|opentelemetry)\//.test(name));
};

/** Milliseconds of CPU of a Node that imports these and ends. */
const importAlone = (names: readonly string[]): number => {
  const script = `for (const name of ${JSON.stringify(names)}) await import(name); const { user, system } = process.cpuUsage(); console.log((user + system) / 1000);`;
  const ran = spawnSync(process.execPath, ["--input-type=module", "--eval", script], { cwd: root, encoding: "utf8" });
  if (ran.status !== 0) throw new Error(ran.stderr);
  return Number(ran.stdout);
};

interface Start {
  readonly cpu: number;
  readonly wall: number;
  readonly memory: number;
}

const startWith = async (folder: string, main: string): Promise<Start> => {
  const flags = ["--port=0", "--admin-port=0", "--journal=none", "--anonymous=true", "--watch=false", "--state=memory"];
  const words = [main, "serve", `--contracts=${folder}`, `--state-directory=${join(folder, ".state")}`, ...flags];
  const begun = performance.now();
  const target = await startTarget({ name: "checkrein", words, environment: {}, core: CORE });
  const wall = performance.now() - begun;
  const start = { cpu: target.cpu(), wall, memory: target.memory() };
  target.stop();
  return start;
};

const ofAll = (starts: readonly Start[], member: keyof Start): string =>
  median(starts.map((one) => one[member])).toFixed(0);

/** `main`: the program, `src/main.ts` as it is or `dist/main.js` as it is published. */
export const measureStart = async (): Promise<void> => {
  const names = dependencies();
  const mains = ["src/main.ts", "dist/main.js"];
  if (spawnSync("npm", ["run", "--silent", "build"], { cwd: root, stdio: "inherit" }).status !== 0)
    throw new Error("the build failed");
  const folders = COUNTS.map((count) => ({ count, ...writeManyContracts(count) }));
  const alone: number[] = [];
  const starts = new Map<string, Start[]>();
  for (let round = 0; round < ROUNDS; round += 1) {
    alone.push(importAlone(names));
    for (const { count, folder } of folders)
      for (const main of mains) {
        const key = `${count} contracts, ${main}`;
        starts.set(key, [...(starts.get(key) ?? []), await startWith(folder, main)]);
      }
  }
  for (const { remove } of folders) remove();
  const base = median(alone);
  process.stdout.write(
    `importing ${names.join(", ")} alone: ${base.toFixed(0)} ms of CPU (${ROUNDS} rounds, medians)\n`,
  );
  for (const [what, all] of starts) {
    const ratio = (median(all.map(({ cpu }) => cpu)) / base).toFixed(1);
    process.stdout.write(
      `${what}: ready after ${ofAll(all, "cpu")} ms of CPU (${ratio} times), ${ofAll(all, "wall")} ms, ${ofAll(all, "memory")} MiB\n`,
    );
  }
};

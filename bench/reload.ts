// `npm run bench -- reload`: what reloads leave behind in memory, in a process of their own whose garbage is collected before
// each look: reloads of unchanged files, reloads that go back and forth between two states, and reloads with one file changed
// each time, whose modules Node never frees.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import pino from "pino";
import { startApp } from "../src/app.ts";
import { countModules } from "../src/contract/load/modules.ts";
import { readSettings } from "../src/settings.ts";
import { slopeOf } from "../test/soak/growth.ts";
import { contractFile, contractText, writeManyContracts } from "./many-contracts.ts";

const CONTRACTS = 50;
const UNCHANGED = Number(process.env["RELOADS"] ?? 10_000);
const FLIPS = Math.ceil(UNCHANGED / 20);
const CHANGED = Math.ceil(UNCHANGED / 20);

const heapNow = (): number => {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
};

/** Bytes of the heap that each reload leaves, by the line that fits best over ten looks. */
const growthOf = async (reloads: number, reload: (index: number) => Promise<void>): Promise<number> => {
  const warm = Math.ceil(reloads / 10);
  for (let index = 0; index < warm; index += 1) await reload(index);
  const points: [number, number][] = [];
  for (let index = warm; index <= reloads; index += 1) {
    await reload(index);
    if (index % Math.ceil(reloads / 10) === 0) points.push([index, heapNow()]);
  }
  return slopeOf(points);
};

const measure = async (): Promise<void> => {
  const { folder, remove } = writeManyContracts(CONTRACTS);
  const flags = ["--port=0", "--admin-port=0", "--journal=none", "--anonymous=true", "--watch=false", "--state=memory"];
  const read = readSettings({}, [`--contracts=${folder}`, `--state-directory=${join(folder, ".state")}`, ...flags]);
  if (!read.ok) throw new Error(read.problems.join());
  const app = await startApp({ settings: read.settings, environment: {}, log: pino({ level: "silent" }) });
  const reload = async (wanted: string): Promise<void> => {
    const { result } = await app.reload("operator");
    if (result !== wanted) throw new Error(`the reload is ${result}, not ${wanted}`);
  };
  const call = async (tool: string): Promise<void> => {
    const body = JSON.stringify({ tool, arguments: { id: "A" } });
    await fetch(`${app.dataUrl}/check`, { method: "POST", headers: { "content-type": "application/json" }, body });
  };
  const write = (index: number, most: number): void =>
    writeFileSync(join(folder, contractFile(index)), contractText(index, most));
  const begun = performance.now();
  const flat = await growthOf(UNCHANGED, () => reload("unchanged"));
  const spent = (performance.now() - begun) / UNCHANGED;
  const back = await growthOf(FLIPS, async (index) => {
    write(0, 30 + (index % 2));
    await reload("switched");
    await call("get_note_0"); // so that its validator is compiled
  });
  const before = countModules();
  const changed = await growthOf(CHANGED, async (index) => {
    write(1, 1000 + index);
    await reload("switched");
    await call("get_note_1");
  });
  const rows = [
    [
      `${UNCHANGED} reloads of ${CONTRACTS} unchanged contracts`,
      `${(flat / 1000).toFixed(2)} kB each, ${spent.toFixed(1)} ms`,
    ],
    [`${FLIPS} back and forth between two states`, `${(back / 1000).toFixed(2)} kB each`],
    [
      `${CHANGED} with one file changed, ${countModules() - before} modules more`,
      `${(changed / 1000).toFixed(2)} kB each`,
    ],
  ];
  for (const [what, figure] of rows) process.stdout.write(`${what}: ${figure}\n`);
  await app.stop();
  remove();
};

export const measureReload = (): void => {
  const argv = ["--expose-gc", fileURLToPath(import.meta.url)];
  const { status } = spawnSync(process.execPath, argv, { stdio: "inherit" });
  if (status !== 0) throw new Error("the measurement failed");
};

if (process.argv[1] === fileURLToPath(import.meta.url)) await measure();

// `npm run soak -- --minutes 30 --seed 1`: the soak before a release. Exit code 1, with the reason, when anything does not hold; it
// ends then.
import { parseArgs } from "node:util";
import { printSoak } from "./print-soak.ts";
import { runSoak } from "./run-soak.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "30" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
  },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed);
process.stdout.write(`a soak of ${minutes} minutes, seed ${seed}\n`);

let told = 0;
const report = await runSoak({
  seed,
  minutes,
  perSecond: 25,
  illMs: 5000,
  wellMs: 8000,
  breakerMs: 50,
  reloadEveryMs: Math.min(60_000, minutes * 6000),
  lookEveryMs: Math.min(30_000, minutes * 3000),
  warmUpMs: minutes * 12_000,
  journalBytes: 16_777_216,
  onWindow: (passed) => {
    if (passed < told + 1) return;
    told = Math.floor(passed);
    process.stdout.write(`${told} min\n`);
  },
});
process.stdout.write(`\n${printSoak(report)}`);
process.exitCode = report.problems.length === 0 ? 0 : 1;

// `npm run bench:airline [-- recording.jsonl]`: real agents' calls, replayed through a running sidecar that holds them to the
// airline's policy. Prints what is refused now, by clause.
import { join } from "node:path";
import { readRecording, writeTools } from "./airline/recording.ts";
import { replay } from "./airline/replay.ts";
import { report } from "./airline/report.ts";

const [file = join(import.meta.dirname, "../test/data/tau-airline/trajectories.jsonl")] = process.argv.slice(2);
const runs = readRecording(file);
const replayed = await replay(runs, (tool) => writeTools.has(tool));
report(runs, replayed, (line) => process.stdout.write(`${line}\n`));

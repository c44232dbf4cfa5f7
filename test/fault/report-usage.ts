// Loaded into the sidecar before it starts: on SIGUSR2 it collects garbage and tells what the process holds, which nobody can see
// from outside.
import { renameSync, writeFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

const file = process.env["USAGE_FILE"] ?? "";

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

process.on("SIGUSR2", () => {
  collect();
  const handles: Record<string, number> = {};
  for (const name of process.getActiveResourcesInfo()) handles[name] = (handles[name] ?? 0) + 1;
  writeFileSync(`${file}.part`, JSON.stringify({ heapBytes: process.memoryUsage().heapUsed, handles }));
  renameSync(`${file}.part`, file);
});

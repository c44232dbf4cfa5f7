// Where the suite runs as a whole, nothing that it wrote goes before it was searched for secrets: what a test removes from the
// temporary folder is moved aside. See test/outputs.ts.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

const kept = process.env["KEPT_OUTPUTS"];

const isTemporary = (path: unknown): path is string => typeof path === "string" && path.startsWith(`${tmpdir()}/`);

let moved = 0;
const moveAside = (into: string, path: string): void => {
  moved += 1;
  fs.renameSync(path, join(into, `${process.pid}-${moved}-${basename(path)}`));
};

if (kept !== undefined) {
  const { rmSync } = fs;
  fs.rmSync = (path, options) => {
    if (isTemporary(path) && fs.existsSync(path)) moveAside(kept, path);
    else rmSync(path, options);
  };
  syncBuiltinESMExports();
}

/** What an agent was answered, or a process has said. */
export const keepOutput = (name: string, text: string): void => {
  if (kept !== undefined) fs.appendFileSync(join(kept, `${process.pid}-${name}.log`), `${text}\n`);
};

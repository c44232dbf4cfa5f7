// Where the suite runs as a whole, nothing that it wrote goes before it was searched for secrets: what a test removes from the
// temporary folder is copied aside. See test/outputs.ts.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

const kept = process.env["KEPT_OUTPUTS"];

const isTemporary = (path: unknown): path is string => typeof path === "string" && path.startsWith(`${tmpdir()}/`);

let copied = 0;
const copyAside = (into: string, path: string): void => {
  copied += 1;
  fs.cpSync(path, join(into, `${process.pid}-${copied}-${basename(path)}`), {
    recursive: true,
    filter: (source) => isPlain(fs.lstatSync(source)), // no pipe and no socket
  });
};

const isPlain = (found: fs.Stats): boolean => found.isFile() || found.isDirectory() || found.isSymbolicLink();

/** A setup file is loaded beside the same file as tests import it: twice in one process. */
const HOOKED = Symbol.for("checkrein-keeps-outputs");

if (kept !== undefined && !(HOOKED in fs.rmSync)) {
  const { rmSync } = fs;
  const rmSyncKept: typeof rmSync = (path, options) => {
    if (isTemporary(path) && fs.existsSync(path)) copyAside(kept, path);
    rmSync(path, options);
  };
  fs.rmSync = Object.assign(rmSyncKept, { [HOOKED]: true });
  syncBuiltinESMExports();
}

/** What an agent was answered, or a process has said. */
export const keepOutput = (name: string, text: string): void => {
  if (kept !== undefined) fs.appendFileSync(join(kept, `${process.pid}-${name}.log`), `${text}\n`);
};

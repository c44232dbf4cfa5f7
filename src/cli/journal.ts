// `checkrein journal`: what stands in a journal. Its parts are files of their own, imported when they are called.
import { existsSync } from "node:fs";
import { nearestNames } from "../nearest.ts";
import { type Output, failUsage } from "./print.ts";

type Command = (argv: readonly string[], out: Output) => Promise<number>;

const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  tail: async () => (await import("./journal-tail.ts")).tailJournal,
  show: async () => (await import("./journal-show.ts")).showCall,
  stats: async () => (await import("./journal-stats.ts")).showStats,
  verify: async () => (await import("./journal-verify.ts")).verify,
  export: async () => (await import("./journal-export.ts")).exportLines,
  key: async () => (await import("./journal-key.ts")).journalKey,
};

/** Without one of these words it lists. Exit code 0 when it is done, 2 for an option that is wrong, else 1. */
export const journal: Command = async (argv, out) => {
  if (out === process.stdout) process.stdout.on("error", leave);
  const [first = "", ...rest] = argv;
  const load = Object.hasOwn(COMMANDS, first) ? COMMANDS[first] : undefined;
  if (load !== undefined) return (await load())(rest, out);
  const nearest =
    /^[a-z]+$/.test(first) && !existsSync(first) ? nearestNames(first, Object.keys(COMMANDS))[0] : undefined;
  if (nearest !== undefined)
    return failUsage(out, `there is no journal or command "${first}": did you mean checkrein journal ${nearest}?`);
  return (await import("./journal-list.ts")).listJournal(argv, out);
};

/** Whoever read has seen enough (`| head`): that is no failure. */
const leave = (error: NodeJS.ErrnoException): void => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
};

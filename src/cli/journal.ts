// `checkrein journal <command>`: hands the words behind the command's name to its file.
import { type Output, failUsage } from "./print.ts";

type Command = (argv: readonly string[], out: Output) => Promise<number>;

const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  verify: async () => (await import("./journal-verify.ts")).verify,
  export: async () => (await import("./journal-export.ts")).exportLines,
  key: async () => (await import("./journal-key.ts")).journalKey,
};

export const journal = async (argv: readonly string[], out: Output): Promise<number> => {
  const [name = "", ...rest] = argv;
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load !== undefined) return (await load())(rest, out);
  return failUsage(out, `there is no "${name}": use checkrein journal ${Object.keys(COMMANDS).join(", ")}`);
};

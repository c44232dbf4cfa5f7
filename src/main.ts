#!/usr/bin/env node
// The command line: hands the words after the command's name to its file in cli/. Commands are imported when they are
// called, so that a small one starts fast.
import type { Output } from "./cli/print.ts";

type Command = (argv: readonly string[], out: Output) => Promise<number>;

const COMMANDS: Readonly<Record<string, { readonly says: string; readonly load: () => Promise<Command> }>> = {
  serve: { says: "start the sidecar", load: async () => (await import("./cli/serve.ts")).serve },
  check: {
    says: "load the contracts, print every problem, exit 1 if there is one",
    load: async () => (await import("./cli/check.ts")).check,
  },
  test: { says: "run the contracts' examples", load: async () => (await import("./cli/test.ts")).test },
  try: {
    says: "show what an agent would get for one call",
    load: async () => (await import("./cli/try.ts")).tryTool,
  },
  replay: {
    says: "judge recorded calls by the contracts as they are now",
    load: async () => (await import("./cli/replay.ts")).replayJournal,
  },
  diff: {
    says: "tell what widens, narrows and breaks between two sets of contracts",
    load: async () => (await import("./cli/diff.ts")).diff,
  },
  init: {
    says: "draft a backend and contracts from an OpenAPI document or an MCP server",
    load: async () => (await import("./cli/init.ts")).init,
  },
  lock: {
    says: "keep what MCP servers say about their tools, and show what has changed",
    load: async () => (await import("./cli/lock.ts")).lock,
  },
  approve: {
    says: "list the calls that wait for a person, approve or deny one",
    load: async () => (await import("./cli/approve.ts")).approve,
  },
  reload: {
    says: "serve the contracts as they are now, without a restart",
    load: async () => (await import("./cli/reload.ts")).reload,
  },
  runs: { says: "list, open and end runs of agents", load: async () => (await import("./cli/runs.ts")).runs },
  journal: {
    says: "look into the journal, prove that it is whole, export it",
    load: async () => (await import("./cli/journal.ts")).journal,
  },
  key: { says: "make an API key for a caller", load: async () => (await import("./cli/key.ts")).key },
  types: { says: "make the types of OpenAPI documents", load: async () => (await import("./cli/types.ts")).types },
};

const usage = (): string => {
  const lines = Object.entries(COMMANDS).map(([name, { says }]) => `  checkrein ${name.padEnd(8)} ${says}`);
  return `checkrein checks every tool call of an agent against a typed contract.\n\n${lines.join("\n")}\n\nEach takes --help.\n`;
};

const run = async (argv: readonly string[]): Promise<number> => {
  const [name = "", ...rest] = argv;
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command !== undefined && rest.some((word) => word === "--help" || word === "-h")) {
    process.stdout.write((await import("./cli/help.ts")).helpOf(name));
    return 0;
  }
  if (command !== undefined) return (await command.load())(rest, process.stdout);
  const isHelp = ["", "help", "--help", "-h"].includes(name);
  (isHelp ? process.stdout : process.stderr).write(isHelp ? usage() : `There is no command "${name}".\n\n${usage()}`);
  return isHelp ? 0 : 2;
};

process.exitCode = await run(process.argv.slice(2));

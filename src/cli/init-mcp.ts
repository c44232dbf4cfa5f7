// `checkrein init --mcp <url or command>`: drafts a backend, a contract a tool and the lock from what a live server lists.
import { join } from "node:path";
import type { McpBackendDeclaration } from "../contract/contract.ts";
import { defineMcpBackend } from "../contract/define-mcp-backend.ts";
import { bearer, secret } from "../contract/define-rest-backend.ts";
import { isBackendName } from "../contract/load/declaration.ts";
import { checkMcpDeclaration } from "../contract/load/mcp-declaration.ts";
import { readLock } from "../contract/lock/read-lock.ts";
import { visible } from "../contract/lock/visible.ts";
import { type ServerDraft, writeMcpBackend, writeToolContract } from "../import/mcp-write.ts";
import { type ToolDrafts, draftTools } from "../import/mcp.ts";
import { kebab } from "../import/names.ts";
import { urlVariable } from "../import/write.ts";
import { type ListTools, listTools } from "./list-tools.ts";
import { saveLock, updateTools } from "./lock-file.ts";
import { NAME_RULE, writeFiles } from "./new-files.ts";
import { contractsFolder, readOptionsAlone } from "./options.ts";
import { type Output, count, fail, failUsage, printProblems } from "./print.ts";

const OPTIONS = { mcp: "many", contracts: "one", name: "one", "as-is": "flag", bearer: "one", env: "many" } as const;
const USAGE = "name the server: checkrein init --mcp <url>, or checkrein init --mcp -- <command> <arguments…>";

/** Exit code 0 when drafts and lock stand on disk, whatever was skipped; 2 for an option that is missing or wrong. */
export const initMcp = async (argv: readonly string[], out: Output, list: ListTools = listTools): Promise<number> => {
  const { own, command } = splitCommand(argv);
  const options = readOptionsAlone(own, OPTIONS);
  if (!options.ok) return failUsage(out, options.problem);
  const { mcp, contracts, name: names, env, bearer: tokens } = options.values;
  const words = command ?? wordsOf(mcp);
  if (words.length === 0) return failUsage(out, USAGE);
  const [name = nameFrom(words)] = names;
  if (!isBackendName(name)) return failUsage(out, `"${name}" is not a backend name: ${NAME_RULE} (--name)`);
  const server: ServerDraft = isUrl(words)
    ? { kind: "http", bearer: tokens[0] }
    : { kind: "stdio", command: words, variables: env };
  const declaration = declarationOf(name, words, server);
  const problem = misplaced(server, options.values) ?? problemOf(declaration);
  if (problem !== undefined) return failUsage(out, problem);
  const folder = contractsFolder(contracts);
  const locked = readLock(folder);
  if (locked.problems.length > 0) {
    printProblems(locked.problems, out);
    return 1;
  }
  const listed = await list(declaration);
  if (!listed.ok)
    return fail(out, `the tools of ${visible(words.join(" "))} cannot be listed: ${visible(listed.problem)}`);
  const drafts = draftTools(listed.tools, options.values["as-is"]);
  const plan: Plan = { name, folder, url: server.kind === "http" ? words[0] : undefined, server, drafts };
  writeDrafts(plan, out);
  const entries = new Map(locked.lock);
  const isSame = updateTools(entries, name, listed.tools, { accept: false, out });
  saveLock(folder, locked.lock, entries, out);
  out.write(summaryOf(plan, isSame));
  return 0;
};

/** Everything after `--` is the command, options of its own among it. */
const splitCommand = (
  argv: readonly string[],
): { readonly own: readonly string[]; readonly command: readonly string[] | undefined } => {
  const at = argv.indexOf("--");
  if (at < 0) return { own: argv, command: undefined };
  return { own: argv.slice(0, at).filter((word) => word !== "--mcp"), command: argv.slice(at + 1) };
};

/** `--mcp "npx some-server /dir"` is split at blanks, as nothing here is a shell. */
const wordsOf = (given: readonly string[]): readonly string[] =>
  given.flatMap((word) => word.split(/\s+/)).filter((word) => word !== "");

const isUrl = ([first = "", ...more]: readonly string[]): boolean => more.length === 0 && /^https?:/i.test(first);

const nameFrom = (words: readonly string[]): string => {
  const [first = ""] = words;
  const told = isUrl(words)
    ? (URL.parse(first)
        ?.hostname.replace(/^(?:www|mcp|api)\./, "")
        .split(".")[0] ?? "")
    : (words.find((word) => /server|mcp/i.test(word)) ?? words.find((word) => !word.startsWith("-")) ?? "");
  const name = kebab(
    told
      .split(/[\\/]/)
      .at(-1)
      ?.replace(/@[^@]*$|\.[cm]?[jt]s$/, "") ?? "",
  );
  return name.replace(/^[^a-z]+/, "") || "mcp";
};

const declarationOf = (name: string, [url = ""]: readonly string[], server: ServerDraft): McpBackendDeclaration => {
  if (server.kind === "http")
    return defineMcpBackend({
      name,
      url,
      ...(server.bearer === undefined ? {} : { credential: bearer(secret(server.bearer)) }),
    }).declaration;
  const environment = Object.fromEntries(server.variables.map((variable) => [variable, secret(variable)]));
  return defineMcpBackend({ name, command: server.command, environment }).declaration;
};

const misplaced = (
  server: ServerDraft,
  given: { readonly env: readonly string[]; readonly bearer: readonly string[] },
): string | undefined => {
  if (server.kind === "http" && given.env.length > 0) return "--env is for a command: a URL takes --bearer";
  return server.kind === "stdio" && given.bearer.length > 0
    ? "--bearer is for a URL: a command takes --env"
    : undefined;
};

const problemOf = (declaration: McpBackendDeclaration): string | undefined => {
  const told: string[] = [];
  checkMcpDeclaration(declaration, (place, message, mend) => told.push(`${place}: ${message}; ${mend}`));
  return told.length === 0 ? undefined : told.join("\n");
};

interface Plan {
  readonly name: string;
  /** The folder of all contracts; the drafts go into one of the backend's name. */
  readonly folder: string;
  readonly url: string | undefined;
  readonly server: ServerDraft;
  readonly drafts: ToolDrafts;
}

const writeDrafts = ({ name, folder, server, drafts }: Plan, out: Output): void => {
  const contracts = drafts.contracts.map((draft) => [draft.file, writeToolContract(draft, name)] as const);
  writeFiles(join(folder, name), [["backend.ts", writeMcpBackend(name, server)], ...contracts], out);
  for (const { tool, reason } of drafts.skipped) out.write(`skipped ${tool}: ${reason}\n`);
};

const summaryOf = ({ name, folder, url, drafts }: Plan, isSame: boolean): string => {
  const asIs = drafts.contracts.filter(({ input }) => input === undefined || "reason" in input).length;
  const steps = [
    ...(isSame ? [] : ["judge what has changed since the lock was made, and run `checkrein lock --accept`"]),
    `narrow the inputs in ${join(folder, name)}, set each effect, and delete what no agent needs`,
    `checkrein check --contracts ${folder}`,
    ...(url === undefined ? [] : [`set ${urlVariable(name)}=${url}`]),
    `checkrein serve --contracts ${folder} --anonymous true (agents of this machine; docs/CONTRACTS.md has callers with keys)`,
  ];
  const lines = [
    "",
    `${count(drafts.contracts.length, "contract")} drafted, ${asIs} of them as they are.`,
    "Next:",
    ...steps.map((step, index) => `  ${index + 1}. ${step}`),
  ];
  return `${lines.join("\n")}\n`;
};

// What `checkrein <command> --help` says. The settings of `serve` come from the one schema that reads them.
import { describeSettings } from "../settings.ts";
import { JOURNAL_HELP } from "./journal-help.ts";

const ADMIN_URL = `  --admin-url <url>     the sidecar's admin port (default: http://127.0.0.1:8081, or the port in CHECKREIN_ADMIN_PORT)

The admin token comes from CHECKREIN_ADMIN_TOKEN, from the file that CHECKREIN_ADMIN_TOKEN_FILE names, or from the file that
the sidecar left in its state directory.
`;

const TEXTS: Readonly<Record<string, string>> = {
  check: `checkrein check [--contracts <dir>] [--strict]

Loads the contracts as serve does, but needs no environment and opens no port. Prints every problem with its file,
place and mend, and notes on what is open or renamed; then runs every contract's examples. Nothing is forwarded.

  --strict              also prints which tools OpenAI's strict mode cannot take, and what other model APIs refuse, with place
                        and reason; none of it is a problem of the contracts

Exit code 0 when all is well, 2 for an option that is wrong, else 1.
`,
  test: `checkrein test [--contracts <dir>] [tool…]

Runs the examples of all contracts, or of the tools that are named, and prints each. Nothing is forwarded.
Exit code 0 when all examples hold, 2 for an option that is wrong, else 1.
`,
  try: `checkrein try <tool> '<json>' [--contracts <dir>] [--claims <json or file>] [--at <time>] [--json]

Shows what an agent would get that calls the tool with these arguments in a run that has done nothing before: the request that
would be sent, or why it is refused, with the fixes as a difference and what the mended call would get. Loads the contracts as
check does; nothing is forwarded, and rules that look something up find nobody who answers. With - the arguments are read from
the standard input.

  --claims <json|file>  what is known about the caller: a JSON object
  --at <time>           when the call is made, like 2026-01-31T09:30:00Z (default: now)
  --json                the answer as POST /check gives it

Exit code 0 when the call would be forwarded, 1 when it is refused or the contracts do not load, 2 for an option that is wrong.
`,
  replay: `checkrein replay [<journal>] [--contracts <dir>] [--accept] [--json]

Judges the calls of a journal once more, in order, at the times at which they were made and with the answers that came back then,
by the contracts as they are now; prints which decisions flip, grouped, with one example each. What took place then leaves its
evidence, whatever is said of it now. Nothing is forwarded. <journal> is a SQLite file, a file of lines, or - for lines from the
standard input; without it, the one that serve would write here.

  --contracts <dir>     folder of the contracts (default: contracts)
  --accept              somebody has read what flips and what cannot be told
  --json                the same for machines

Exit code 0 when no decision flips and all can be told, or with --accept; 2 for an option that is wrong, else 1.
`,
  diff: `checkrein diff <old> <new> [--accept] [--json]

Compares two folders of contracts, tool by tool, and says of each place what has changed:

  widens       something is possible now that was not: more is accepted or shown, a rule is gone or looser
  narrows      something that was possible is refused now, or may be; nothing new is possible by it
  breaks       an agent that follows the old contract fails, or is misled: a tool or an argument that is gone, an argument that
               has to be there now, another operation behind the tool, an answer that has no longer what it promised
  cannot tell  one of these or none: another text of a function, two patterns, an author's choice that no comparison decides
  same         other words for agents, the same calls

Guards what is possible: what widens, and what cannot be told, needs --accept. What narrows or breaks is printed alone, for no
call passes by it that did not pass before. Both folders are loaded as check does; nothing is forwarded.

  --accept             somebody has read what widens and what cannot be told
  --json               one JSON array of { tool, place, change, message }; change is "unclear" where it cannot be told

Exit code 0 when nothing widens or all is accepted, 2 for wrong usage, else 1.
`,
  init: `checkrein init --openapi <file> [--contracts <dir>] [--name <backend>] [--only <operation>…]
checkrein init --mcp <url or command> [--contracts <dir>] [--name <backend>] [--as-is]
checkrein init [--contracts <dir>] [--name <backend>] [--as-is] --mcp -- <command> <arguments…>

Drafts a backend and one contract an operation from an OpenAPI 3.0 or 3.1 document, to start from; or one contract a tool
from what a live MCP server lists, with checkrein.lock.

  --openapi <file>      the document, JSON or YAML; it stays where it is
  --contracts <dir>     folder of the contracts; the drafts go to <dir>/<backend> (default: contracts)
  --name <backend>      name of the backend: lower-case letters, digits, dashes (default: from the document)
  --mcp <url|command>   the server's endpoint, or the command that starts it, which is split at blanks
  --bearer <variable>   the variable that holds the token for a server with a URL
  --env <variable>…     variables that a command is given; it has PATH and HOME alone
  --as-is               contracts without input: agents see the server's own description and schema, as the lock has them
  --only <operation>…   some operations alone, by operationId, tool name or "GET /path"; * stands for any text

A file that exists is never overwritten. The document's types are written beside it when openapi-typescript is there.
`,
  lock: `checkrein lock [--contracts <dir>] [--accept]

Asks every MCP server of the contracts for its tools and keeps name, description and schemas in <dir>/checkrein.lock. New
tools are added. A tool that says something else than before is shown word by word and stays as it was locked: its calls are
refused until --accept takes the change. Commit the file, and read it: agents are shown these texts.

  --accept              take what has changed, and what is gone

Exit code 0 when the lock says what all servers say, 2 for an option that is wrong, else 1.
`,
  approve: `checkrein approve
checkrein approve <id> [--deny] [--by <name>]

Lists the calls that wait for a person, or decides about one of them. An approved call takes place when the agent repeats it.

  --deny                refuse it
  --by <name>           who decides, for the journal (default: the user of this machine)
${ADMIN_URL}
Exit code 0 when it is listed or decided, 2 for an option that is wrong, else 1.
`,
  reload: `checkrein reload [--by <name>]

Has a running sidecar load its contracts again, and its operator's values with them: tokens and addresses. Calls in flight end
with the contracts that they began with. Where anything is wrong it prints every problem, and the earlier contracts are served on.

  --by <name>           who asks for it, for the log (default: the user of this machine)
${ADMIN_URL}
Exit code 0 when what stands in the files is served, 2 for an option that is wrong, else 1.
`,
  runs: `checkrein runs [--after <id>]
checkrein runs open --caller <name> [--grant <file>] [--claims <file>] [--lifetime <time>] [--parent <id>]
checkrein runs end <id> [--by <name>]
checkrein runs stopped [<run or caller>] [--after <id>]
checkrein runs clear <run or caller> [<tool>] [--by <name>]

Lists the runs that live, opens one for an agent, or ends one and all runs below it. Where an agent is refused again and again,
\`stopped\` lists what is stopped or counted, and \`clear\` lets it begin anew: at one tool, or at all.

  --after <id>          the runs after this one
  --caller <name>       whose run it is, as defineCaller names it; the outer run's with --parent
  --grant <file>        what the run may do: a JSON object, narrower than the contracts
  --claims <file>       what is known about the caller: a JSON object
  --lifetime <time>     90s, 30m, 12h or 7d (default: 24h, at most 30d)
  --parent <id>         a run that this one is a part of
  --by <name>           who ends or clears it, for the log (default: the user of this machine)
${ADMIN_URL}
The URL and the token are the agent's way in, shown this once. Exit code 0 when it is done, 2 for an option that is wrong,
else 1.
`,
  journal: JOURNAL_HELP,
  key: `checkrein key

Makes an API key with 256 random bits, and prints it with its hash for defineCaller. Nothing is kept.
`,
  types: `checkrein types [--check] [files…]

Makes the TypeScript types of OpenAPI documents (default: all in openapi/), beside them. With --check nothing is
written, and the exit code is 1 when the types are not up to date. Needs openapi-typescript.
`,
};

const serveText = (): string => {
  const lines = describeSettings().map(
    ({ flag, purpose, default: standard }) =>
      `  ${flag.padEnd(26)} ${purpose}${standard === "" ? "" : ` (${standard})`}`,
  );
  return `checkrein serve [options]\n\nStarts the sidecar. Each option is also a variable: --max-depth is CHECKREIN_MAX_DEPTH.\n\n${lines.join("\n")}\n`;
};

export const helpOf = (command: string): string =>
  command === "serve" ? serveText() : ((Object.hasOwn(TEXTS, command) ? TEXTS[command] : undefined) ?? "");

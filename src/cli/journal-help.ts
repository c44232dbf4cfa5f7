// What `checkrein journal --help` says.

export const JOURNAL_HELP = `checkrein journal [<journal>] [filters] [--most <n>] [--after <seq>] [--json]
checkrein journal tail [<journal>] [filters] [--most <n>] [--json]
checkrein journal show <call> [<journal>] [--json]
checkrein journal stats [<journal>] [--run <id>] [--caller <name>] [--tool <name>] [--since <time>] [--until <time>] [--json]

Looks into a journal, also while the sidecar writes it: a file of either form, or - for lines on the standard input. The default is
the one that serve would write here (CHECKREIN_JOURNAL, CHECKREIN_STATE_DIRECTORY).

Without a word behind it, it lists calls, the newest first: time, tool, the code of what went wrong or \`allow\`, how long it took,
run, call. A call of which no end stands there is \`unknown\`. \`tail\` shows calls as they end, until it is interrupted. \`show\` tells
one call as a story, by its id (the answer's checkrein-call) or the beginning of it. \`stats\` counts refusals by tool, code and
class, whether agents mended them and with which try, what was wrong most often, and the slowest tools.

  --run <id>            calls of this run; caller:<name> where calls came without one
  --caller <name>       of this caller
  --tool <name>         of this tool
  --code <code>         that ended with this code, as invalid_arguments
  --class <class>       of this class, as fix_arguments
  --decision <word>     allow or refuse
  --since <time>        that came at this time or later: 2026-01-31T09:30:00Z, or 15m, 2h, 7d ago
  --until <time>        that came before it
  --most <n>            so many at most (default: 100); of tail: so many that had ended before (default: 10)
  --after <seq>         those that follow this record, as the end of a list names it
  --json                the records as they stand there, one a line; of stats: one object


checkrein journal verify [<journal>] [--checkpoints <file>] [--key <public key or file>] [--json]
checkrein journal export [<journal>] [--from <seq>] [--to <seq>]
checkrein journal key

\`verify\` finds records that were changed, are missing, stand elsewhere than they should or were written anew, and names them:
up to the last signed checkpoint; later records are reported as not anchored yet. \`export\` prints the lines as they stand.
\`key\` makes the pair of keys that signs checkpoints and proves them, and keeps nothing.

  <journal>             a SQLite file or a file of lines, or - for lines from the standard input (default: where
                        CHECKREIN_JOURNAL and CHECKREIN_STATE_DIRECTORY say)
  --checkpoints <file>  the signed checkpoints, or a log that has them (default: CHECKREIN_JOURNAL_CHECKPOINTS)
  --key <key|file>      the public key; a file may hold several, one after the other
  --json                what was found as JSON
  --from, --to <seq>    the first and the last record to print, of each chain

Exit code of verify: 0 without problems, whatever is not anchored yet, 1 with problems or where the journal cannot be read, 2 for
an option that is wrong.
`;

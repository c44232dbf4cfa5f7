// What `checkrein journal --help` says.

export const JOURNAL_HELP = `checkrein journal verify [<journal>] [--checkpoints <file>] [--key <public key or file>] [--json]
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

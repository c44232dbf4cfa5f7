// One search over everything that the suite has put out: its own words, journals, state, logs, answers. Credentials, secret
// fields and tokens of the tests have a canary in them, which may stand nowhere but in what the tests themselves wrote.
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, relative } from "node:path";
import { DatabaseSync } from "node:sqlite";

export interface Outputs {
  readonly folder: string;
  /** What the suite runs with. */
  readonly environment: Readonly<Record<string, string>>;
}

export const openOutputs = (): Outputs => {
  const folder = mkdtempSync(join(tmpdir(), "checkrein-suite-"));
  const kept = join(folder, "kept");
  const temporary = join(folder, "tmp");
  for (const one of [kept, temporary]) mkdirSync(one);
  return { folder, environment: { KEPT_OUTPUTS: kept, TMPDIR: temporary } };
};

/** Written by the tests: contracts and documents, certificates, secrets in files. By the name of the file alone: a folder has all kinds. */
const INPUT =
  /\.(?:ts|yaml|yml|pem|key|crt|md|mjs|cjs)$|^(?:\d+-\d+-)?(?:(?:openapi|document|items|grant|claims|package).*\.json|(?:token|secret|agent-key|admin-token-\d+)(?:\.txt)?)$/;

const CANARY = /canary-[0-9a-f]{4}-[\w-]*/g;
/** Of runs: whoever has one calls in their name. */
const RUN_TOKEN = /crr_[\w-]{40,}\.[\w-]{43}/g;

export interface Found {
  readonly file: string;
  readonly secret: string;
}

/** `log`: what the suite itself has said. */
export const searchOutputs = (
  { folder }: Outputs,
  log: string,
): { readonly files: number; readonly found: readonly Found[] } => {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((file) => !INPUT.test(basename(file)));
  const found = [
    ...searchIn("the suite's own words", log),
    ...files.flatMap((file) => searchIn(relative(folder, file), `${readFileSync(file, "latin1")}\n${valuesIn(file)}`)),
  ];
  return { files: files.length, found };
};

/** Of a SQLite file, whose pages may have a value in pieces: all of its values, with what stands in its log. */
const valuesIn = (file: string): string => {
  if (!file.endsWith("sqlite") && !file.endsWith(".db")) return "";
  try {
    return [...valuesOf(new DatabaseSync(file, { readOnly: true }))].join("\n");
  } catch {
    return ""; // broken on purpose, or none: its bytes are searched
  }
};

function* valuesOf(database: DatabaseSync): Generator<string, void, undefined> {
  try {
    for (const { name } of database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all())
      for (const row of database.prepare(`SELECT * FROM "${name}"`).iterate())
        for (const value of Object.values(row))
          yield value instanceof Uint8Array ? Buffer.from(value).toString("latin1") : String(value);
  } finally {
    database.close();
  }
}

/** An answer to the operator who opened a run has its token: that is what the answer is for. */
const searchIn = (file: string, text: string): readonly Found[] => {
  const tokens = file.endsWith("-answers.log") ? [] : text.matchAll(RUN_TOKEN);
  return [...new Set([...text.matchAll(CANARY), ...tokens].map(([secret]) => secret))].map((secret) => ({
    file,
    secret,
  }));
};

export const removeOutputs = ({ folder }: Outputs): void => rmSync(folder, { recursive: true, force: true });

// One search over everything that the suite has put out: its own words, journals, state, logs, answers. Credentials, secret
// fields and tokens of the tests have a canary in them, which may stand nowhere but in what the tests themselves wrote.
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";

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

/** Written by the tests: contracts and documents, certificates, secrets in files. */
const INPUT =
  /\.(?:ts|yaml|yml|pem|key|crt|md|mjs|cjs)$|(?:openapi|document|items|grant|claims|package|answers)[^/]*\.json$|secret|token/;

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
    .filter((file) => !INPUT.test(relative(folder, file)));
  const found = [
    ...searchIn("the suite's own words", log),
    ...files.flatMap((file) => searchIn(relative(folder, file), readFileSync(file, "latin1"))),
  ];
  return { files: files.length, found };
};

/** An answer to the operator who opened a run has its token: that is what the answer is for. */
const searchIn = (file: string, text: string): readonly Found[] => {
  const tokens = file.includes("answers") ? [] : text.matchAll(RUN_TOKEN);
  return [...new Set([...text.matchAll(CANARY), ...tokens].map(([secret]) => secret))].map((secret) => ({
    file,
    secret,
  }));
};

export const removeOutputs = ({ folder }: Outputs): void => rmSync(folder, { recursive: true, force: true });

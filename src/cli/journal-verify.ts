// `checkrein journal verify`: whether a journal is what was written, up to its last signed checkpoint.
import type { KeyObject } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { readPublicKey } from "../journal/checkpoint.ts";
import { type JournalFile, journalLines } from "../journal/read.ts";
import { linesOfFile } from "../journal/read-lines.ts";
import { type Beside, type Report, verifyJournal } from "../journal/verify.ts";
import { checkTables } from "../journal/verify/tables.ts";
import { variableOf } from "../settings.ts";
import { sourceOf, tooMany } from "./journal-source.ts";
import type { Read } from "./json-object.ts";
import { readOptions } from "./options.ts";
import { type Output, fail, failUsage } from "./print.ts";
import { printReport } from "./print-report.ts";

/** Exit code 0 when nothing is wrong, 2 for an option that is wrong, else 1. */
export const verify = async (argv: readonly string[], out: Output): Promise<number> => {
  const options = readOptions(argv, { checkpoints: "one", key: "one", json: "flag" });
  if (!options.ok) return failUsage(out, options.problem);
  const { values, words } = options;
  const many = tooMany(words);
  if (many !== undefined) return failUsage(out, many);
  const signed = readSigned(values.checkpoints[0], values.key[0]);
  if (!signed.ok) return failUsage(out, signed.problem);
  const place = sourceOf(words[0], process.env);
  if (!place.ok) return fail(out, place.problem);
  const report = read(place.value, signed.value);
  if (!report.ok) return fail(out, report.problem);
  const isSigned = signed.value.signed !== undefined;
  if (values.json) out.write(`${JSON.stringify({ ok: isRight(report.value), isSigned, ...report.value })}\n`);
  else printReport(report.value, isSigned, out);
  return isRight(report.value) ? 0 : 1;
};

const isRight = ({ findings }: Report): boolean => findings.length === 0;

const read = (file: JournalFile, beside: Pick<Beside, "signed">): Read<Report> => {
  try {
    const about = { ...beside, rows: checkTables(file), isOneFile: isOneFile(file) };
    return { ok: true, value: verifyJournal(journalLines(file), about) };
  } catch (error) {
    return { ok: false, problem: error instanceof Error ? error.message : String(error) };
  }
};

/** What comes through a pipe may come from several sidecars. */
const isOneFile = ({ kind, path }: JournalFile): boolean => kind !== "stdin" && statSync(path).isFile();

/** Nothing where no key is named: a checkpoint that nobody can check proves nothing. */
const readSigned = (given: string | undefined, key: string | undefined): Read<Pick<Beside, "signed">> => {
  if (key === undefined && given !== undefined)
    return { ok: false, problem: "a checkpoint proves nothing without its public key: name it with --key" };
  if (key === undefined) return { ok: true, value: {} };
  const file = given ?? process.env[variableOf("journalCheckpoints")] ?? "";
  if (file === "") return { ok: false, problem: "there is nothing to check with --key: name the --checkpoints" };
  if (!existsSync(file)) return { ok: false, problem: `the checkpoints ${file} are not there` };
  const keys = readKeys(key);
  return keys.ok ? { ok: true, value: { signed: { checkpoints: linesOfFile(file), keys: keys.value } } } : keys;
};

const readKeys = (given: string): Read<readonly KeyObject[]> => {
  try {
    const text = existsSync(given) ? readFileSync(given, "utf8") : given;
    const keys = text.match(/-----BEGIN[^]*?-----END[^\n]*-----/g) ?? text.split(/\s+/).filter((one) => one !== "");
    if (keys.length > 0) return { ok: true, value: keys.map(readPublicKey) };
  } catch {
    // told below, as a key is that is empty
  }
  return {
    ok: false,
    problem: "--key is no Ed25519 public key, and no file with one: checkrein journal key makes them",
  };
};

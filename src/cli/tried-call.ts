// The words of `checkrein try`: arguments and claims, from the command line, a file or the standard input.
import { buffer } from "node:stream/consumers";
import type { JsonObject } from "../call.ts";
import { readSettings, variableOf } from "../settings.ts";
import { type Read, parseObject, readBytes } from "./json-object.ts";

/** How deep agents may nest, as `serve` has it. */
export const maxDepth = (): number => {
  const variable = variableOf("maxDepth");
  const read = readSettings({ [variable]: process.env[variable] });
  if (!read.ok) throw new Error(read.problems.join("; "));
  return read.settings.maxDepth;
};

/** The word's own bytes, or with `-` what comes on the standard input. */
export const readWord = async (word: string): Promise<Uint8Array> =>
  word === "-" ? buffer(process.stdin) : new TextEncoder().encode(word);

/** A JSON object, or the file that holds it. */
export const readClaims = ([given]: readonly string[]): Read<JsonObject | undefined> => {
  if (given === undefined) return { ok: true, value: undefined };
  const isWritten = given.trimStart().startsWith("{");
  const bytes = isWritten ? { ok: true as const, value: new TextEncoder().encode(given) } : readBytes(given);
  const read = bytes.ok ? parseObject(bytes.value) : bytes;
  return read.ok ? read : { ok: false, problem: `--claims: ${read.problem}` };
};

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/;

export const readMoment = ([given]: readonly string[]): Read<string | undefined> =>
  given === undefined || (MOMENT.test(given) && !Number.isNaN(Date.parse(given)))
    ? { ok: true, value: given }
    : { ok: false, problem: `"${given}" is no time: write it like 2026-01-31T09:30:00Z` };

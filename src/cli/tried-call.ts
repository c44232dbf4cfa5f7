// The words of `checkrein try`: arguments and claims, from the command line, a file or the standard input.
import { readFileSync } from "node:fs";
import { buffer } from "node:stream/consumers";
import { type JsonObject, isJsonObject } from "../call.ts";
import { parseStrictJson } from "../json/strict-json.ts";
import { readSettings, variableOf } from "../settings.ts";

type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

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
  const wrong = (why: string): Read<undefined> => ({ ok: false, problem: `--claims: ${why}` });
  let bytes: Uint8Array;
  try {
    bytes = given.trimStart().startsWith("{") ? new TextEncoder().encode(given) : readFileSync(given);
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error));
  }
  const read = parseStrictJson(bytes, { maxDepth: 32, unsafeNumbers: "refuse" });
  if (!read.ok) return wrong(read.refusal.detail);
  if (!isJsonObject(read.value)) return wrong("write one JSON object");
  return { ok: true, value: read.value as JsonObject }; // what parseStrictJson gives is JSON
};

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/;

export const readMoment = ([given]: readonly string[]): Read<string | undefined> =>
  given === undefined || (MOMENT.test(given) && !Number.isNaN(Date.parse(given)))
    ? { ok: true, value: given }
    : { ok: false, problem: `"${given}" is no time: write it like 2026-01-31T09:30:00Z` };

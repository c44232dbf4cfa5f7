// A JSON object that a person gives to a command, in a file or as a word, or why it is none.
import { readFileSync } from "node:fs";
import { type JsonObject, isJsonObject } from "../call.ts";
import { parseStrictJson } from "../json/strict-json.ts";

export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

export const readBytes = (file: string): Read<Uint8Array> => {
  try {
    return { ok: true, value: readFileSync(file) };
  } catch (error) {
    return { ok: false, problem: error instanceof Error ? error.message : String(error) };
  }
};

export const parseObject = (bytes: Uint8Array): Read<JsonObject> => {
  const read = parseStrictJson(bytes, { maxDepth: 32, unsafeNumbers: "refuse" });
  if (!read.ok) return { ok: false, problem: read.refusal.detail };
  if (!isJsonObject(read.value)) return { ok: false, problem: "write one JSON object" };
  return { ok: true, value: read.value as JsonObject }; // what parseStrictJson gives is JSON
};

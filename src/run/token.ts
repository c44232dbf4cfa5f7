// A run's token: self-contained, so that a call needs no store to know its run, and signed, so that only this sidecar can have
// made it. What it says is what its operator opened; the caller's own grant stands in the contracts and is added when it is read.
import { createHmac, timingSafeEqual } from "node:crypto";
import type { Grant, JsonObject } from "../call.ts";
import { parseStrictJson } from "../json/strict-json.ts";

export const TOKEN_PREFIX = "crr_";

/** It travels in headers and in URLs with every call. Bytes of JSON. */
export const MOST_TOKEN_BYTES = 4096;

export interface OpenedRun {
  readonly id: string;
  /** The outermost run first, its own id last. */
  readonly lineage: readonly string[];
  readonly caller: string;
  readonly claims: JsonObject;
  /** One for each run of the lineage, in its order, also where it says nothing. The caller's own is not among them. */
  readonly grants: readonly Grant[];
  /** Milliseconds of the Unix epoch. */
  readonly expiresAt: number;
}

/** The prefix is signed, too: nothing else that the key signs can be taken for a token. */
const sign = (key: Uint8Array, payload: string): string =>
  createHmac("sha256", key).update(`${TOKEN_PREFIX}${payload}`).digest("base64url");

/** Undefined when the run says more than a token can carry. */
export const mintToken = (run: OpenedRun, key: Uint8Array): string | undefined => {
  const { id, lineage, caller, claims, grants, expiresAt } = run;
  const bytes = Buffer.from(JSON.stringify({ id, lineage, caller, claims, grants, expiresAt }));
  if (bytes.length > MOST_TOKEN_BYTES) return undefined;
  const payload = bytes.toString("base64url");
  return `${TOKEN_PREFIX}${payload}.${sign(key, payload)}`;
};

/** SHA-256 in base64url. */
const SIGNATURE_LENGTH = 43;
const LONGEST = TOKEN_PREFIX.length + Math.ceil((MOST_TOKEN_BYTES * 4) / 3) + 1 + SIGNATURE_LENGTH;

/** Undefined for whatever is no token of ours, or is one no longer: nobody learns which. */
export const readToken = (text: string, key: Uint8Array, now: number): OpenedRun | undefined => {
  const dot = text.length - SIGNATURE_LENGTH - 1;
  if (text.length > LONGEST || !text.startsWith(TOKEN_PREFIX) || text[dot] !== ".") return undefined;
  const payload = text.slice(TOKEN_PREFIX.length, dot);
  // As texts: base64 has several writings of the same bytes, and only one was given out.
  const expected = Buffer.from(sign(key, payload));
  const given = Buffer.from(text.slice(dot + 1));
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  const parsed = parseStrictJson(Buffer.from(payload, "base64url"), { maxDepth: 512, unsafeNumbers: "refuse" });
  if (!parsed.ok) return undefined;
  const run = parsed.value as OpenedRun; // signed: it is what `mintToken` wrote
  return run.expiresAt > now ? run : undefined;
};

// A run's token: self-contained, so that a call needs no store to know its run, and signed, so that only this sidecar can have
// made it. What it says is what its operator opened; the caller's own grant stands in the contracts and is added when it is read.
import type { Grant, JsonObject } from "../call.ts";
import { type SignedText, createSignedText } from "../json/signed.ts";

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
const signedWith = (key: Uint8Array): SignedText => createSignedText(key, TOKEN_PREFIX, 512);

/** Undefined when the run says more than a token can carry. */
export const mintToken = (run: OpenedRun, key: Uint8Array): string | undefined => {
  const { id, lineage, caller, claims, grants, expiresAt } = run;
  const bytes = Buffer.from(JSON.stringify({ id, lineage, caller, claims, grants, expiresAt }));
  return bytes.length > MOST_TOKEN_BYTES ? undefined : `${TOKEN_PREFIX}${signedWith(key).write(bytes)}`;
};

/** SHA-256 in base64url. */
const SIGNATURE_LENGTH = 43;
const LONGEST = TOKEN_PREFIX.length + Math.ceil((MOST_TOKEN_BYTES * 4) / 3) + 1 + SIGNATURE_LENGTH;

/** Undefined for whatever is no token of ours, or is one no longer: nobody learns which. */
export const readToken = (text: string, key: Uint8Array, now: number): OpenedRun | undefined => {
  if (text.length > LONGEST || !text.startsWith(TOKEN_PREFIX)) return undefined;
  // Signed: it is what `mintToken` wrote.
  const run = signedWith(key).read(text.slice(TOKEN_PREFIX.length)) as OpenedRun | undefined;
  return run !== undefined && run.expiresAt > now ? run : undefined;
};

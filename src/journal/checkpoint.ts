// Signed checkpoints: how far the chain had come at a time, in a text that nobody without the key can write. Kept elsewhere, they
// show later that nothing before them was changed, not even by somebody who can write the whole journal.
import { type KeyObject, createPrivateKey, createPublicKey, hash, sign, verify } from "node:crypto";
import type { Link } from "./chain.ts";

const FORM = 1;

export interface Checkpoint {
  readonly writer: string;
  readonly seq: number;
  /** Of the record with this `seq`. */
  readonly hash: string;
  readonly time: string;
  /** Everything up to here was dropped by the sidecar itself. */
  readonly pruned: boolean;
  /** Which key has signed it. */
  readonly key: string;
}

/** Ed25519, as PEM or as the base64 of its DER form (PKCS #8, or SPKI). Throws for anything else. */
export const readPrivateKey = (text: string): KeyObject =>
  ed25519(
    createPrivateKey(
      text.includes("-----") ? text : { key: Buffer.from(text, "base64"), format: "der", type: "pkcs8" },
    ),
  );
export const readPublicKey = (text: string): KeyObject =>
  ed25519(
    createPublicKey(text.includes("-----") ? text : { key: Buffer.from(text, "base64"), format: "der", type: "spki" }),
  );

const ed25519 = (key: KeyObject): KeyObject => {
  if (key.asymmetricKeyType !== "ed25519") throw new Error(`it is a key for ${key.asymmetricKeyType}, not for Ed25519`);
  return key;
};

/** Names a key in few characters. */
export const fingerprint = (key: KeyObject): string => {
  const own = key.type === "private" ? createPublicKey(key) : key;
  return hash("sha256", own.export({ format: "der", type: "spki" }), "base64url").slice(0, 16);
};

const signedText = ({ writer, seq, hash: of, time, pruned, key }: Checkpoint): Buffer =>
  Buffer.from(JSON.stringify(["checkrein checkpoint", FORM, writer, seq, of, time, pruned, key]));

/** One line of JSON. */
export const writeCheckpoint = (
  { writer, seq, hash: of }: Link,
  about: Pick<Checkpoint, "time" | "pruned">,
  key: KeyObject,
): string => {
  const checkpoint = { writer, seq, hash: of ?? "", ...about, key: fingerprint(key) };
  const signature = sign(null, signedText(checkpoint), key).toString("base64url");
  return JSON.stringify({ v: FORM, kind: "checkpoint", ...checkpoint, signature });
};

export type ReadCheckpoint =
  | { readonly ok: true; readonly checkpoint: Checkpoint }
  | { readonly ok: false; readonly problem: string };

/** Of a line that says that it is one. */
export const readCheckpoint = (line: string, key: KeyObject): ReadCheckpoint => {
  const read = parse(line);
  if (read === undefined) return { ok: false, problem: "it is no checkpoint of this form" };
  const { signature, ...checkpoint } = read;
  if (checkpoint.key !== fingerprint(key))
    return { ok: false, problem: `it was signed with another key (${checkpoint.key})` };
  const isSigned = verify(null, signedText(checkpoint), key, Buffer.from(signature, "base64url"));
  return isSigned ? { ok: true, checkpoint } : { ok: false, problem: "its signature is wrong: it was changed" };
};

const parse = (line: string): (Checkpoint & { readonly signature: string }) | undefined => {
  try {
    const {
      v,
      kind,
      writer,
      seq,
      hash: of,
      time,
      pruned,
      key,
      signature,
    } = Object(JSON.parse(line)) as Record<string, unknown>;
    const texts = [writer, of, time, key, signature];
    if (v !== FORM || kind !== "checkpoint" || !Number.isSafeInteger(seq) || typeof pruned !== "boolean")
      return undefined;
    if (texts.some((text) => typeof text !== "string")) return undefined;
    return { writer, seq, hash: of, time, pruned, key, signature } as Checkpoint & { signature: string }; // looked at above
  } catch {
    return undefined;
  }
};

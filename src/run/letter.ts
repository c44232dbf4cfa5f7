// What one sidecar has for another that has the session at work. Sealed with the key of all of them: what people answer to a
// server's question does not stand open in the store, and nobody without the key can write one.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import type { McpReply } from "../call.ts";

export type SessionLetter = { readonly session: string } & (
  | { readonly kind: "answer"; readonly question: string; readonly reply: McpReply }
  | { readonly kind: "cancel"; readonly request: string | number }
  /** For the client's GET stream. */
  | { readonly kind: "say"; readonly message: string }
  | { readonly kind: "end" }
);

/** `hello` says that there is a sidecar with this key, and nothing else. */
export type Letter = SessionLetter | { readonly kind: "hello" };

export interface LetterSeal {
  /** Undefined for one that is too large. */
  seal(letter: Letter): string | undefined;
  /** Undefined for what no sidecar with this key has written. */
  open(text: string): Letter | undefined;
}

/** Of JSON. */
export const MOST_LETTER_BYTES = 65_536;
const CIPHER = "aes-256-gcm";
const [NONCE_BYTES, TAG_BYTES] = [12, 16];

export const createLetterSeal = (key: Uint8Array): LetterSeal => {
  const own = Buffer.from(hkdfSync("sha256", key, "", "checkrein letters", 32));
  return {
    seal: (letter) => {
      const text = Buffer.from(JSON.stringify(letter));
      if (text.length > MOST_LETTER_BYTES) return undefined;
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, own, nonce);
      return Buffer.concat([nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()]).toString("base64");
    },
    open: (text) => {
      const bytes = Buffer.from(text, "base64");
      if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
      const decipher = createDecipheriv(CIPHER, own, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      try {
        const opened = [decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()];
        return JSON.parse(Buffer.concat(opened).toString()) as Letter; // sealed: it is what `seal` was given
      } catch {
        return undefined;
      }
    },
  };
};

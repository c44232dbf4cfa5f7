// What one sidecar has for another that has the session at work. Sealed with the key of all of them: what people answer to a
// server's question does not stand open in the store, and nobody without the key can write one. Nobody who can write to the
// store can have one read twice, either: each has its sender's number and time in it.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import type { McpReply } from "../call.ts";
import { createReadBefore } from "./read-before.ts";

export type SessionLetter = { readonly session: string } & (
  | { readonly kind: "answer"; readonly question: string; readonly reply: McpReply }
  | { readonly kind: "cancel"; readonly request: string | number }
  /** For the client's GET stream. */
  | { readonly kind: "say"; readonly message: string }
  | { readonly kind: "end" }
);

/** `hello` says that there is a sidecar with this key, and nothing else. */
export type Letter = SessionLetter | { readonly kind: "hello" };

/** `foreign`: no sidecar with this key has written it. `strange`: one of another version, and nobody here can read it. */
export type Opened = Letter | NotRead<"foreign"> | NotRead<"strange"> | NotRead<"repeated"> | NotRead<"stale">;
interface NotRead<Kind> {
  readonly kind: Kind;
}

export interface LetterSeal {
  /** Undefined for one that is too large. */
  seal(letter: Letter): string | undefined;
  open(text: string): Opened;
}

/** Of JSON. */
export const MOST_LETTER_BYTES = 65_536;
const KINDS: ReadonlySet<unknown> = new Set<Letter["kind"]>(["answer", "cancel", "say", "end", "hello"]);
const CIPHER = "aes-256-gcm";
const [NONCE_BYTES, TAG_BYTES] = [12, 16];

interface Sealed {
  readonly sender: string;
  readonly number: number;
  readonly at: number;
  readonly letter: Letter;
}

export const createLetterSeal = (key: Uint8Array, now: () => number): LetterSeal => {
  const own = Buffer.from(hkdfSync("sha256", key, "", "checkrein letters", 32));
  const sender = randomBytes(9).toString("base64url");
  const wasRead = createReadBefore(now);
  let number = 0;
  return {
    seal: (letter) => {
      if (Buffer.byteLength(JSON.stringify(letter)) > MOST_LETTER_BYTES) return undefined;
      const sealed: Sealed = { sender, number: (number += 1), at: now(), letter };
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, own, nonce);
      const text = [cipher.update(JSON.stringify(sealed)), cipher.final()];
      return Buffer.concat([nonce, ...text, cipher.getAuthTag()]).toString("base64");
    },
    open: (text) => {
      const sealed = decipher(own, text);
      if (sealed === undefined) return { kind: "foreign" };
      if (!isSealed(sealed)) return { kind: "strange" };
      const before = wasRead(sealed);
      return before === undefined ? sealed.letter : { kind: before };
    },
  };
};

/** As `seal` writes it: of what has the key, the form alone can be another one. */
const isSealed = (value: unknown): value is Sealed => {
  const { sender, letter } = (value ?? {}) as Partial<Sealed>; // of a value of any kind each is undefined
  return sender !== undefined && KINDS.has(letter?.kind);
};

/** JSON; undefined where it was sealed with another key. */
const decipher = (key: Uint8Array, text: string): unknown => {
  const bytes = Buffer.from(text, "base64");
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
  const decipherer = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipherer.setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    const opened = [decipherer.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipherer.final()];
    return JSON.parse(Buffer.concat(opened).toString());
  } catch {
    return undefined;
  }
};

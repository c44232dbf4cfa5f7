// JSON of ours that somebody else carries: signed, so that only a sidecar with the same key can have written it. What a text is
// for is signed with it, because one key signs several kinds.
import { createHmac, timingSafeEqual } from "node:crypto";
import { parseStrictJson } from "./strict-json.ts";

export interface SignedText {
  /** `<payload>.<signature>`, both in base64url. */
  write(json: Uint8Array): string;
  /** What `write` was given, as a value; undefined for every other text. */
  read(text: string): unknown;
}

/** `purpose`: no text of another purpose is taken for one of this. */
export const createSignedText = (key: Uint8Array, purpose: string, maxDepth: number): SignedText => {
  const sign = (payload: string): string =>
    createHmac("sha256", key).update(`${purpose}${payload}`).digest("base64url");
  return {
    write: (json) => {
      const payload = Buffer.from(json).toString("base64url");
      return `${payload}.${sign(payload)}`;
    },
    read: (text) => {
      const [payload = "", signature = "", ...more] = text.split(".");
      // As texts: base64 has several writings of the same bytes, and only one was given out.
      const expected = Buffer.from(sign(payload));
      const given = Buffer.from(signature);
      if (more.length > 0 || given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
      const parsed = parseStrictJson(Buffer.from(payload, "base64url"), { maxDepth, unsafeNumbers: "refuse" });
      return parsed.ok ? parsed.value : undefined;
    },
  };
};

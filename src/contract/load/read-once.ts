// One look at a file: what is made of it is made of the text that its digest says, whoever writes it meanwhile.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

export interface FileOnce {
  /** SHA-256 of its text, hex; undefined where it is not there or cannot be read. */
  readonly digest: string | undefined;
  /** Throws as reading did. */
  readonly read: () => Uint8Array;
}

export const readOnce = (path: string): FileOnce => {
  try {
    const text = readFileSync(path);
    return { digest: hashOf(text), read: () => text };
  } catch (error) {
    const fail = (): never => {
      throw error;
    };
    return { digest: undefined, read: fail };
  }
};

/** SHA-256, hex. */
export const hashOf = (text: string | Uint8Array): string => createHash("sha256").update(text).digest("hex");

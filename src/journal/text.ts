// How a record becomes one line: parts that an agent or a backend wrote are bounded and without secrets, and nothing in them
// can be taken for the end of a line.
import { createHmac, hash } from "node:crypto";
import type { JsonValue } from "../call.ts";
import { canonicalJson } from "../json/canonical.ts";

export type Hide = (cover: string, value: unknown) => string;

/** What stands for secrets: whoever has the key can tell whether two are the same, and nobody else anything. */
export interface Hider {
  /** `[secret:<keyed digest>]` */
  readonly hide: Hide;
  /** `keyed:<digest>`: of what may hold secrets that nobody has marked, as values that a contract or a grant sets. */
  digest(value: unknown): string;
}

const DIGEST = 22;

export const createHider = (key: Uint8Array): Hider => {
  const digest = createKeyed(createHmac("sha256", key).update("the secrets of the journal").digest());
  const keyed = (text: string): string => digest(text).slice(0, DIGEST);
  return {
    hide: (cover, value) => `${cover.slice(0, -1)}:${keyed(canonicalJson(value))}]`,
    digest: (value) => `keyed:${keyed(JSON.stringify(value))}`,
  };
};

/** Bytes of a block of SHA-256. */
const BLOCK = 64;

/**
 * HMAC-SHA256 (RFC 2104), base64url, for texts: written out, because Node makes a key object for each, which costs more than both
 * hashes, and this runs on every call. `key`: at most a block.
 */
export const createKeyed = (key: Uint8Array): ((text: string) => string) => {
  const pad = (byte: number): Uint8Array => Buffer.alloc(BLOCK, byte).map((one, index) => one ^ (key[index] ?? 0));
  const [inner, outer] = [pad(0x36), pad(0x5c)];
  return (text) => {
    const within = hash("sha256", Buffer.concat([inner, Buffer.from(text)]), "buffer");
    return hash("sha256", Buffer.concat([outer, within]), "base64url");
  };
};

/** A part of a record that somebody else wrote. */
export interface Part {
  /** JSON; undefined where there is nothing, or where all of it was left out. */
  readonly text: string | undefined;
  readonly hidden: boolean;
  readonly cut: boolean;
}

export const NO_PART: Part = Object.freeze({ text: undefined, hidden: false, cut: false });

export interface Kept extends Part {
  /** What was hidden. */
  readonly secrets: readonly unknown[];
}

/** `read` gives the value without its secrets. Beyond `most` characters long texts are cut, then all of it is left out. */
export const keepText = (most: number, read: (hide: Hide) => JsonValue | undefined, { hide }: Hider): Kept => {
  const secrets: unknown[] = [];
  const value = read((cover, secret) => {
    secrets.push(secret);
    return hide(cover, secret);
  });
  const hidden = secrets.length > 0;
  const text = JSON.stringify(value) as string | undefined; // of undefined it is undefined
  if (text === undefined || text.length <= most) return { text, hidden, secrets, cut: false };
  const shorter = JSON.stringify(value, cutTexts);
  return { text: shorter.length <= most ? shorter : undefined, hidden, secrets, cut: true };
};

const MOST_TEXT = 1024;

const cutTexts = (_name: string, value: unknown): unknown =>
  typeof value === "string" && value.length > MOST_TEXT
    ? `${value.slice(0, MOST_TEXT)}[cut: ${value.length} characters]`
    : value;

export interface Written {
  /** One JSON object on one line. */
  readonly body: string;
  /** By what it is found again. */
  readonly keys: Keys;
}

/** What a query can ask for. Members that a record has not are absent. */
export interface Keys {
  readonly kind: string;
  readonly time: string;
  readonly call?: string | undefined;
  readonly run?: string | undefined;
  readonly caller?: string | undefined;
  readonly tool?: string | undefined;
  readonly ingress?: string | undefined;
  readonly decision?: string | undefined;
  readonly observed?: boolean | undefined;
  readonly forwarded?: string | undefined;
  readonly code?: string | undefined;
  readonly class?: string | undefined;
  readonly ms?: number | undefined;
  readonly continues?: string | undefined;
  readonly repeats?: string | undefined;
}

export const writeRecord = <Members extends Keys>(
  members: Members,
  parts: readonly (readonly [name: string, part: Part])[] = [],
): Written => {
  const hidden = parts.filter(([, part]) => part.hidden).map(([name]) => name);
  const cut = parts.filter(([, part]) => part.cut).map(([name]) => name);
  const marks = { ...(hidden.length > 0 && { hidden }), ...(cut.length > 0 && { cut }) };
  let text = JSON.stringify({ ...members, ...marks }).slice(0, -1);
  for (const [name, part] of parts) if (part.text !== undefined) text += `,"${name}":${part.text}`;
  return { body: `${text}}`.replace(UNSAFE, escapeMark), keys: members };
};

/** JSON lets these stand in a text as they are; readers that split lines at them, and terminals, take them for their own. */
const UNSAFE = /[\u007f-\u009f\u2028\u2029]/g;
const escapeMark = (mark: string): string => `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`;

// One chain of hashes per writer: each record carries the hash of the one before, and its own. A record is one line of JSON,
// and what is hashed are the very characters of that line: nothing has to be written anew to be checked.
import { hash, randomBytes } from "node:crypto";
import { FORM } from "./record-form.ts";

/** The end of a chain, where the next record goes on. */
export interface Link {
  /** Names the chain: no two journals have the same. */
  readonly writer: string;
  /** Of the last record; 0 before the first. */
  readonly seq: number;
  /** SHA-256 of the last record, base64url; null before the first. */
  readonly hash: string | null;
}

export interface Sealed {
  readonly line: string;
  readonly link: Link;
}

/** `body`: the record as a JSON object, without what the chain adds. */
export const seal = (body: string, { writer, seq, hash: prev }: Link): Sealed => {
  const next = seq + 1;
  const text = `{"v":${FORM},"writer":"${writer}","seq":${next},"prev":${prev === null ? "null" : `"${prev}"`},${body.slice(1, -1)}`;
  const own = hash("sha256", text, "base64url");
  return { line: `${text},"hash":"${own}"}`, link: { writer, seq: next, hash: own } };
};

/** `,"hash":"<43 characters>"}` */
const TAIL = 54;
const TAIL_FORM = /^,"hash":"([\w-]{43})"\}$/;

/** The hash at the end of a line, right or not. */
export const readHash = (line: string): string | undefined => TAIL_FORM.exec(line.slice(-TAIL))?.[1];

/** Whether the hash at its end is the line's own. */
export const isIntact = (line: string): boolean => {
  const own = readHash(line);
  return own !== undefined && hash("sha256", line.slice(0, -TAIL), "base64url") === own;
};

export interface Place {
  readonly writer: string;
  readonly seq: number;
  /** Hash of the record before. */
  readonly prev: string | null;
}

/** Where a line says that it stands, true or not. */
export const readPlace = (line: string): Place | undefined => {
  const head = HEAD.exec(line);
  if (head === null) return undefined;
  const [, writer = "", seq = "", prev] = head;
  return { writer, seq: Number(seq), prev: prev ?? null };
};

/** Where the record stands in its chain, if the line is a record that nobody has changed. */
export const readLink = (line: string): (Place & { readonly hash: string }) | undefined => {
  if (!isIntact(line)) return undefined;
  const place = readPlace(line);
  const own = readHash(line);
  return place === undefined || own === undefined ? undefined : { ...place, hash: own };
};

const HEAD = new RegExp(
  `^\\{"v":${FORM},"writer":"(w_[0-9a-f]{16})","seq":([1-9]\\d{0,14}),"prev":(?:null|"([\\w-]{43})"),`,
);

/** The form of a line that is a record nobody has changed, whichever version wrote it. */
export const readForm = (line: string): number | undefined => {
  const form = /^\{"v":(\d{1,6}),/.exec(line)?.[1];
  return form !== undefined && isIntact(line) ? Number(form) : undefined;
};

/** A chain that nobody has written to. */
export const newChain = (): Link => ({ writer: `w_${randomBytes(8).toString("hex")}`, seq: 0, hash: null });

/** All of them, one after the other. */
export const sealAll = (
  bodies: readonly string[],
  from: Link,
): { readonly lines: readonly string[]; readonly end: Link } => {
  const lines: string[] = [];
  let end = from;
  for (const body of bodies) {
    const { line, link } = seal(body, end);
    lines.push(line);
    end = link;
  }
  return { lines, end };
};

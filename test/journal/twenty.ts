// A chain of twenty records, a checkpoint of record 15, and the pens of whoever writes records and checkpoints anew.
import { type KeyObject, generateKeyPairSync, hash } from "node:crypto";
import { type Link, seal } from "../../src/journal/chain.ts";
import { writeCheckpoint } from "../../src/journal/checkpoint.ts";
import { bodyOf, linkOf, pair, reseal } from "./signed.ts";

export const W = "w_00000000000000aa";
export const OTHER = "w_00000000000000bb";
export const TIME = "2026-01-02T03:04:05.000Z";
export const begin = (writer: string): Link => ({ writer, seq: 0, hash: null });
export const body = (index: number): string => `{"kind":"stop","time":"${TIME}","n":${index}}`;
export const chain = (writer: string, length = 20): readonly string[] =>
  reseal(
    Array.from({ length }, (_, index) => body(index + 1)),
    begin(writer),
  );
export const sign = (line: string | undefined, { pruned = false, key = pair.privateKey } = {}): string =>
  writeCheckpoint(linkOf(line), { time: TIME, pruned }, key);

export const lines = chain(W);
export const line = (seq: number): string => lines[seq - 1] ?? "";
export const signed = sign(line(15));
/** Sealed anew from this record on. */
export const again = (from: number, bodies: readonly string[]): readonly string[] => [
  ...lines.slice(0, from - 1),
  ...reseal(bodies, from === 1 ? begin(W) : linkOf(line(from - 1))),
];
export const rest = (from: number): readonly string[] => lines.slice(from - 1).map(bodyOf);
/** One record alone with its own hash right. */
export const alone = (seq: number, text: string): string =>
  seal(text, seq === 1 ? begin(W) : linkOf(line(seq - 1))).line;
export const renamed = (text: string): string => text.replace(W, OTHER);
export const prune = (through: number): string =>
  `{"kind":"prune","time":"${TIME}","through":${through},"throughHash":"${linkOf(line(through)).hash}"}`;

export const otherKey = (): KeyObject => generateKeyPairSync("ed25519").privateKey;

/** As a later checkrein might write it. */
export const newer = (text: string): string => {
  const own = text.slice(0, text.lastIndexOf(',"hash"')).replace('"v":2', '"v":3');
  return `${own},"hash":"${hash("sha256", own, "base64url")}"}`;
};

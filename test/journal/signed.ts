// Journals with signed checkpoints, written as the sidecar writes them, and what somebody does to them who has no key.
import { type KeyObject, generateKeyPairSync } from "node:crypto";
import { type Link, readLink, seal } from "../../src/journal/chain.ts";
import { type Beside, type Report, verifyJournal } from "../../src/journal/verify.ts";
import { entryOf, openAt } from "./open.ts";

export const pair = generateKeyPairSync("ed25519");
export const privateText = pair.privateKey.export({ format: "der", type: "pkcs8" }).toString("base64");
export const publicText = pair.publicKey.export({ format: "der", type: "spki" }).toString("base64");

export interface SignedJournal {
  readonly lines: readonly string[];
  readonly checkpoints: readonly string[];
}

export interface Session {
  readonly flags?: readonly string[];
  readonly now?: () => number;
  readonly key?: string;
}

/** One life of the sidecar with so many calls: its checkpoints. */
export const runSession = async (
  place: string,
  calls: number,
  { flags = [], now, key = privateText }: Session = {},
): Promise<readonly string[]> => {
  const clock = now === undefined ? {} : { now };
  const journal = await openAt(place, {
    flags: ["--journal-key", key, ...flags].filter((one) => one !== ""),
    ...clock,
  });
  for (let index = 0; index < calls; index += 1)
    journal.record(entryOf(`call_${index}`, { at: now?.() ?? Date.now() }));
  await journal.close();
  return journal.checkpoints;
};

export const verify = (
  lines: Iterable<string>,
  checkpoints?: readonly string[],
  keys: readonly KeyObject[] = [pair.publicKey],
): Report => {
  const beside: Beside = checkpoints === undefined ? {} : { signed: { checkpoints, keys } };
  return verifyJournal(lines, beside);
};

export const messages = (report: Report): readonly string[] => report.findings.map(({ message }) => message);

export const linkOf = (line: string | undefined): NonNullable<ReturnType<typeof readLink>> => {
  const link = readLink(line ?? "");
  if (link === undefined) throw new Error(`no record: ${line}`);
  return link;
};

/** The record without what the chain adds. */
export const bodyOf = (line: string): string => {
  const { v: _v, writer: _writer, seq: _seq, prev: _prev, hash: _hash, ...body } = JSON.parse(line);
  return JSON.stringify(body);
};

/** Sealed anew behind `from`, as the sidecar would. */
export const reseal = (bodies: readonly string[], from: Link): readonly string[] => {
  let end = from;
  return bodies.map((body) => {
    const { line, link } = seal(body, end);
    end = link;
    return line;
  });
};

// Signed checkpoints as verifying needs them: by chain and in order. They stand in a file of their own, or in the sidecar's log.
import type { KeyObject } from "node:crypto";
import { type Checkpoint, fingerprint, readCheckpoint } from "../checkpoint.ts";
import type { Findings } from "./findings.ts";

export type Anchor = Pick<Checkpoint, "seq" | "hash" | "time" | "pruned">;

export interface Signed {
  /** Lines of checkpoints, or of a log that has them. */
  readonly checkpoints: Iterable<string>;
  /** Public keys; several where the key was changed. */
  readonly keys: readonly KeyObject[];
}

/** By writer, lowest `seq` first. */
export type Anchors = ReadonlyMap<string, readonly Anchor[]>;

export const readAnchors = ({ checkpoints, keys }: Signed, findings: Findings): Anchors => {
  const anchors = new Map<string, Anchor[]>();
  const known = new Map(keys.map((key) => [fingerprint(key), key]));
  let line = 0;
  for (const text of checkpoints) {
    line += 1;
    const found = findCheckpoint(text);
    if (found === undefined) continue;
    const read = readWith(found, known);
    if (!read.ok) findings.add({ kind: "checkpoint", line, why: read.problem });
    else keep(anchors, read.checkpoint);
  }
  if (anchors.size === 0) findings.add({ kind: "checkpoint", why: "there is no checkpoint that this key has signed" });
  for (const list of anchors.values()) list.sort((one, other) => one.seq - other.seq);
  return anchors;
};

const keep = (anchors: Map<string, Anchor[]>, { writer, seq, hash, time, pruned }: Checkpoint): void => {
  const list = anchors.get(writer) ?? [];
  anchors.set(writer, list);
  list.push({ seq, hash, time, pruned });
};

/** A log has each in a line's `checkpoint`, among lines of which verifying wants nothing. */
const findCheckpoint = (text: string): string | undefined => {
  if (text.trim() === "") return undefined;
  try {
    const { kind, checkpoint, msg } = Object(JSON.parse(text)) as Record<string, unknown>; // any member may be missing
    if (kind !== "checkpoint" && typeof checkpoint === "string") return checkpoint;
    return kind !== "checkpoint" && typeof msg === "string" ? undefined : text;
  } catch {
    return text; // what it is no checkpoint for is told by whoever reads it
  }
};

const readWith = (text: string, keys: ReadonlyMap<string, KeyObject>): ReturnType<typeof readCheckpoint> => {
  const named = /"key":"([\w-]{16})"/.exec(text)?.[1] ?? "";
  const [first] = keys.values();
  const key = keys.get(named) ?? first;
  return key === undefined ? { ok: false, problem: "there is no key" } : readCheckpoint(text, key);
};

// A chain that begins in the middle: whether the sidecar itself has dropped what is missing. Who can write the journal can write
// a `prune` record, too, and the sidecar that is started next signs it with the rest: so with checkpoints, only one that says
// `pruned` proves it, or a record from before the first one, when nothing was proven yet.
import type { Anchor } from "./anchors.ts";
import type { Dropped } from "./contents.ts";
import type { Hole } from "./holes.ts";

export interface HeadProof {
  readonly dropped?: { readonly through: number; readonly by: "checkpoint" | "record" };
  readonly missing?: { readonly from: number; readonly to: number; readonly why: string };
  /** The first record, where it does not follow from what was dropped. */
  readonly unlinked?: number;
}

export interface HeadParts {
  readonly anchors: readonly Anchor[];
  /** A record from before the first checkpoint. */
  readonly dropped: Dropped | undefined;
}

export const proveHead = ({ to, after }: Pick<Hole, "to" | "after">, parts: HeadParts): HeadProof => {
  const proofs = proofsOf(parts);
  const exact = proofs.find(({ through }) => through === to);
  const widest = proofs.reduce((most, { through }) => Math.max(most, through), 0);
  if (widest < to) return { missing: { from: widest + 1, to, why: reason(parts) } };
  const by = proofs.some(({ through, by }) => through >= to && by === "checkpoint") ? "checkpoint" : "record";
  const follows = exact === undefined || after === undefined || exact.hash === after;
  return { dropped: { through: to, by }, ...(follows ? {} : { unlinked: to + 1 }) };
};

interface Proof {
  readonly through: number;
  readonly hash: string;
  readonly by: "checkpoint" | "record";
}

const proofsOf = ({ anchors, dropped }: HeadParts): readonly Proof[] => [
  ...anchors.filter(({ pruned }) => pruned).map(({ seq, hash }) => ({ through: seq, hash, by: "checkpoint" as const })),
  ...(dropped === undefined ? [] : [{ through: dropped.through, hash: dropped.hash, by: "record" as const }]),
];

const reason = ({ anchors }: HeadParts): string => (anchors.length === 0 ? "nothing" : "nothing signed");

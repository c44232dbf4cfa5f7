// One chain, record by record as it comes, held against itself and against the checkpoints that were signed of it.
import type { readLink } from "../chain.ts";
import type { Anchor } from "./anchors.ts";
import { type Dropped, type OpenCalls, createContents } from "./contents.ts";
import type { Findings } from "./findings.ts";
import { proveHead } from "./head.ts";
import { type Hole, createHoles } from "./holes.ts";

export interface ChainReport {
  readonly writer: string;
  readonly records: number;
  /** First and last `seq`. */
  readonly from: number;
  readonly to: number;
  /** The last checkpoint whose record is there as it was signed. */
  readonly anchored?: { readonly through: number; readonly time: string };
  /** Everything through this record was dropped by the sidecar itself, as `by` says. */
  readonly dropped?: { readonly through: number; readonly by: "checkpoint" | "record" };
  readonly lost: { readonly gaps: number; readonly records: number };
  readonly torn: number;
  readonly killed: number;
  /** Intents without a call: nobody knows whether they were sent. */
  readonly open: OpenCalls;
}

type Link = NonNullable<ReturnType<typeof readLink>>;

export interface ChainCheck {
  add(link: Link, at: { readonly line: number; readonly text: string }): void;
  /** A record that says so was changed: its place is taken where it is the next one. */
  addChanged(seq: number): void;
  end(): ChainReport;
}

export interface ChainParts {
  readonly writer: string;
  readonly anchors: readonly Anchor[];
  readonly findings: Findings;
}

export const createChainCheck = (parts: ChainParts): ChainCheck => {
  const { writer, anchors, findings } = parts;
  const holes = createHoles();
  const contents = createContents(anchors[0]?.seq ?? Number.POSITIVE_INFINITY);
  const bySeq = Map.groupBy(anchors, ({ seq }) => seq);
  const met = new Map<Anchor, boolean>();
  let records = 0;
  return {
    add: ({ seq, hash, prev }, { line, text }) => {
      const named = { writer, from: seq, to: seq };
      const behind = holes.last();
      const fit = holes.place({ seq, hash, prev });
      if (fit === undefined) return findings.add({ kind: "twice", line, ...named });
      records += 1;
      if (fit.isLate) findings.add({ kind: "order", line, ...named, behind });
      for (const from of fit.unlinked) findings.add({ kind: "unlinked", writer, from, to: from });
      for (const anchor of bySeq.get(seq) ?? []) met.set(anchor, anchor.hash === hash);
      contents.add(seq, text);
    },
    addChanged: (seq) => {
      if (seq !== holes.last() + 1) return;
      holes.place({ seq, hash: undefined, prev: undefined });
      records += 1;
    },
    end: () => {
      const [first, ...others] = holes.left();
      const head = first?.from === 1 ? first : undefined;
      const dropped = head === undefined ? undefined : tellHead(parts, head, contents.dropped());
      for (const hole of head === undefined ? holes.left() : others) tellMissing(parts, hole);
      const begin = (head?.to ?? 0) + 1;
      tellRewritten(parts, { met, begin });
      const to = holes.last();
      tellCut(parts, to);
      const anchored = anchors.findLast((anchor) => met.get(anchor) === true);
      return {
        writer,
        records,
        from: begin,
        to,
        ...(anchored === undefined ? {} : { anchored: { through: anchored.seq, time: anchored.time } }),
        ...(dropped === undefined ? {} : { dropped }),
        lost: contents.lost(),
        torn: contents.torn(),
        killed: contents.killed(),
        open: contents.open(),
      };
    },
  };
};

/** What is missing in front of the first record: dropped, or taken away. */
const tellHead = ({ writer, anchors, findings }: ChainParts, head: Hole, own: Dropped | undefined) => {
  const { dropped, missing, unlinked } = proveHead(head, { anchors, dropped: own });
  if (missing !== undefined) findings.add({ kind: "head", writer, ...missing });
  if (unlinked !== undefined) findings.add({ kind: "unlinked", writer, from: unlinked, to: unlinked });
  return dropped;
};

const tellMissing = ({ writer, findings }: ChainParts, { from, to }: Hole): void =>
  findings.add({ kind: "missing", writer, from, to });

const tellCut = ({ writer, anchors, findings }: ChainParts, to: number): void => {
  const last = anchors.at(-1);
  if (last !== undefined && last.seq > to)
    findings.add({ kind: "cut", writer, from: to + 1, to: last.seq, time: last.time });
};

interface Meeting {
  /** Of each checkpoint whose record came: whether it is the one that was signed. */
  readonly met: ReadonlyMap<Anchor, boolean>;
  readonly begin: number;
}

/** From the last checkpoint that is met to the first that is not: what comes after that one hangs on it. */
const tellRewritten = ({ writer, anchors, findings }: ChainParts, { met, begin }: Meeting): void => {
  let from = begin;
  let isTold = false;
  for (const anchor of anchors) {
    const isMet = met.get(anchor);
    if (isMet === undefined) continue;
    if (isMet) from = anchor.seq + 1;
    else if (!isTold) findings.add({ kind: "rewritten", writer, from, to: anchor.seq, time: anchor.time });
    isTold = !isMet;
  }
};

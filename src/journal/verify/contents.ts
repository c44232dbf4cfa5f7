// What the records of one chain say themselves: what was lost, what was torn, what was dropped, and which calls have no end.
import { callKey, readHead } from "../recover.ts";

/** A `prune` record. */
export interface Dropped {
  /** Of the record itself. */
  readonly seq: number;
  readonly through: number;
  readonly hash: string;
}

export interface OpenCalls {
  /** The first of them. */
  readonly calls: readonly string[];
  readonly more: number;
}

export interface Contents {
  add(seq: number, line: string): void;
  /** Of `gap` records. */
  lost(): { readonly gaps: number; readonly records: number };
  torn(): number;
  /** Starts before which no end stands: what nothing waited for may be missing there. */
  killed(): number;
  /** The record that says most of what was dropped. */
  dropped(): Dropped | undefined;
  open(): OpenCalls;
}

const MOST_OPEN = 10_000;
const SHOWN = 20;

/** `believed`: `prune` records behind this one prove nothing. */
export const createContents = (believed: number): Contents => {
  const open = new Map<string, string>();
  let dropped: Dropped | undefined;
  let more = 0;
  let torn = 0;
  let killed = 0;
  let isRunning = false;
  const lost = { gaps: 0, records: 0 };
  return {
    add: (seq, line) => {
      const { kind, call = "", ingress } = readHead(line) ?? {};
      const key = callKey({ call, ingress });
      if (kind === "intent" && open.size < MOST_OPEN) open.set(key, call);
      else if (kind === "intent") more += 1;
      if (kind === "call") open.delete(key);
      if (kind === "torn") torn += 1;
      if (kind === "start" && isRunning) killed += 1;
      if (kind === "start" || kind === "stop") isRunning = kind === "start";
      if (kind === "gap") {
        lost.gaps += 1;
        lost.records += Number(membersOf(line)["lost"] ?? 0);
      }
      if (kind === "prune" && seq <= believed) dropped = wider(dropped, droppedBy(seq, line));
    },
    lost: () => ({ ...lost }),
    torn: () => torn,
    killed: () => killed,
    dropped: () => dropped,
    open: () => ({ calls: [...open.values()].slice(0, SHOWN), more: more + Math.max(0, open.size - SHOWN) }),
  };
};

const droppedBy = (seq: number, line: string): Dropped => {
  const { through, throughHash } = membersOf(line);
  return { seq, through: Number(through ?? 0), hash: String(throughHash) };
};

const wider = (one: Dropped | undefined, other: Dropped): Dropped =>
  one !== undefined && one.through >= other.through ? one : other;

/** None of a line that is no JSON: its hash may be right all the same. */
const membersOf = (line: string): Readonly<Record<string, unknown>> => {
  try {
    return Object(JSON.parse(line)) as Readonly<Record<string, unknown>>; // any member may be missing
  } catch {
    return {};
  }
};

// Where records go. A sink seals them into its chain and says when they are where they have to be; what waits, what is lost
// and what is tried again is the business of the writer.
import type { Link } from "./chain.ts";
import type { Torn } from "./torn.ts";
import type { Written } from "./text.ts";

export interface Sink {
  /**
   * All of it, in order and for good, when it resolves: the end of the chain. When it rejects, the same records come first the
   * next time, and none of them stands there twice. Never called while it is under way.
   */
  append(records: readonly Written[]): Promise<Link>;
  /** The last record that may go by age and size, if any may. */
  planPrune(limits: KeepLimits): Promise<PrunePlan | undefined>;
  /** Drops records up to this one, a part at a time, so that others wait for no more than a part. Whether all of them are gone. */
  prune(through: number): Promise<boolean>;
  close(): Promise<void>;
}

export interface KeepLimits {
  /** Milliseconds of the Unix epoch: what is older may go. */
  readonly olderThan: number;
  readonly mostBytes: number;
}

export interface PrunePlan {
  readonly through: number;
  readonly hash: string;
}

/** What a sink found where it goes on. */
export interface Opened {
  /** A reader keeps it, who may come later: nobody waits for the first record. */
  readonly isStream?: true;
  readonly sink: Sink;
  readonly end: Link;
  /** Calls that had begun to leave when an earlier process ended: nobody knows what became of them. */
  readonly open: readonly string[];
  /** What processes that were killed left half written, and where it was put. No record tells of it yet. */
  readonly torn?: readonly Torn[];
}

/** The journal cannot be opened or written: a sentence for the operator. */
export class JournalError extends Error {}

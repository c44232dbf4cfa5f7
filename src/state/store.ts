// What rules remember, behind one small interface: memory, SQLite and Redis keep the same promises, and one suite of tests
// holds them to it. A store knows keys, counts, leases and texts; which rule a key belongs to is the business of `check/`.
// Every method rejects with a StoreError, and with nothing else, when the store cannot answer in time or has lost its state.
import type { LetterBox } from "./letter-box.ts";

/** The store cannot be asked, or cannot be trusted: calls that need it are refused, others go on. */
export class StoreError extends Error {}

export interface Store {
  /** Evidence of earlier calls, in one round trip. */
  read(wanted: EvidenceRead): Promise<EvidenceFound>;
  /**
   * All operations in one atomic step, or none: the first that does not hold is answered. A claim whose answer was lost is
   * released with `settle`, which takes any claim id, known or not.
   */
  claim(claim: Claim): Promise<ClaimAnswer>;
  /** Ends a claim, and writes evidence in the same step. The same settlement twice is as good as once. */
  settle(settlement: Settlement): Promise<void>;
  /** Whether one of these runs was ended by an operator. */
  hasEnded(runs: readonly string[]): Promise<boolean>;

  saveRun(run: RunRecord): Promise<void>;
  findRun(id: string): Promise<RunRecord | undefined>;
  /** Live runs, oldest first, after the run of this id. */
  listRuns(page: { readonly after: string | undefined; readonly most: number }): Promise<readonly RunRecord[]>;
  /** Ends a run until it would have expired; whether there is such a run. Runs below it count as ended, too. */
  endRun(id: string, by: string): Promise<boolean>;

  /** One more refused attempt in a row of this tool: how many there are now. Beyond MOST_ATTEMPTED tools the fewest make room. */
  addAttempt(attempt: Attempt): Promise<number>;
  /** Fewest first; among equals the one that was refused longest ago. */
  attemptsOf(run: string): Promise<readonly AttemptCount[]>;
  /** Of these tools, or of all: of how many something was counted. */
  clearAttempts(run: string, tools?: readonly string[]): Promise<number>;
  /** Runs of which something is counted, in the order of their first attempt, after the run of this id. */
  listAttempts(page: AttemptPage): Promise<readonly RunAttempts[]>;

  /** Ends an agent's session for good. Beyond MOST_ENDED of one holder the one that began first is forgotten, and all that began before it end with it. */
  endSession(session: SessionMark): Promise<void>;
  hasSessionEnded(session: SessionMark): Promise<boolean>;

  /** Between those that share the store; undefined where nobody else can have it. */
  readonly letters: LetterBox | undefined;

  /** Pending, approved and denied ones that have not expired, oldest first. */
  listApprovals(): Promise<readonly Approval[]>;
  /** The approval as it is now, or undefined when there is none of this id that is still pending. */
  decideApproval(id: string, decision: "approved" | "denied", by: string): Promise<Approval | undefined>;

  /** `once` claims of which nobody knows whether their call took place. */
  listUnknown(): Promise<readonly UnknownClaim[]>;
  /** What a person found out about one of them; whether there is such a claim. */
  settleUnknown(claim: string, outcome: "done" | "released"): Promise<boolean>;

  /** Why the store cannot be used right now, in a sentence for the operator; undefined when all is well. */
  trouble(): string | undefined;
  /** The operator says that the state which was lost may be lost: stateful tools work again. */
  acceptLoss(): Promise<void>;
  close(): Promise<void>;
}

/** Milliseconds of the Unix epoch. A store that several sidecars share has its own. */
export type Clock = () => number;

export interface EvidenceRead {
  /** Single records. */
  readonly fields: readonly { readonly key: string; readonly field: string }[];
  /** Every record under these keys. */
  readonly keys: readonly string[];
  /** Which of these values were seen. */
  readonly members: readonly { readonly key: string; readonly values: readonly string[] }[];
}

/** In the order of what was wanted. `at`: when the record was written, by the store's clock. */
export interface EvidenceFound {
  readonly now: number;
  readonly fields: readonly (KeptRecord | undefined)[];
  readonly keys: readonly (readonly KeptRecord[])[];
  readonly members: readonly (readonly boolean[])[];
}

export interface KeptRecord {
  readonly at: number;
  /** The text that was written. */
  readonly value: string;
}

export interface Claim {
  /** The call's id: no two claims have the same. */
  readonly id: string;
  readonly operations: readonly Operation[];
  /** When this has passed without a settlement, the call may or may not have taken place. */
  readonly deadlineMs: number;
  /** Judges and changes nothing. */
  readonly isDryRun: boolean;
}

/** Keys are any text. Numbers are whole and at most 2^52, so that every store adds them exactly. */
export type Operation =
  /** The runs of the call are not ended. */
  | { readonly kind: "open"; readonly runs: readonly string[] }
  /** `add` to what stands under the key, if that is then at most `max`. Entries older than the window count no more. */
  | {
      readonly kind: "count";
      readonly key: string;
      readonly add: number;
      readonly max: number;
      /** Undefined: entries count until they expire. */
      readonly windowMs: number | undefined;
      /** A limit counts calls that were sent; a budget and a mark count only what may have taken place. */
      readonly staysWhenFailed: boolean;
      readonly expiresInMs: number;
    }
  /** The key is free; it is taken until it is released or expires. */
  | {
      readonly kind: "once";
      readonly key: string;
      /** Of the arguments: the same call again gets the recorded result. */
      readonly fingerprint: string;
      /** For the person who has to settle it: one line. */
      readonly about: string;
      readonly expiresInMs: number;
    }
  /** Nobody holds the key; it is held until it is settled, or so long. */
  | { readonly kind: "lease"; readonly key: string; readonly leaseMs: number }
  /** A person has approved the key; the approval is used up. Otherwise it is asked for. Comes last. */
  | {
      readonly kind: "approval";
      readonly key: string;
      readonly request: ApprovalRequest;
      /** How long it may wait for a person, and how long it holds once given (or refused). */
      readonly pendingMs: number;
      readonly approvedMs: number;
    };

export type ClaimAnswer =
  | { readonly ok: true; readonly approvals: readonly Approval[] }
  | { readonly ok: false; readonly index: number; readonly found: Found };

/** What stood in the way of the operation. Times are from now on. */
export type Found =
  | { readonly kind: "open" }
  /** `retryInMs`: when enough of it has left the window; undefined without a window, or when it never fits. */
  | { readonly kind: "count"; readonly used: number; readonly retryInMs: number | undefined }
  | { readonly kind: "once"; readonly state: "busy"; readonly claim: string; readonly retryInMs: number }
  | { readonly kind: "once"; readonly state: "unknown"; readonly claim: string }
  | {
      readonly kind: "once";
      readonly state: "done";
      readonly claim: string;
      readonly isSame: boolean;
      /** As it was settled; undefined when no result was kept. */
      readonly result: string | undefined;
    }
  | { readonly kind: "lease"; readonly retryInMs: number }
  /**
   * `id` is undefined in a dry run that found nothing. `full`: MOST_PENDING of the run wait for a person already, so that it
   * was not asked for; the first of them ends in that time.
   */
  | {
      readonly kind: "approval";
      readonly state: "pending" | "denied" | "full";
      readonly id: string | undefined;
      readonly expiresInMs: number;
    };

export interface Settlement {
  readonly id: string;
  /** Those of the claim. */
  readonly operations: readonly Operation[];
  /**
   * `done`: it took place. `released`: nothing was sent, so nothing of it stays. `failed`: sent, and definitely without
   * effect: approvals and counts with `staysWhenFailed` stay used, the rest is given back. `unknown`: it may have taken
   * place: all of it stays, but for leases, which end by themselves.
   */
  readonly outcome: "done" | "released" | "failed" | "unknown";
  /** For `once`, where it is kept. */
  readonly result: string | undefined;
  readonly evidence: EvidenceWrite;
}

export interface EvidenceWrite {
  /** A newer record takes the place of an older one. Beyond MOST_RECORDS under one key the oldest goes. */
  readonly records: readonly {
    readonly key: string;
    readonly field: string;
    readonly value: string;
    readonly expiresInMs: number;
    /** How long the call has ended before the store is told. Default: 0. */
    readonly agoMs?: number;
  }[];
  /** Values seen. Beyond MOST_VALUES under one key the oldest go. */
  readonly members: readonly {
    readonly key: string;
    readonly values: readonly string[];
    readonly expiresInMs: number;
  }[];
}

export const NO_EVIDENCE: EvidenceWrite = Object.freeze({ records: [], members: [] });

export const MOST_RECORDS = 256;
export const MOST_VALUES = 10_000;

/** `run` and `tool` are short texts: whoever names them has cut what is foreign. */
export interface Attempt {
  readonly run: string;
  readonly tool: string;
  /** So many may be refused in a row: kept with the count, for whoever looks at it. */
  readonly allowed: number;
  /** Without a further one. */
  readonly expiresInMs: number;
}

export interface AttemptCount {
  readonly tool: string;
  readonly used: number;
  /** Of the last attempt. */
  readonly allowed: number;
  readonly expiresInMs: number;
}

export interface RunAttempts {
  readonly run: string;
  readonly tools: readonly AttemptCount[];
}

export interface AttemptPage {
  readonly after: string | undefined;
  readonly most: number;
}

/** Tools of one run. An agent may make names up. */
export const MOST_ATTEMPTED = 64;

/** What is remembered of an agent's session that was ended. It says itself who it is, when it began and when it ends. */
export interface SessionMark {
  /** The run that it belongs to. Of two sessions of one run, the one that began first ends first, or both at once. */
  readonly holder: string;
  readonly id: string;
  readonly begunAt: number;
  /** Until then it is remembered. */
  readonly expiresAt: number;
}

/** Of one run. */
export const MOST_ENDED = 10_000;

export interface RunRecord {
  readonly id: string;
  readonly caller: string;
  readonly parent: string | undefined;
  /** As the operator gave it: JSON. */
  readonly grant: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** Who ended it; undefined while it lives. */
  readonly endedBy: string | undefined;
}

/** What a person decides about. Nothing in it is secret. */
export interface ApprovalRequest {
  readonly tool: string;
  readonly caller: string;
  readonly run: string;
  /** The covered arguments: JSON, secrets cut. */
  readonly arguments: string;
  /** Why the contract asks. */
  readonly reason: string;
}

/** Approvals that wait for a person, of one run. An agent may ask for as many as it can vary its arguments. */
export const MOST_PENDING = 100;

export interface Approval extends ApprovalRequest {
  readonly id: string;
  readonly state: "pending" | "approved" | "denied";
  readonly by: string | undefined;
  readonly createdAt: number;
  readonly expiresAt: number;
}

export interface UnknownClaim {
  readonly claim: string;
  readonly about: string;
  readonly at: number;
}

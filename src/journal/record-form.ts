// The form of a record. docs/JOURNAL.md describes every member.
import type { JsonValue } from "../call.ts";
import type { Issue, NextCall, Refusal } from "../refusal.ts";
import type { DescribedResult } from "./described-result.ts";

/** Of all records: a reader that meets a higher one refuses. */
export const FORM = 2;

/** What is known before a call leaves. */
export interface CallHead {
  /** When it came, RFC 3339. */
  readonly time: string;
  /** As the answer's `checkrein-call` has it. */
  readonly call: string;
  /** The call that this one goes on with. */
  readonly continues?: string;
  /** Places in the order in which calls of this process came, were judged and ended: of an intent without the last. */
  readonly order: readonly number[];
  readonly caller: string;
  readonly run: string;
  readonly ingress: string;
  readonly tool: string;
  readonly contract?: string;
  readonly arguments?: unknown;
  /** Members whose values were hidden, and members that were cut or left out because of their length. */
  readonly hidden?: readonly string[];
  readonly cut?: readonly string[];
  /** What the ingress could map onto no argument. */
  readonly given?: readonly { readonly path: string; readonly code: string }[];
  /** Keyed digest of the request that was built. */
  readonly request?: string;
}

export interface IntentRecord extends CallHead {
  readonly kind: "intent";
  readonly observed?: true;
}

export interface CallRecord extends CallHead {
  readonly kind: "call";
  readonly ms: number;
  /** `refuse` where the agent or the sidecar is to blame. */
  readonly decision: "allow" | "refuse";
  readonly observed?: true;
  readonly forwarded: Refusal["forwarded"];
  readonly code?: string;
  readonly class?: string;
  readonly detail?: string;
  /** The HTTP status that the agent got, where the code does not say it. */
  readonly answered?: number;
  readonly issues?: readonly Issue[];
  readonly next?: readonly NextCall[];
  readonly retryAfter?: number;
  readonly approval?: Refusal["approval"];
  readonly claim?: string;
  readonly attempts?: Refusal["attempts"];
  /** Of an observed call: what it was answered with, where that is no result. */
  readonly outcome?: {
    readonly code: string;
    readonly class: string;
    readonly detail: string;
    readonly answered?: number;
  };
  readonly status?: number;
  readonly error?: JsonValue;
  readonly toolError?: true;
  readonly repeats?: string;
  /** The recorded call whose end a playback gave: nothing was called. */
  readonly played?: string;
  readonly approvals?: readonly { readonly id: string; readonly by?: string }[];
  readonly claims?: readonly string[];
  readonly settled?: string;
  readonly counts?: false;
  readonly stream?: { readonly bytes: number; readonly end: string };
  readonly note?: string;
  readonly result?: DescribedResult;
}

/** Who asks, in which piece of work: once for each run, before its first call. */
export interface RunRecord {
  readonly kind: "run";
  readonly time: string;
  readonly run: string;
  readonly lineage: readonly string[];
  readonly caller: string;
  readonly claims: JsonValue;
  readonly grants: JsonValue;
  readonly expiresAt?: string;
}

/** What rules remember: where, and whether something was there when the sidecar began. */
export interface KeptState {
  readonly kind: "memory" | "sqlite" | "redis";
  readonly isKept: boolean;
}

/** The sidecar began to write, ended, lost records, or dropped old ones. */
export type OwnRecord =
  | {
      readonly kind: "start";
      readonly time: string;
      readonly contracts: string;
      readonly settings: JsonValue;
      readonly state: KeptState;
      readonly playback?: string;
    }
  | { readonly kind: "torn"; readonly time: string; readonly bytes: number; readonly file: string }
  | { readonly kind: "gap"; readonly time: string; readonly lost: number; readonly since: string }
  | { readonly kind: "prune"; readonly time: string; readonly through: number; readonly throughHash: string }
  | { readonly kind: "contracts"; readonly time: string; readonly contracts: string }
  | { readonly kind: "stop"; readonly time: string };

export type JournalRecord = IntentRecord | CallRecord | RunRecord | OwnRecord;

export const timeText = (milliseconds: number): string => new Date(milliseconds).toISOString();

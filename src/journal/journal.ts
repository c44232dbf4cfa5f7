// The journal: one record a call, whatever happened. This is its interface, and what the walk of a call knows about it.
import type { BuiltRequest, JsonValue, ToolCall, ToolResult } from "../call.ts";
import type { Checked, Refusal } from "../refusal.ts";

/** What of a contract a record needs. */
export interface JournalContract {
  readonly digest: string;
  readonly redact: (value: unknown, hide?: (cover: string, value: unknown) => string) => JsonValue;
  readonly output: {
    readonly answer: (
      status: number,
    ) => readonly { readonly redact?: JournalContract["redact"]; readonly hasSecrets?: () => boolean }[];
  };
  readonly journal: { readonly result: "keep" | "digest"; readonly maxResult: number };
}

/** What is known of a call before it leaves. */
export interface Intent {
  readonly call: ToolCall;
  /** Undefined for an unknown tool, whose arguments nobody can cut. */
  readonly contract: JournalContract | undefined;
  /** When the call came: milliseconds of the Unix epoch, by the clock that rules see. */
  readonly at: number;
  /** What is about to be sent, or was. */
  readonly request?: BuiltRequest;
  /** Its places in the order in which calls of this process came, were judged and ended, whatever the clock says. */
  readonly came: number;
  readonly judged: number;
  /** What the call is refused with by contract, rules or grants, where its tool is observed only and it is sent all the same. */
  readonly observed?: Refusal | undefined;
}

export interface JournalEntry extends Intent {
  /** A refusal, a result, or nothing where only a decision was asked for. */
  readonly verdict: Checked<ToolResult | undefined>;
  readonly milliseconds: number;
  /** As `came` and `judged`. */
  readonly ended: number;
  /** The recorded call whose end this is: a playback gave it, and nothing was called. */
  readonly played?: string | undefined;
  /** What the contract's `succeeded` says about the result; undefined where it has none. */
  readonly counts?: boolean | undefined;
  /** The earlier call whose recorded result this is: nothing was sent. */
  readonly repeats?: string | undefined;
  /** People's word that the call used. */
  readonly approvals?: readonly { readonly id: string; readonly by: string | undefined }[];
  /** Kinds of rules that the call has claimed something for. */
  readonly claims?: readonly string[];
  /** How its claims ended. */
  readonly settled?: string | undefined;
  /** How a streamed result went on after its head. */
  readonly stream?: StreamEnd;
}

export interface StreamEnd {
  /** Handed on to the agent's side. */
  readonly bytes: number;
  /** `broken`: the backend did not finish, in time or at all. `left`: the agent did not wait for the end. */
  readonly end: "whole" | "broken" | "left";
}

export interface JournalHealth {
  readonly isWritten: boolean;
  /** Records that are on their way, and those that there was no room for. */
  readonly waiting: number;
  readonly lost: number;
}

export interface Journal {
  /** Whether the intent is on the disk: nothing is sent before. Waits a while for a slow disk; never rejects. */
  intend(intent: Intent): Promise<boolean>;
  /** Never throws and never waits. */
  record(entry: JournalEntry): void;
  /** The contracts are others from now on: which ones is recorded, and every run with what it may do under them. */
  changeContracts(digest: string): void;
  /** Why records may be lost right now, or were; undefined when all is well. */
  trouble(): string | undefined;
  health(): JournalHealth;
  close(): Promise<void>;
}

/** For calls that leave no trace: rehearsals, and where the operator wants none. */
export const noJournal: Journal = Object.freeze({
  intend: async () => true,
  record: () => {},
  changeContracts: () => {},
  trouble: () => undefined,
  health: () => ({ isWritten: true, waiting: 0, lost: 0 }),
  close: async () => {},
});

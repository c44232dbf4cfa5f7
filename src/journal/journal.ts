// The journal: one record a call, whatever happened. This is its interface and the form of a record; sinks write lines.
import type { JsonValue, ToolCall, ToolResult } from "../call.ts";
import type { Checked } from "../refusal.ts";

export interface JournalEntry {
  readonly call: ToolCall;
  /** What of the contract a record needs; undefined for an unknown tool, whose arguments nobody can cut. */
  readonly contract: { readonly digest: string; redact(value: unknown): JsonValue } | undefined;
  /** A refusal, a result, or nothing where only a decision was asked for. */
  readonly verdict: Checked<ToolResult | undefined>;
  readonly milliseconds: number;
}

export interface Journal {
  /** Never throws and never waits. */
  record(entry: JournalEntry): void;
  /** Why records may be lost right now, or undefined. */
  trouble(): string | undefined;
  close(): Promise<void>;
}

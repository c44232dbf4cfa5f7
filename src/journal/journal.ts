// The journal: one record a call, whatever happened. This is its interface and the form of a record; sinks write lines.
import type { JsonValue, ToolCall, ToolResult } from "../call.ts";
import type { Checked, Refusal } from "../refusal.ts";

export interface JournalEntry {
  readonly call: ToolCall;
  /** What of the contract a record needs; undefined for an unknown tool, whose arguments nobody can cut. */
  readonly contract: { readonly digest: string; redact(value: unknown): JsonValue } | undefined;
  /** A refusal, a result, or nothing where only a decision was asked for. */
  readonly verdict: Checked<ToolResult | undefined>;
  /** What the call is refused with by contract, rules or grants, where its tool is observed only and `verdict` is what came of it. */
  readonly observed?: Refusal | undefined;
  readonly milliseconds: number;
  /** What the contract's `succeeded` says about the result; undefined where it has none. */
  readonly counts?: boolean | undefined;
  /** The earlier call whose recorded result this is: nothing was sent. */
  readonly repeats?: string | undefined;
  /** People's word that the call used. */
  readonly approvals?: readonly { readonly id: string; readonly by: string | undefined }[];
  /** How a streamed result went on after its head. */
  readonly stream?: StreamEnd;
}

export interface StreamEnd {
  /** Handed on to the agent's side. */
  readonly bytes: number;
  /** `broken`: the backend did not finish, in time or at all. `left`: the agent did not wait for the end. */
  readonly end: "whole" | "broken" | "left";
}

export interface Journal {
  /** Never throws and never waits. */
  record(entry: JournalEntry): void;
  /** Records cannot be written right now: nothing with effect may be sent. */
  isFailing(): boolean;
  /** Why records may be lost right now, or were; undefined when all is well. */
  trouble(): string | undefined;
  close(): Promise<void>;
}

/**
 * The same stream, which tells once how it ended: only then does anybody know how the call went. Not a generator, because
 * one that was never started does not hear that its reader left.
 */
export const watchStream = (
  stream: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
  tell: (end: StreamEnd) => void,
): AsyncIterable<Uint8Array> => {
  const source = stream[Symbol.asyncIterator]();
  let bytes = 0;
  let isTold = false;
  const end = (how: StreamEnd["end"]): void => {
    if (!isTold) tell({ bytes, end: how });
    isTold = true;
  };
  const next = async (): Promise<IteratorResult<Uint8Array, undefined>> => {
    try {
      const step = await source.next();
      if (step.done === true) end("whole");
      else bytes += step.value.length;
      return step;
    } catch (error) {
      end(signal?.aborted === true ? "left" : "broken");
      throw error;
    }
  };
  const leave = async (): Promise<IteratorResult<Uint8Array, undefined>> => {
    end("left");
    await source.return?.();
    return { done: true, value: undefined };
  };
  return { [Symbol.asyncIterator]: () => ({ next, return: leave }) };
};

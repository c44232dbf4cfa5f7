// What an earlier process left open: calls whose intent stands in the journal and whose end does not. Nobody knows what became
// of them, and that is what their record says.
import { type Written, writeRecord, type Keys } from "./text.ts";

/** Kind and call of a record, read from its head alone. */
export const readHead = (line: string): { readonly kind: string; readonly call: string | undefined } | undefined => {
  const [, kind, call] = HEAD.exec(line) ?? [];
  return kind === undefined ? undefined : { kind, call };
};

const HEAD = /^\{"v":\d+,"writer":"[^"]*","seq":\d+,"prev":[^,]*,"kind":"(\w+)","time":"[^"]*"(?:,"call":"([^"]*)")?/;

/** Intents without an end, in these lines of one process. */
export const openIntents = (lines: Iterable<string>): readonly string[] => {
  const open = new Map<string, string>();
  for (const line of lines) {
    const { kind, call = "" } = readHead(line) ?? {};
    if (kind === "start") open.clear(); // what was open then has been closed by that start
    if (kind === "intent") open.set(call, line);
    if (kind === "call") open.delete(call);
  }
  return [...open.values()];
};

/** The record that ends such a call. `line`: its intent. */
export const closeIntent = (line: string): Written => {
  const {
    v: _v,
    writer: _writer,
    seq: _seq,
    prev: _prev,
    hash: _hash,
    ...intent
  } = JSON.parse(line) as Keys & ChainMembers; // a record of ours
  return writeRecord({
    ...intent,
    kind: "call",
    ms: 0,
    decision: intent.observed === true ? "refuse" : "allow",
    forwarded: "unknown",
    settled: "unknown",
    code: "upstream_outcome_unknown",
    class: "ask_human",
    note: "the sidecar ended while this call was under way",
  } as Keys);
};

interface ChainMembers {
  readonly v: number;
  readonly writer: string;
  readonly seq: number;
  readonly prev: string | null;
  readonly hash: string;
}

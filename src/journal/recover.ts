// What an earlier process left open: calls whose intent stands in the journal and whose end does not. Nobody knows what became
// of them, and that is what their record says.
import { type Written, writeRecord, type Keys } from "./text.ts";

export interface Head {
  readonly kind: string;
  readonly call: string | undefined;
  readonly ingress: string | undefined;
}

/** Read from the beginning of a record alone. */
export const readHead = (line: string): Head | undefined => {
  const [, kind, call, ingress] = HEAD.exec(line) ?? [];
  return kind === undefined ? undefined : { kind, call, ingress };
};

/** In a text, the quotation marks of `"ingress":"` would have a backslash before them. */
const HEAD =
  /^\{"v":\d+,"writer":"[^"]*","seq":\d+,"prev":[^,]*,"kind":"(\w+)","time":"[^"]*"(?:,"call":"([^"]*)"(?:.*?,"ingress":"(\w+)")?)?/;

/** A lookup has the id of the call that it judges. */
export const callKey = ({ call, ingress }: Pick<Head, "call" | "ingress">): string => `${ingress} ${call}`;

/** Intents without an end, in these lines of one process. */
export const openIntents = (lines: Iterable<string>): readonly string[] => {
  const open = new Map<string, string>();
  for (const line of lines) {
    const { kind, call, ingress } = readHead(line) ?? {};
    const key = callKey({ call, ingress });
    if (kind === "start") open.clear(); // what was open then has been closed by that start
    if (kind === "intent") open.set(key, line);
    if (kind === "call") open.delete(key);
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

// Lines that are no record as it was written: what they were, as far as can be told. The last one of a journal may be half
// written, and that is nobody's deed; so each waits for the next line before it is told.
import { isIntact, readHash, readPlace } from "../chain.ts";
import type { ChainCheck } from "./chain-check.ts";
import type { Findings } from "./findings.ts";

interface BadLine {
  readonly line: number;
  readonly text: string;
}

export interface BadLines {
  hold(bad: BadLine): void;
  /** Another line has come. */
  flush(): void;
  /** The number of the last line, if it is half a record. */
  end(): number | undefined;
  /** Whether a line was changed that says that it is this chain's first. */
  hasFirst(writer: string): boolean;
}

export interface BadLinesParts {
  readonly findings: Findings;
  /** The chain, if one of this name is known. */
  readonly find: (writer: string) => ChainCheck | undefined;
}

const MOST_FIRSTS = 1000;

export const createBadLines = ({ findings, find }: BadLinesParts): BadLines => {
  const firsts = new Set<string>();
  let held: BadLine | undefined;
  const flush = (): void => {
    if (held === undefined) return;
    const { line, text } = held;
    held = undefined;
    if (isIntact(text)) return findings.add({ kind: "form", line });
    const place = readPlace(text);
    if (place === undefined) return findings.add({ kind: "no_record", line });
    const { writer, seq } = place;
    findings.add({ kind: "changed", line, writer, from: seq, to: seq });
    const chain = find(writer);
    if (chain !== undefined) chain.addChanged(seq);
    else if (seq === 1 && firsts.size < MOST_FIRSTS) firsts.add(writer);
  };
  return {
    hold: (bad) => (held = bad),
    flush,
    end: () => {
      const last = held;
      if (last === undefined || readHash(last.text) !== undefined) return void flush();
      return last.line;
    },
    hasFirst: (writer) => firsts.has(writer),
  };
};

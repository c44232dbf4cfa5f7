// What a child writes to its standard error, for the operator's log: by the line, cut, and only so many a second.
import { createRateBound } from "./rate-bound.ts";

const LINE_CHARACTERS = 1000;
const LINES_PER_SECOND = 100;

interface ChildLog {
  /** A piece of the child's output. */
  feed(text: string): void;
  /** A line of our own. */
  say(line: string): void;
}

export const createChildLog = (take: (line: string) => void): ChildLog => {
  const lines = { messages: LINES_PER_SECOND, bytes: 0 };
  const mayTake = createRateBound({ perSecond: lines, burst: lines });
  const say = (line: string): void => {
    if (mayTake({ messages: 1, bytes: 0 })) take(line.slice(0, LINE_CHARACTERS));
  };
  let waiting = "";
  return {
    feed: (text) => {
      const lines = (waiting + text).split(/\r?\n/);
      waiting = (lines.pop() ?? "").slice(0, LINE_CHARACTERS);
      for (const line of lines) if (line !== "") say(line);
    },
    say,
  };
};

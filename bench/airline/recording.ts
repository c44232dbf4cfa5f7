// Recorded runs of a real agent (τ-bench, airline): one JSON object a line, with the calls as they were made, what the backend
// said, and the calls that would have been right.
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";

export interface RecordedCall {
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly output: string;
}

export interface RecordedRun {
  readonly task: number;
  readonly trial: number;
  /** 1 when the data at the end were as they should be. */
  readonly reward: number;
  readonly expected: readonly Pick<RecordedCall, "tool" | "arguments">[];
  readonly calls: readonly RecordedCall[];
}

export const writeTools: ReadonlySet<string> = new Set([
  "book_reservation",
  "cancel_reservation",
  "send_certificate",
  "update_reservation_baggages",
  "update_reservation_flights",
  "update_reservation_passengers",
]);

/**
 * `rejected`: the backend said no. `right`: it took place, and stands in `expected` with the same tool and equal arguments.
 * `wrong`: it took place, and does not.
 */
export type Kind = "right" | "wrong" | "rejected";

export const kindOf = ({ expected }: RecordedRun, call: RecordedCall): Kind => {
  if (isError(call)) return "rejected";
  const isRight = expected.some((one) => one.tool === call.tool && isDeepStrictEqual(one.arguments, call.arguments));
  return isRight ? "right" : "wrong";
};

export const isError = ({ output }: RecordedCall): boolean => output.startsWith("Error");

export const readRecording = (file: string): readonly RecordedRun[] =>
  readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line) as RecordedRun); // the data set's own form; a run of another would fail at once

// One call of a journal as one line of a screen. Agents wrote parts of it: nothing in it may hide or act.
import { type JsonObject, memberOf } from "../call.ts";
import { shown } from "./admin-port.ts";

/** A line of a journal; undefined for what is none. */
export const parseRecord = (line: string): JsonObject | undefined => {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined; // out of JSON
  } catch {
    return undefined;
  }
};

/** Time, tool, what became of it, how long it took, run, call. */
export const lineOf = (record: JsonObject): string => {
  const ms = memberOf(record, "kind") === "intent" ? "" : `${Number(memberOf(record, "ms")).toFixed(1)} ms`;
  const columns = [
    shown(record, "time"),
    shown(record, "tool").padEnd(20),
    endingOf(record).padEnd(20),
    ms.padStart(10),
    shown(record, "run"),
    shown(record, "call"),
  ];
  return columns.join("  ");
};

/** `allow`, the code of what went wrong, or `unknown`; and what is special about the call. */
export const endingOf = (record: JsonObject): string => {
  const ingress = memberOf(record, "ingress");
  const marks = [
    ...(memberOf(record, "observed") === true ? ["observed"] : []),
    ...(ingress === "check" ? ["dry run"] : []),
    ...(ingress === "lookup" ? ["lookup"] : []),
    ...(memberOf(record, "repeats") === undefined ? [] : ["repeat"]),
  ];
  return [codeOf(record), ...marks].join(", ");
};

const codeOf = (record: JsonObject): string => {
  if (memberOf(record, "kind") === "intent") return "unknown";
  return memberOf(record, "code") === undefined ? shown(record, "decision") : shown(record, "code");
};

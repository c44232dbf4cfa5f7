// What `once` keeps of a result, so that the same call again gets the same answer. Streams and results beyond a bound are
// not kept: their calls are told that they took place.
import type { ToolResult } from "../call.ts";

/** Characters of JSON. */
const MOST_KEPT = 262_144;

export const writeResult = (result: ToolResult): string | undefined => {
  if (result.kind === "bytes" || result.kind === "input_required") return undefined;
  const text = JSON.stringify(result);
  return text.length > MOST_KEPT ? undefined : text;
};

export const readResult = (text: string): ToolResult => JSON.parse(text) as ToolResult; // what `writeResult` wrote

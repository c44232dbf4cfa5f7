// What is kept of one successful call, as text in the store: no more than some rule can still ask for, and bounded.
import { type JsonObject, type JsonValue, isJsonObject, memberOf } from "../../call.ts";
import type { TraceRecord } from "../../contract/rule/rule.ts";
import { type KeptRecord, StoreError } from "../../state/store.ts";

export interface CallRecord {
  /** By the store's clock. */
  readonly at: number;
  /** Among records of one instant, the order in which they were written: a clock that is handed in may stand still. */
  readonly order: number;
  readonly args: JsonObject;
  /** Undefined: not kept, because no rule asked for it when the call was made. */
  readonly result: JsonValue | undefined;
  /** There was more of it than is kept. */
  readonly isCut: boolean;
}

export interface Past extends CallRecord {
  readonly tool: string;
}

export const MOST_BYTES = 65_536;

export const writeRecord = (
  { names, keepsResult }: TraceRecord,
  args: JsonObject,
  result: JsonValue | undefined,
): string => {
  // By these arguments alone a rule finds the record again; it looks at nothing in it.
  if (names !== undefined && !keepsResult) return "{}";
  const order = performance.timeOrigin + performance.now();
  const whole = JSON.stringify(keepsResult ? { order, args, result: result ?? null } : { order, args });
  if (isSmall(whole)) return whole;
  const half = JSON.stringify({ order, args, cut: true });
  return isSmall(half) ? half : JSON.stringify({ order, cut: true });
};

const isSmall = (text: string): boolean => Buffer.byteLength(text) <= MOST_BYTES;

export const readRecord = ({ at, value }: KeptRecord): CallRecord => {
  const record = parse(value);
  const [args, order] = [memberOf(record, "args"), memberOf(record, "order")];
  return {
    at,
    order: typeof order === "number" ? order : 0,
    args: isJsonObject(args) ? args : {},
    result: memberOf(record, "result"),
    isCut: memberOf(record, "cut") === true,
  };
};

/** Our own writing: anything else means that the store is not to be trusted. */
const parse = (text: string): JsonObject => {
  try {
    const value: unknown = JSON.parse(text);
    if (isJsonObject(value)) return value;
  } catch {}
  throw new StoreError("the store gave a record that was not written by this sidecar");
};

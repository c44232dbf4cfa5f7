// The id of a call: UUIDv7 (RFC 9562), so that ids sort by time, and within a millisecond by the order in which calls came
// (6.2, method 1: a counter). Node has a fast random UUID and no v7; the version, the time and the counter go in front of its
// random part. A library's v7 asks for random bytes on every call: 4 % of a call's CPU.
import { randomUUID } from "node:crypto";

/** 12 bits. Calls beyond them share the last. */
const MOST = 0xfff;

export const createCallIds = (): (() => string) => {
  let last = 0;
  let count = 0;
  return () => {
    const now = Date.now();
    count = now === last ? Math.min(count + 1, MOST) : 0;
    last = now;
    const time = now.toString(16).padStart(12, "0");
    return `${time.slice(0, 8)}-${time.slice(8)}-7${count.toString(16).padStart(3, "0")}${randomUUID().slice(18)}`;
  };
};

/** One alone, of what stands in no order with others. */
export const createCallId = (): string => createCallIds()();

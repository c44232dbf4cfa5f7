// The id of a call: UUIDv7 (RFC 9562), so that ids sort by time. Node has a fast random UUID and no v7; the version and
// the time go in front of its random part. A library's v7 asks for random bytes on every call: 4 % of a call's CPU.
import { randomUUID } from "node:crypto";

/** 36 characters, lower case. */
export const createCallId = (): string => {
  const time = Date.now().toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
};

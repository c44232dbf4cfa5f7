// What every backend is: it sends a CheckedCall and nothing else, under a total deadline, and gives back a bounded answer.
import type { BackendAnswer } from "../call.ts";
import type { CheckedCall } from "../check/checked-call.ts";
import type { Checked } from "../refusal.ts";

/** Whether an answer of this status and media type may be handed on as a stream instead of being read whole. */
export type StreamChoice = (status: number, mediaType: string) => boolean;

export interface Backend {
  /** Never throws. Refusals say truly whether the backend may have seen the call. */
  send(call: CheckedCall, streams: StreamChoice): Promise<Checked<BackendAnswer>>;
  /** Ends every connection; calls in flight end as unknown. */
  close(): Promise<void>;
}

/** The first value of a header that may come several times. */
export const oneHeader = (headers: BackendAnswer["headers"], name: string): string => {
  const value = headers[name];
  return (typeof value === "string" ? value : value?.[0]) ?? "";
};

// What every backend is: it sends a CheckedCall and nothing else, under a total deadline, and gives back a bounded answer.
import type { CheckedCall } from "../check/checked-call.ts";
import type { Checked } from "../refusal.ts";

/** A backend's answer, read within bounds and not yet judged. Header names are lower case. */
export interface BackendAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body:
    | { readonly kind: "bytes"; readonly bytes: Uint8Array }
    | { readonly kind: "stream"; readonly stream: AsyncIterable<Uint8Array> };
}

/** Whether an answer of this status and media type may be handed on as a stream instead of being read whole. */
export type StreamChoice = (status: number, mediaType: string) => boolean;

export interface Backend {
  readonly name: string;
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

/** `text/html; charset=utf-8` -> `text/html` */
export const mediaTypeOf = (headers: BackendAnswer["headers"]): string =>
  (oneHeader(headers, "content-type").split(";")[0] ?? "").trim().toLowerCase();

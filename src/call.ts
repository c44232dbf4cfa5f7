// The nouns that cross rooms. Data goes one way: unknown -> checked -> sent -> checked -> replied.
import type { Issue } from "./refusal.ts";

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export type JsonObject = { readonly [member: string]: JsonValue };

/** Who asks. Until callers are declared there is one: `anonymous`. */
export interface Caller {
  readonly name: string;
}

export type IngressName = "rest" | "call" | "check";

/** One attempt of an agent. Its arguments are unknown until `check/` has judged them. */
export interface ToolCall {
  /** UUIDv7: sorts by time; the same id stands in the answer and in the journal. */
  readonly id: string;
  readonly tool: string;
  readonly arguments: unknown;
  /** What the ingress read and could map onto no argument: part of the verdict on the arguments. */
  readonly issues?: readonly Issue[];
  readonly caller: Caller;
  readonly ingress: IngressName;
  /** Aborted when the agent hangs up. */
  readonly signal: AbortSignal | undefined;
}

/** The upstream request, built from contract, pins and checked arguments alone. */
export interface BuiltRequest {
  readonly method: string;
  /** Path and query, percent-encoded, below the backend's base path; starts with `/`. */
  readonly target: string;
  /** Flat name, value pairs. Names are lower case. */
  readonly headers: readonly string[];
  readonly body: string | undefined;
}

/** What a tool gave back, checked and projected. */
export type ToolResult =
  | { readonly kind: "json"; readonly status: number; readonly value: JsonValue; readonly headers: ResultHeaders }
  | {
      readonly kind: "text";
      readonly status: number;
      readonly mediaType: string;
      readonly text: string;
      readonly headers: ResultHeaders;
    }
  | {
      readonly kind: "bytes";
      readonly status: number;
      readonly mediaType: string;
      readonly stream: AsyncIterable<Uint8Array>;
      readonly headers: ResultHeaders;
    }
  | { readonly kind: "empty"; readonly status: number; readonly headers: ResultHeaders };

/** Declared response headers, lower-case name to value. */
export type ResultHeaders = readonly (readonly [name: string, value: string])[];

/** A backend's answer, read within bounds and not yet judged. Header names are lower case. */
export interface BackendAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body:
    | { readonly kind: "bytes"; readonly bytes: Uint8Array }
    | { readonly kind: "stream"; readonly stream: AsyncIterable<Uint8Array> };
}

/** `text/html; charset=utf-8` -> `text/html` */
export const mediaTypeOf = ({ headers }: Pick<BackendAnswer, "headers">): string => {
  const field = headers["content-type"];
  const first = typeof field === "string" ? field : (field?.[0] ?? "");
  return (first.split(";")[0] ?? "").trim().toLowerCase();
};

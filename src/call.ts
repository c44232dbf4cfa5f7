// The nouns that cross rooms. Data goes one way: unknown -> checked -> sent -> checked -> replied.
import type { Issue } from "./refusal.ts";

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export type JsonObject = { readonly [member: string]: JsonValue };

/** Of values that came out of JSON: anything else inside would be our own doing. */
export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** An own member by a foreign name: what an object inherits is none. */
export const memberOf = (object: JsonObject, name: string): JsonValue | undefined =>
  Object.hasOwn(object, name) ? object[name] : undefined;

/** Who asks: an agent's identity, proven by its key or token. */
export interface Caller {
  readonly name: string;
  /** What is known about it, for pins and rules: declared beside its key, or the mapped claims of its JWT. */
  readonly claims: JsonObject;
}

/**
 * One piece of work of a caller: rules that look beyond one call look at its calls. Without a run token it is the caller as
 * a whole, which has no end.
 */
export interface Run {
  readonly id: string;
  /** The run and those that it is a part of, the outermost first. */
  readonly lineage: readonly string[];
  /** Each narrows what the contracts allow: the caller's own, then those of the lineage. */
  readonly grants: readonly Grant[];
  /** Milliseconds of the Unix epoch; undefined for the caller as a whole. */
  readonly expiresAt: number | undefined;
}

/** What a run may do: a closed list of restrictions. Nothing in it can allow what a contract does not. */
export interface Grant {
  /** All, when absent. */
  readonly tools?: readonly string[];
  /** By tool, then by argument. */
  readonly arguments?: Readonly<Record<string, Readonly<Record<string, ArgumentRestriction>>>>;
  readonly limits?: readonly GrantLimit[];
  /** MCP backends whose messages other than tool calls pass. All when absent; none when `tools` is there and this is not. */
  readonly messages?: readonly string[];
}

/** ANDed with the argument's schema; the argument may not be left out. */
export interface ArgumentRestriction {
  readonly const?: JsonValue;
  readonly enum?: readonly JsonValue[];
  /** Set by the sidecar and not shown to the agent: a value, or a claim of the caller. */
  readonly pin?: { readonly value: JsonValue } | { readonly claim: string };
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

/** Calls that the run may make, of these tools together (of all, when absent). */
export interface GrantLimit {
  readonly tools?: readonly string[];
  readonly calls: number;
  /** Milliseconds that slide; for the whole run when absent. */
  readonly windowMs?: number;
}

/** A place in a trace that spans processes. W3C Trace Context; lower-case hexadecimal, never all zeros. */
export interface TraceContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly isSampled: boolean;
}

/** What an agent says its call is a part of, strictly read. */
export interface TraceOrigin {
  readonly parent: TraceContext;
  /** The request that carried it, where that is another. */
  readonly link?: TraceContext;
}

/** `lookup`: no agent asked, a rule did. */
export type IngressName = "rest" | "call" | "check" | "mcp" | "lookup";

/** Something that a request brought and no argument takes, by its name there. */
export interface Stray {
  readonly name: string;
  readonly value: JsonValue;
  readonly in: "query" | "body";
}

/** What the answers of all calls in flight may take of memory. */
export interface AnswerRoom {
  /** Undefined: there was room for so many bytes more. Else it is waited for; older calls come first. */
  take(bytes: number): Promise<void> | undefined;
  /** All of an answer has come, or no more of it will. */
  arrived(): void;
  /** Of what was taken so far, so much is not needed any more; undefined: nothing is. */
  give(bytes?: number): void;
}

/** One attempt of an agent. Its arguments are unknown until `check/` has judged them. */
export interface ToolCall {
  /** UUIDv7: sorts by time; the same id stands in the answer and in the journal. */
  readonly id: string;
  /** Where a call goes on that was begun before: the id that this attempt of it came with. */
  readonly round?: string;
  readonly tool: string;
  readonly arguments: unknown;
  /** What the ingress read and could map onto no argument: part of the verdict on the arguments. */
  readonly issues?: readonly Issue[];
  /** What those issues are about: never sent, and no argument; for whoever looks for a fix. */
  readonly strays?: readonly Stray[];
  readonly caller: Caller;
  readonly run: Run;
  readonly ingress: IngressName;
  /** Aborted when the agent hangs up. */
  readonly signal: AbortSignal | undefined;
  readonly trace?: TraceOrigin | undefined;
  /** Where an answer takes memory from, until the call has ended; absent: there is no bound. */
  readonly room?: AnswerRoom | undefined;
  /** The way back to the agent while the call runs, where it came over MCP. */
  readonly agent?: McpAgent;
}

/** The upstream request, built from contract, pins and checked arguments alone. */
export type BuiltRequest = RestRequest | McpRequest;

export interface RestRequest {
  readonly kind: "rest";
  readonly method: string;
  /** Path and query, percent-encoded, below the backend's base path; starts with `/`. */
  readonly target: string;
  /** Flat name, value pairs. Names are lower case. */
  readonly headers: readonly string[];
  readonly body: string | undefined;
}

/** The `params` of an upstream `tools/call`. */
export interface McpRequest {
  readonly kind: "mcp";
  /** The server's own name of the tool. */
  readonly tool: string;
  readonly arguments: JsonObject;
  /** `Mcp-Param-*`, flat name, value pairs, lower-case names: for servers of the modern era. */
  readonly headers: readonly string[];
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
  | { readonly kind: "empty"; readonly status: number; readonly headers: ResultHeaders }
  | McpContent
  | McpInputRequired;

/** An MCP tool's result: content blocks as the server wrote them, structured content as the contract declares it. */
export interface McpContent {
  readonly kind: "content";
  readonly content: readonly JsonObject[];
  readonly structured: JsonValue | undefined;
  /** The tool itself says that it failed: a result all the same. */
  readonly isError: boolean;
}

/** The server asks the agent for something first (MCP 2026-07-28, multi round-trip requests). */
export interface McpInputRequired {
  readonly kind: "input_required";
  readonly inputRequests: JsonObject | undefined;
  /** The server's own until the gateway has wrapped and signed it. */
  readonly requestState: string | undefined;
}

/** Declared response headers, lower-case name to value. */
export type ResultHeaders = readonly (readonly [name: string, value: string])[];

/** A backend's answer, read within bounds and not yet judged. */
export type BackendAnswer = RestAnswer | McpAnswer;

/** Header names are lower case. */
export interface RestAnswer {
  readonly kind: "rest";
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body:
    | { readonly kind: "bytes"; readonly bytes: Uint8Array }
    | {
        readonly kind: "stream";
        readonly stream: AsyncIterable<Uint8Array>;
        /** Resolved when nothing more comes and its connection is free; never rejected. */
        readonly ended?: Promise<void>;
      };
}

/** A JSON-RPC response of an MCP server: strict JSON, otherwise as it came. */
export interface McpAnswer {
  readonly kind: "mcp";
  readonly reply: McpReply;
}

/** JSON-RPC 2.0, Response object, without its id. */
export type McpReply =
  | { readonly kind: "result"; readonly result: JsonObject }
  | { readonly kind: "error"; readonly code: number; readonly message: string; readonly data?: JsonValue };

/** `modern`: 2026-07-28 and later, stateless. `legacy`: the revisions that begin with `initialize`. */
export type McpEra = "modern" | "legacy";

/** The way to an agent's MCP client. */
export interface McpChannel {
  notify(method: string, params: JsonObject): void;
  /** A server's request to the client (legacy era). An error when the client cannot, or is gone. */
  ask(method: string, params: JsonObject, signal?: AbortSignal): Promise<McpReply>;
}

/** An `initialize` session of an agent. It has a channel of its own for what belongs to no call. */
export interface McpSession extends McpChannel {
  readonly id: string;
  /** For whoever keeps something for it beyond a call: aborted when the session has ended or is not used here any more. */
  keep(): AbortSignal;
}

/** The agent's side of one MCP request. Its channel belongs to this request. */
export interface McpAgent extends McpChannel {
  readonly era: McpEra;
  readonly revision: string;
  /** As the agent's client declared them; not proven. */
  readonly capabilities: JsonObject;
  /** Legacy era only. */
  readonly session: McpSession | undefined;
  /** The agent gave a progress token: progress of the backend is passed on through `progress`. */
  readonly progress: ((params: JsonObject) => void) | undefined;
  /** Least level of log messages (modern: `_meta`), where the agent wants any. */
  readonly logLevel: string | undefined;
  /** The backend closed the stream of its answer for now and goes on later: the agent's may be closed, too. */
  readonly pause?: (retryMs: number | undefined) => void;
  /** The agent answers what a server asked for in an earlier attempt of the same call. */
  readonly retry: McpRetry | undefined;
}

export interface McpRetry {
  readonly inputResponses: JsonObject;
  readonly requestState: string | undefined;
}

/** Anything but a tool call that an agent sends to one MCP backend: it passes only where the allow list names it. */
export interface McpMessage {
  readonly id: string;
  readonly backend: string;
  readonly method: string;
  readonly params: JsonObject;
  readonly isNotification: boolean;
  readonly caller: Caller;
  readonly run: Run;
  readonly agent: McpAgent;
  readonly signal: AbortSignal | undefined;
  readonly trace?: TraceOrigin | undefined;
  /** For its answer. */
  readonly room?: AnswerRoom | undefined;
}

/** `text/html; charset=utf-8` -> `text/html` */
export const mediaTypeOf = ({ headers }: Pick<RestAnswer, "headers">): string => {
  const field = headers["content-type"];
  const first = typeof field === "string" ? field : (field?.[0] ?? "");
  return (first.split(";")[0] ?? "").trim().toLowerCase();
};

// One way to an MCP server: carries JSON-RPC messages under bounds of bytes and time, matches answers to requests, and
// knows nothing of what they mean. Streamable HTTP and stdio look the same from above.
import type { AnswerRoom, JsonObject, McpReply } from "../../call.ts";

/** What a server sends that is no answer. */
export type ServerMessage =
  | { readonly kind: "notification"; readonly method: string; readonly params: JsonObject }
  | { readonly kind: "request"; readonly id: string | number; readonly method: string; readonly params: JsonObject };

export type OutgoingMessage =
  | { readonly method: string; readonly params: JsonObject }
  | { readonly id: string | number; readonly reply: McpReply };

export interface TransportRequest {
  readonly method: string;
  readonly params: JsonObject;
  /** Flat name, value pairs of this request: `mcp-protocol-version`, `mcp-method`, `mcp-param-*`. stdio ignores them. */
  readonly headers: readonly string[];
  /** Total time, milliseconds; undefined: as long as the stream lives. */
  readonly deadlineMs: number | undefined;
  /** All bytes of the answer, whatever they are; undefined: each message alone is bounded. */
  readonly maxBytes: number | undefined;
  readonly signal: AbortSignal | undefined;
  /** For an answer over HTTP. */
  readonly room?: AnswerRoom | undefined;
  /** A connection takes it; on stdio, there is one for all. */
  readonly onConnection?: (() => void) | undefined;
  /** What the server says on the stream of this request before it answers (HTTP). On stdio all of it goes to `listen`. */
  readonly receive: (message: ServerMessage) => void;
  /** Legacy HTTP: the server closed the stream and is asked to go on after so long. */
  readonly paused?: (retryMs: number | undefined) => void;
  /** What ends this exchange from our side is told to the server by `notifications/cancelled` (legacy, and stdio). */
  readonly cancels: boolean;
  /** Legacy HTTP: a stream that ends before the answer, after an event with an id, is asked to go on. stdio ignores it. */
  readonly resumes: boolean;
  /** Called at once with the id that this request goes out under. */
  readonly issued?: (id: number) => void;
}

export type TransportFailure =
  /** Nothing was sent. */
  | "unreachable"
  /** Nothing or something was sent: see `started`. */
  | "deadline"
  | "too_large"
  | "hung_up"
  /** The connection or the child ended before the whole answer came. */
  | "broken"
  /** Not an answer of the protocol: another media type, no JSON-RPC, an HTTP error without a JSON-RPC body, a redirect. */
  | "not_protocol";

export type TransportAnswer =
  | {
      readonly ok: true;
      readonly reply: McpReply;
      /** HTTP status, 200 on stdio. JSON-RPC errors come with statuses of their own in the modern era. */
      readonly status: number;
      /** `Mcp-Session-Id` of the answer. */
      readonly session: string | undefined;
      /** An error that names no request: the server did not come to read this one. */
      readonly isUnread: boolean;
    }
  | {
      readonly ok: false;
      readonly failure: TransportFailure;
      readonly status: number | undefined;
      /** Whether the request began to leave, and whether a byte came back. */
      readonly started: boolean;
      readonly answered: boolean;
      /** The deadline passed while the request waited here. */
      readonly isOwnWait?: boolean;
      readonly error: Error;
    };

export interface ListenMore {
  /** The way is open, or there is none: what the server says from now on is heard. */
  readonly settled?: () => void;
  /** The stream broke and is open again: what the server said in between may be lost. */
  readonly reopened?: () => void;
}

export interface Transport {
  /** Never rejects. */
  request(request: TransportRequest): Promise<TransportAnswer>;
  /** A notification, or our answer to a server's request. Never rejects; false when it could not be handed over. */
  send(message: OutgoingMessage, headers: readonly string[]): Promise<boolean>;
  /**
   * Opens the way for what belongs to no request: the GET stream of legacy HTTP, reopened with back-off while the
   * transport lives, unless the server says that it has none; on stdio it is always open. `receive` gets at most what the
   * bounds let through. Called again, the earlier listener is replaced.
   */
  listen(headers: readonly string[], receive: (message: ServerMessage) => void, more?: ListenMore): void;
  /** Legacy HTTP: sent with everything from now on; a `DELETE` with these headers ends it at close. `undefined` before a new `initialize`. */
  useSession(session: string | undefined, headers?: readonly string[]): void;
  /** Resolves when the other side is gone for good: the child ended. Never on HTTP. */
  readonly ended: Promise<void>;
  /** Calls in flight end as broken. Resolves within a few seconds, whatever the server does. */
  close(): Promise<void>;
}

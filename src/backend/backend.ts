// What every backend is: it sends a CheckedCall and nothing else, under a total deadline, and gives back a bounded answer.
import type { BackendAnswer, JsonObject, McpEra, McpReply, RestAnswer, TraceContext } from "../call.ts";
import type { AllowedMessage } from "../check/allowed-message.ts";
import type { CheckedCall } from "../check/checked-call.ts";
import type { ToolDefinition } from "../contract/contract.ts";
import type { Checked, Refused } from "../refusal.ts";
import type { GuardState } from "./guard.ts";

/** Whether an answer of this status and media type may be handed on as a stream instead of being read whole. */
export type StreamChoice = (status: number, mediaType: string) => boolean;

export interface SendOptions {
  /** Passed on to the backend. */
  readonly trace?: TraceContext | undefined;
  /** Asked before a read whose connection broke is sent again; absent: it may. */
  readonly mayRepeat?: (() => boolean) | undefined;
  /** It waits for no other call any more: a connection takes it. */
  readonly onConnection?: (() => void) | undefined;
}

export interface Backend {
  /** Never throws. Refusals say truly whether the backend may have seen the call. */
  send(call: CheckedCall, streams: StreamChoice, more?: SendOptions): Promise<Checked<BackendAnswer>>;
  /** Why it would be refused now, before anything is written down about it. Another one may come first all the same. */
  refuse?(call: CheckedCall): Refused | undefined;
  /** Ends every connection; calls in flight end as unknown. */
  close(): Promise<void>;
}

/** What an MCP server said about itself when it was asked. */
export interface ServerDescription {
  readonly era: McpEra;
  readonly revision: string;
  readonly capabilities: JsonObject;
}

/** A tool whose definition is not the locked one any more: calls of it are refused as `contract_drift`. */
export interface Drift {
  readonly tool: string;
  /** What changed, word by word, for the operator: upstream text, never shown to an agent. */
  readonly difference: string;
}

/** What the admin port shows of a backend. */
export interface BackendState extends GuardState {
  readonly name: string;
  /** Tools whose definition is not the locked one any more, and what changed: the server's own text. */
  readonly drift: readonly Drift[];
}

export interface McpBackend extends Backend {
  /**
   * Connects where that has not happened yet: in this era where the server speaks it, else in the other. A refusal when
   * the server cannot be reached.
   */
  describe(era?: McpEra): Promise<Checked<ServerDescription>>;
  /** All tools of the server as it lists them now; bounded in pages, bytes and time. */
  tools(): Promise<Checked<readonly ToolDefinition[]>>;
  /** Passes on what the allow list names. Refused when the server cannot be reached or answers no JSON-RPC. */
  relay(message: AllowedMessage, more?: SendOptions): Promise<Checked<McpReply>>;
  drift(): readonly Drift[];
}

/** The first value of a header that may come several times. */
export const oneHeader = (headers: RestAnswer["headers"], name: string): string => {
  const value = headers[name];
  return (typeof value === "string" ? value : value?.[0]) ?? "";
};

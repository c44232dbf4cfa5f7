// Requests of ours to a client (legacy era): an MCP server that wants something of the agent in the middle of a call. Each
// has an id of our own, waits for a bounded time, and is answered by a POST of the client's.
import type { JsonObject, McpReply } from "../../call.ts";
import { rpcCodes } from "../../mcp.ts";
import type { RpcId } from "./message.ts";
import { notificationText, requestText } from "./wire.ts";

/** Writes a message to the client. `onLost`: it will not come there, and why. */
export type Send = (message: string, onLost?: (why: string) => void) => void;

interface Question {
  readonly method: string;
  readonly params: JsonObject;
  /** Whoever asks does not want the answer any more, or the way to the client is gone. */
  readonly signals: readonly (AbortSignal | undefined)[];
  /** Where the request is written. */
  readonly send: Send;
}

export interface Asks {
  ask(question: Question): Promise<McpReply>;
  /** A client's response: whether it was waited for here. */
  answer(id: RpcId, reply: McpReply): boolean;
}

const MOST_WAITING = 64;
/** A person may have to answer. */
export const WAIT_MS = 600_000;

export const cannotAsk = (message: string): McpReply => ({ kind: "error", code: rpcCodes.methodNotFound, message });

/** `mintId`: for each question an id that no other has. */
export const createAsks = (mintId: () => string): Asks => {
  const waiting = new Map<RpcId, (reply: McpReply) => void>();
  const ask = ({ method, params, signals, send }: Question): Promise<McpReply> => {
    if (waiting.size >= MOST_WAITING) return Promise.resolve(cannotAsk("Too many requests wait for the client."));
    if (signals.some((signal) => signal?.aborted === true)) return Promise.resolve(GONE);
    const id = mintId();
    return new Promise((resolve) => {
      const finish = (reply: McpReply): void => {
        clearTimeout(timer);
        for (const signal of signals) signal?.removeEventListener("abort", giveUp);
        waiting.delete(id);
        resolve(reply);
      };
      const giveUp = (): void => {
        send(notificationText("notifications/cancelled", { requestId: id }));
        finish(GONE);
      };
      const timer = setTimeout(giveUp, WAIT_MS).unref();
      for (const signal of signals) signal?.addEventListener("abort", giveUp);
      waiting.set(id, finish);
      send(requestText(id, method, params), (why) => finish(cannotAsk(why)));
    });
  };
  return {
    ask,
    answer: (id, reply) => {
      const finish = waiting.get(id);
      finish?.(reply);
      return finish !== undefined;
    },
  };
};

const GONE: McpReply = Object.freeze({
  kind: "error",
  code: rpcCodes.internalError,
  message: "The client did not answer.",
});

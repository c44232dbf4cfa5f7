// News of a modern server's tools come on a stream of their own (`subscriptions/listen`), opened again when it ends, with
// longer and longer pauses. A server that refuses it is not asked again: its tools are compared now and then all the same.
import type { Exchange } from "./connection.ts";
import { sleep } from "./sleep.ts";
import type { TransportAnswer } from "./transport.ts";

const FIRST_PAUSE_MS = 1000;
const MOST_PAUSE_MS = 60_000;

export const follow = async (
  send: (exchange: Exchange) => Promise<TransportAnswer>,
  signal: AbortSignal,
): Promise<void> => {
  const exchange: Exchange = {
    method: "subscriptions/listen",
    params: { notifications: { toolsListChanged: true } },
    paramHeaders: [],
    agent: undefined,
    deadlineMs: undefined,
    maxBytes: undefined,
    signal,
  };
  for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted; pauseMs = Math.min(pauseMs * 2, MOST_PAUSE_MS)) {
    const begun = performance.now();
    const answer = await send(exchange);
    if (signal.aborted || (answer.ok && answer.reply.kind === "error")) return;
    if (performance.now() - begun > MOST_PAUSE_MS) pauseMs = FIRST_PAUSE_MS;
    await sleep(pauseMs, signal);
  }
};

// Calls over all ingresses, one after the other in each of many loops, until they are told to end or nobody answers any more.
import { setTimeout } from "node:timers/promises";
import { type Call, type Door, INGRESSES, type Told, callOver } from "./ingress.ts";
import { readCall, writeCall } from "./calls.ts";

export interface Load {
  /** What was answered so far. */
  readonly told: readonly Told[];
  /** What was sent, in the order in which it was; answered or not. */
  readonly sent: readonly Call[];
  /** Waits for the answers to what is under way. */
  stop(): Promise<void>;
}

export const startLoad = (door: Door, loops: number, pauseMs = 0): Load => {
  const over = new AbortController();
  const told: Told[] = [];
  const sent: Call[] = [];
  const loop = async (index: number): Promise<void> => {
    for (let turn = index; !over.signal.aborted; turn += 1) {
      const call = (turn >> 2) % 2 === 0 ? readCall() : writeCall();
      sent.push(call);
      const one = await callOver(INGRESSES[turn % INGRESSES.length] ?? "call", call, door);
      told.push(one);
      if (one.status === 0) return; // there is nobody any more
      await setTimeout(pauseMs);
    }
  };
  const running = Promise.all(Array.from({ length: loops }, (_, index) => loop(index)));
  return {
    told,
    sent,
    stop: async () => {
      over.abort();
      await running;
    },
  };
};

// Calls of a replay between the moment at which they are sent and that of their recorded end: so that calls which overlapped
// overlap again.
import type { Outcome } from "../gateway.ts";
import type { Refusal } from "../refusal.ts";
import type { Recorded } from "./recording.ts";

export interface Sent {
  readonly one: Recorded;
  /** What took place is sent whatever is said of it. */
  readonly isObserved: boolean;
  /** It is about to be sent: with what it should have been refused. */
  readonly reached: PromiseWithResolvers<Refusal | undefined>;
  readonly ended: PromiseWithResolvers<void>;
}

export interface UnderWay {
  find(call: string): Sent | undefined;
  add(sent: Sent, done: Promise<Outcome>): void;
  remove(call: string): void;
  /** Lets end, one after the other, what had ended by then. `each`: before one ends. */
  endUntil(place: number, each: (one: Recorded) => void): Promise<void>;
}

export const createUnderWay = (): UnderWay => {
  const all = new Map<string, { readonly sent: Sent; readonly done: Promise<Outcome> }>();
  return {
    find: (call) => all.get(call)?.sent,
    add: (sent, done) => void all.set(sent.one.call.id, { sent, done }),
    remove: (call) => void all.delete(call),
    endUntil: async (place, each) => {
      const over = [...all.values()]
        .filter(({ sent }) => sent.one.ends <= place)
        .sort((left, right) => left.sent.one.ends - right.sent.one.ends);
      for (const { sent, done } of over) {
        each(sent.one);
        sent.ended.resolve();
        await done;
        all.delete(sent.one.call.id);
      }
    },
  };
};

// Memory for what is not small: a text that is read takes many times its bytes. Whatever comes waits in turn until there is room
// for all of it, and gives it back when its call has ended. An answer cannot be refused any more, since its call was sent.
import type { AnswerRoom } from "../../call.ts";
import { createShares } from "./shares.ts";

export interface Rooms {
  /** Of one call. */
  open(caller: string): OpenRoom;
  used(): number;
}

export interface OpenRoom extends AnswerRoom {
  /** Once, when the call has ended. What is waited for and what still comes is let through uncounted, or it would wait for ever. */
  close(): void;
}

interface Asking {
  readonly caller: string;
  readonly bytes: number;
  readonly isGiven: () => void;
}

export const createRooms = (most: number): Rooms => {
  const shares = createShares(most);
  const asking = new Set<Asking>();
  const tryTake = ({ caller, bytes }: Asking): boolean => {
    if (!shares.take(bytes)) return false;
    if (shares.own(caller, bytes)) return true;
    shares.give(bytes, undefined);
    return false;
  };
  const serve = (): void => {
    for (const one of asking) {
      if (!tryTake(one)) continue;
      asking.delete(one);
      one.isGiven();
    }
  };
  return {
    used: shares.used,
    open: (caller) => {
      let held = 0;
      let isClosed = false;
      const own = new Set<Asking>();
      return {
        take: (bytes) => {
          if (isClosed) return undefined;
          const { promise, resolve } = Promise.withResolvers<void>();
          const one: Asking = {
            caller,
            bytes,
            isGiven: () => {
              own.delete(one);
              if (!isClosed) held += bytes;
              resolve();
            },
          };
          if (tryTake(one)) {
            held += bytes;
            return undefined;
          }
          own.add(one);
          asking.add(one);
          return promise;
        },
        close: () => {
          isClosed = true;
          for (const one of own) {
            asking.delete(one);
            one.isGiven();
          }
          if (held > 0) shares.give(held, caller);
          held = 0;
          if (asking.size > 0) serve();
        },
      };
    },
  };
};

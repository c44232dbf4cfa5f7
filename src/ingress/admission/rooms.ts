// Memory for what is not small: a text that is read takes many times its bytes. Whatever comes waits until there is room for it,
// the oldest call first, and gives it back when its call has ended. An answer cannot be refused any more, since its call was
// sent, and it takes its room piece by piece, as it comes: so that halves of answers never wait for each other, there is always
// one call that goes on beyond the bound.
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

interface RoomsOptions {
  readonly most: number;
  /** Whether what a call takes may be a part of what it needs: then one goes on beyond `most`. */
  readonly isTakenInParts: boolean;
}

interface Holder {
  readonly caller: string;
  readonly age: number;
  held: number;
}

interface Asking {
  readonly holder: Holder;
  readonly bytes: number;
  readonly isGiven: () => void;
}

/** An agent takes its answer within that, or is slow. */
const TAKING_MS = 1000;

export const createRooms = ({ most, isTakenInParts }: RoomsOptions): Rooms => {
  const shares = createShares(most);
  const exceeding = createExceeding(isTakenInParts, () => serve());
  const asking = new Set<Asking>();
  let opened = 0;

  const isShared = ({ caller }: Holder, bytes: number): boolean => {
    if (!shares.take(bytes)) return false;
    if (shares.own(caller, bytes)) return true;
    shares.give(bytes, undefined);
    return false;
  };
  const tryTake = ({ holder, bytes }: Asking): boolean => {
    if (!isShared(holder, bytes)) {
      if (!exceeding.begin(holder)) return false;
      shares.exceed(holder.caller, bytes);
    }
    holder.held += bytes;
    return true;
  };
  const serve = (): void => {
    if (asking.size === 0) return;
    for (const one of [...asking].toSorted((a, b) => a.holder.age - b.holder.age)) {
      if (!tryTake(one)) continue;
      asking.delete(one);
      one.isGiven();
    }
  };
  const give = (holder: Holder): void => {
    if (holder.held > 0) shares.give(holder.held, holder.caller);
    holder.held = 0;
    exceeding.leave(holder);
    serve();
  };

  const open = (caller: string): OpenRoom => {
    const holder: Holder = { caller, age: (opened += 1), held: 0 };
    let isClosed = false;
    return {
      take: (bytes) => {
        if (isClosed) return undefined;
        const { promise, resolve } = Promise.withResolvers<void>();
        const one = { holder, bytes, isGiven: resolve };
        if (tryTake(one)) return undefined;
        asking.add(one);
        return promise;
      },
      arrived: () => exceeding.arrived(holder),
      give: () => give(holder),
      close: () => {
        isClosed = true;
        for (const one of asking) {
          if (one.holder !== holder) continue;
          asking.delete(one);
          one.isGiven();
        }
        give(holder);
      },
    };
  };
  return { open, used: shares.used };
};

/**
 * Who goes on beyond the bound: one call at a time, until it has ended. Where its agent is slow to take what it got, the next call
 * does not wait for that, unless it is one of the same caller, which holds up nobody but itself.
 */
const createExceeding = (isAllowed: boolean, freed: () => void) => {
  const byCaller = new Map<string, Holder>();
  let current: Holder | undefined;
  let timer: NodeJS.Timeout | undefined;
  const end = (holder: Holder): void => {
    if (current !== holder) return;
    clearTimeout(timer);
    current = undefined;
  };
  return {
    begin: (holder: Holder): boolean => {
      if (current === holder) {
        clearTimeout(timer); // of an answer before
        return true;
      }
      const isFree = current === undefined && (byCaller.get(holder.caller) ?? holder) === holder;
      if (!isAllowed || !isFree) return false;
      current = holder;
      byCaller.set(holder.caller, holder);
      return true;
    },
    arrived: (holder: Holder): void => {
      if (current !== holder) return;
      clearTimeout(timer);
      timer = setTimeout(() => {
        end(holder);
        freed();
      }, TAKING_MS).unref();
    },
    leave: (holder: Holder): void => {
      end(holder);
      if (byCaller.get(holder.caller) === holder) byCaller.delete(holder.caller);
    },
  };
};

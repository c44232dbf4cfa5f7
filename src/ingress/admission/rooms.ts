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
  /** How much of what it asked for is waited for. */
  waits: number;
}

interface Asking {
  readonly holder: Holder;
  readonly bytes: number;
  readonly isGiven: () => void;
}

/** A backend goes on with its answer, and an agent takes it, within that, or is slow. */
const TAKING_MS = 1000;
/** Times `most`: with less than that in use, slow backends do not hold up the other calls of their caller either. */
const SLOW = 2;

export const createRooms = ({ most, isTakenInParts }: RoomsOptions): Rooms => {
  const shares = createShares(most);
  const exceeding = createExceeding({
    isAllowed: isTakenInParts,
    isBearable: () => shares.used() < SLOW * most,
    freed: () => serve(),
  });
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
  const goOn = (one: Asking): void => {
    asking.delete(one);
    one.holder.waits -= 1;
    one.isGiven();
  };
  const serve = (): void => {
    if (asking.size === 0) return;
    for (const one of [...asking].toSorted((a, b) => a.holder.age - b.holder.age)) if (tryTake(one)) goOn(one);
  };
  const give = (holder: Holder, most: number): void => {
    const given = Math.min(most, holder.held);
    if (given > 0) shares.give(given, holder.caller);
    holder.held -= given;
    const hasLeft = holder.held === 0 && exceeding.leave(holder);
    if (given > 0 || hasLeft) serve();
  };
  const drop = (holder: Holder): void => {
    if (holder.waits === 0) return;
    for (const one of asking) if (one.holder === holder) goOn(one);
  };

  const open = (caller: string): OpenRoom => {
    const holder: Holder = { caller, age: (opened += 1), held: 0, waits: 0 };
    let isClosed = false;
    return {
      take: (bytes) => {
        if (isClosed) return undefined;
        const { promise, resolve } = Promise.withResolvers<void>();
        const one = { holder, bytes, isGiven: resolve };
        if (tryTake(one)) return undefined;
        asking.add(one);
        holder.waits += 1;
        return promise;
      },
      arrived: () => {
        drop(holder);
        exceeding.arrived(holder);
      },
      give: (bytes = Infinity) => give(holder, bytes),
      close: () => {
        isClosed = true;
        drop(holder);
        give(holder, Infinity);
      },
    };
  };
  return { open, used: shares.used };
};

interface ExceedingOptions {
  readonly isAllowed: boolean;
  /** Whether one caller may have more than one answer beyond the bound that its backend is slow to end. */
  readonly isBearable: () => boolean;
  /** Another may go on now. */
  readonly freed: () => void;
}

/**
 * Who goes on beyond the bound: one call at a time, until it has ended or nothing happened to it for a second. Where its agent is
 * slow to take what it got, only calls of the same caller wait for that, which so holds up nobody but itself. Where its backend
 * is slow, not even they do, as long as it does not come to too much.
 */
const createExceeding = ({ isAllowed, isBearable, freed }: ExceedingOptions) => {
  const byCaller = new Map<string, Holder>();
  /** Those of them whose answers have not come whole. */
  const slow = new Set<Holder>();
  let current: Holder | undefined;
  let timer: NodeJS.Timeout | undefined;
  const end = (holder: Holder): boolean => {
    if (current !== holder) return false;
    clearTimeout(timer);
    current = undefined;
    return true;
  };
  const wait = (holder: Holder, isSlow: boolean): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (isSlow) slow.add(holder);
      end(holder);
      freed();
    }, TAKING_MS).unref();
  };
  const isBarred = (holder: Holder): boolean => {
    const other = byCaller.get(holder.caller) ?? holder;
    return other !== holder && !(slow.has(other) && isBearable());
  };
  return {
    begin: (holder: Holder): boolean => {
      if (current !== holder) {
        if (!isAllowed || current !== undefined || isBarred(holder)) return false;
        slow.delete(byCaller.get(holder.caller) ?? holder);
        current = holder;
        byCaller.set(holder.caller, holder);
      }
      wait(holder, true);
      return true;
    },
    arrived: (holder: Holder): void => {
      slow.delete(holder);
      if (current === holder) wait(holder, false);
    },
    /** Whether others may go on for it. */
    leave: (holder: Holder): boolean => {
      const wasCurrent = end(holder);
      slow.delete(holder);
      const wasBar = byCaller.get(holder.caller) === holder;
      if (wasBar) byCaller.delete(holder.caller);
      return wasCurrent || wasBar;
    },
  };
};

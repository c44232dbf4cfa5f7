// How many calls in flight the event loop bears. A beat every few milliseconds says how much work each turn of the loop was:
// where it was too much, fewer calls are taken, and more again where it was not; as TCP finds out what a network bears, whatever
// a call costs and however long backends take. A long turn (a burst, a collection of garbage) is no overload; turns that stay
// long are. Counted is the time that this thread worked: a neighbour that takes the processor away is not mended by refusing.
// Nothing beats while there is no traffic.

export interface Bearable {
  /** As of the last beat. */
  calls(): number;
  /** A request came. */
  touch(): void;
  close(): void;
}

export interface BearableOptions {
  readonly most: number;
  /** Milliseconds that one turn of the loop may take. */
  readonly maxTurnMs: number;
  readonly inFlight: () => number;
  /** Milliseconds of any clock that never goes back, and milliseconds that this thread has worked. */
  readonly now?: () => number;
  readonly worked?: () => number;
}

const BEAT_MS = 2;
/** Beats without a request, then it rests. */
const RESTS_AFTER = 500;
/** Turns that are too long all this time are overload; sooner where a good part of all room is taken. */
const STANDS_MS = 1000;
const STANDS_SOON_MS = 150;
/** So long behind an overload, each long turn counts. */
const REMEMBERED_MS = 10_000;
/** One turn like this counts at once: nobody was looked at meanwhile. */
const STALL_MS = 400;
/** Taken in any case: a few dear calls are no crowd, and without any there would be no end of a load that is not theirs. */
const LEAST = 16;
const FEWER = 0.9;
const MORE = 1.02;

export const createBearable = (options: BearableOptions): Bearable => {
  const { most, maxTurnMs, inFlight, now = () => performance.now(), worked = threadWorked } = options;
  const least = Math.min(LEAST, most);
  let timer: NodeJS.Timeout | undefined;
  let calls = most;
  let workedAt = 0;
  let shortAt = 0;
  let overloadedAt = -Infinity;
  let idleBeats = 0;

  const onLong = (at: number, work: number): void => {
    const isRemembered = at - overloadedAt < REMEMBERED_MS;
    const standsMs = inFlight() * 4 < most ? STANDS_MS : STANDS_SOON_MS;
    if (!isRemembered && at - shortAt < standsMs && work < STALL_MS) return;
    const from = isRemembered ? calls : Math.min(calls, inFlight());
    calls = Math.max(least, from * FEWER);
    overloadedAt = at;
  };
  const onShort = (at: number): void => {
    calls = Math.min(most, Math.max(calls + 1, calls * MORE));
    shortAt = at;
  };
  const beat = (): void => {
    const at = now();
    const work = worked() - workedAt;
    if (work > BEAT_MS + maxTurnMs) onLong(at, work);
    else onShort(at);
    workedAt += work;
    idleBeats += 1;
    if (idleBeats > RESTS_AFTER && calls === most) rest();
    else timer?.refresh();
  };
  const rest = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };
  return {
    calls: () => calls,
    touch: () => {
      idleBeats = 0;
      if (timer !== undefined) return;
      shortAt = now();
      workedAt = worked();
      timer = setTimeout(beat, BEAT_MS).unref();
    },
    close: rest,
  };
};

const threadWorked = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

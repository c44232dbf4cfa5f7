// How many calls a turn of the event loop bears. A beat every few milliseconds says how much work the turn was: where it was too
// much, fewer calls are taken in the next, and more again where it was not; as TCP finds out what a network bears, whatever a call
// costs. A long turn (a burst, a collection of garbage) is no overload; turns that stay long are. Counted is the time that this
// thread worked: a neighbour that takes the processor away is not mended by refusing. Calls that wait for backends are no work.
// Nothing beats while there is no traffic.

export interface Bearable {
  /** A call came: whether this turn takes it. */
  take(): boolean;
  /** The loop stood still again and again, lately. */
  isStuck(): boolean;
  close(): void;
}

export interface BearableOptions {
  /** Milliseconds that one turn of the loop may take. */
  readonly maxTurnMs: number;
  /** A good part of all room is taken: what stays long is overload sooner. */
  readonly isCrowded: () => boolean;
  /** Milliseconds of any clock that never goes back, and milliseconds that this thread has worked. */
  readonly now?: () => number;
  readonly worked?: () => number;
}

const BEAT_MS = 2;
/** Beats without a call, then it rests. */
const RESTS_AFTER = 500;
/** Turns that are too long all this time are overload. */
const STANDS_MS = 1000;
const STANDS_CROWDED_MS = 150;
/** So long behind an overload, each long turn counts. */
const REMEMBERED_MS = 10_000;
/** One turn that stands like this counts at once: nobody was looked at meanwhile. */
const STALL_MS = 400;
/** Of it, that this thread worked itself. */
const OWN_PART = 0.25;
/** So many of them in such a time: the process is of no use. */
const STUCK_STALLS = 3;
const STUCK_MS = 10_000;
/** In any turn: a few dear calls are no crowd, and without any there would be no end of a load that is not theirs. */
const LEAST = 4;
const FEWER = 0.9;
const MORE = 1.02;
/** More than any turn takes: then nothing is bounded here. */
const ALL = 2000;

export const createBearable = (options: BearableOptions): Bearable => {
  const { maxTurnMs, isCrowded, now = () => performance.now(), worked = threadWorked } = options;
  let timer: NodeJS.Timeout | undefined;
  let most = ALL;
  let taken = 0;
  let beatAt = 0;
  let workedAt = 0;
  let shortAt = 0;
  let overloadedAt = -Infinity;
  let idleBeats = 0;
  let stalls: readonly number[] = [];

  const onLong = (at: number, isStall: boolean): void => {
    const isRemembered = at - overloadedAt < REMEMBERED_MS;
    const standsMs = isCrowded() ? STANDS_CROWDED_MS : STANDS_MS;
    if (!isRemembered && at - shortAt < standsMs && !isStall) return;
    most = Math.max(LEAST, Math.min(most, isRemembered ? most : taken) * FEWER);
    overloadedAt = at;
  };
  const onShort = (at: number): void => {
    most = Math.min(ALL, Math.max(most + 1, most * MORE));
    shortAt = at;
  };
  const beat = (): void => {
    const at = now();
    const work = worked() - workedAt;
    const isStall = at - beatAt >= STALL_MS && work >= OWN_PART * STALL_MS;
    if (isStall) stalls = [...stalls, at].slice(-STUCK_STALLS);
    if (work > BEAT_MS + maxTurnMs) onLong(at, isStall);
    else onShort(at);
    beatAt = at;
    workedAt += work;
    idleBeats = taken === 0 ? idleBeats + 1 : 0;
    taken = 0;
    if (idleBeats > RESTS_AFTER && most === ALL) rest();
    else timer?.refresh();
  };
  const rest = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };
  const start = (): void => {
    beatAt = shortAt = now();
    workedAt = worked();
    timer = setTimeout(beat, BEAT_MS).unref();
  };
  return {
    take: () => {
      if (timer === undefined) start();
      if (taken >= most) return false;
      taken += 1;
      return true;
    },
    isStuck: () => stalls.length === STUCK_STALLS && now() - (stalls[0] ?? 0) < STUCK_MS,
    close: rest,
  };
};

const threadWorked = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};

// Whether a backend is called at all: closed while it does its work, open when it does not, and half open when a few calls find
// out whether it does again. Nothing waits here, whatever is refused is told for how long, and only the backend's own failures
// count. Of calls that could begin again, reads go first: a write whose answer is lost is a question for a person.
import { createRecentEnds } from "./recent-ends.ts";

export type BreakerState = "closed" | "open" | "half_open";

/**
 * `answered`: it did its work, or refused ours. `failed`: it answered with an error of its own. `silent`: no answer, or no whole
 * one. `unreached`: nothing was sent. `nothing`: the call says nothing about the backend.
 */
export type CallEnd = "answered" | "failed" | "silent" | "unreached" | "nothing";

export interface Breaker {
  /** A call that may be made, or how many seconds to wait. */
  enter(isRead: boolean, caller: string): Passage | Wait;
  /** The same without making it. */
  ask(isRead: boolean, caller: string): Wait | undefined;
  /** A call wants to be sent a second time: takes from what is left for that. */
  mayRepeat(): boolean;
  state(): BreakerState;
}

export interface Passage {
  readonly ok: true;
  /** Once. */
  end(how: CallEnd): void;
}

export interface Wait {
  readonly ok: false;
  readonly seconds: number;
}

/** So many calls in a row without an answer open it. */
const SILENT_IN_A_ROW = 5;
/** Times the first, it is open at most; doubled each time that it does not work yet. */
const LONGEST = 12;
/** At one time, and as many have to be answered. One that takes longer than the breaker is open at first is not waited for. */
const PROBES = 3;
/** A call earns so much of a repetition, and so many are in hand at most. */
const REPEATS = 0.1;
const MOST_REPEATS = 10;

export interface BreakerOptions {
  /** How long it is open at first, and then reads go first. 0: it never opens. */
  readonly openMs: number;
  readonly now: () => number;
  /** A new state, for whoever tells it. */
  readonly tell: (state: BreakerState) => void;
}

export const createBreaker = ({ openMs, now, tell }: BreakerOptions): Breaker => {
  let state: BreakerState = "closed";
  /** Ends of calls that began before the state changed say nothing about the state. */
  let age = 0;
  let changedAt = 0;
  let currentMs = 0;
  let openings = 0;
  /** When calls that find out began. */
  const probes = new Set<{ readonly at: number }>();
  let answered = 0;
  /** Whose call found an error: another's has to find one, too. */
  let failedBy: string | undefined;
  /** Who wanted to call since it is half open, and when last. */
  const asked = new Map<string, number>();
  /** Of the calls that opened it none can have been sent. */
  let isHarmless = false;
  /** Calls in a row without an answer, and whether none of them can have been sent. */
  let silent = 0;
  let isUnsent = true;
  let repeats = MOST_REPEATS;
  const recent = createRecentEnds(now);

  const become = (next: BreakerState): void => {
    state = next;
    age += 1;
    changedAt = now();
    probes.clear();
    answered = 0;
    failedBy = undefined;
    asked.clear();
    tell(next);
  };
  const open = (isUnsentAll: boolean): void => {
    isHarmless = isUnsentAll;
    currentMs = openMs * Math.min(LONGEST, 2 ** openings) * (0.8 + Math.random() * 0.4);
    openings += 1;
    become("open");
  };
  const close = (): void => {
    openings = silent = 0;
    recent.clear();
    become("closed");
  };

  const ask = (isRead: boolean, caller: string): Wait | undefined => {
    if (state === "closed") return undefined;
    const left = currentMs - (now() - changedAt);
    if (state === "open" && left > 0) return waitFor(left);
    if (state === "open") become("half_open");
    asked.set(caller, now());
    const readsFirst = isRead || isHarmless ? 0 : openMs - (now() - changedAt);
    if (readsFirst > 0) return waitFor(readsFirst);
    const waited = [...probes].filter(({ at }) => now() - at < openMs).length;
    return waited < PROBES ? undefined : waitFor(1000);
  };

  const endClosed = (how: CallEnd, caller: string): void => {
    if (how === "nothing") return;
    const isSilent = how === "silent" || how === "unreached";
    isUnsent = how === "unreached" && (isUnsent || silent === 0);
    silent = isSilent ? silent + 1 : 0;
    recent.add(how, caller);
    if (openMs === 0) return;
    if (silent >= SILENT_IN_A_ROW) open(isUnsent);
    else if (recent.isBad()) open(recent.isUnsent());
  };
  const isAlone = (caller: string): boolean =>
    [...asked].every(([other, at]) => other === caller || now() - at >= openMs);
  const endProbe = (how: CallEnd, caller: string): void => {
    if (how === "nothing") return;
    if (how !== "answered") {
      const isOneCallers = failedBy === undefined || failedBy === caller;
      if (how !== "failed" || !isOneCallers) return open(isHarmless && how === "unreached");
      failedBy = caller;
      if (!isAlone(caller)) return; // another's call says more; where none comes, an error is an answer
    }
    answered += 1;
    if (answered >= PROBES) close();
  };

  return {
    ask,
    enter: (isRead, caller) => {
      const wait = ask(isRead, caller);
      if (wait !== undefined) return wait;
      repeats = Math.min(MOST_REPEATS, repeats + REPEATS);
      const probe = { at: now() };
      if (state === "half_open") probes.add(probe);
      const began = age;
      return {
        ok: true,
        end: (how) => {
          probes.delete(probe);
          if (began === age) (state === "closed" ? endClosed : endProbe)(how, caller);
        },
      };
    },
    mayRepeat: () => {
      if (state !== "closed" || repeats < 1) return false;
      repeats -= 1;
      return true;
    },
    state: () => state,
  };
};

/** Agents that were refused together must not come back together. */
const waitFor = (milliseconds: number): Wait => ({
  ok: false,
  seconds: Math.ceil(milliseconds / 1000) + Math.floor(Math.random() * 3),
});

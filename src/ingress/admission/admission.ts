// What is taken in on the data port before memory or latency go: calls and bodies in flight, and how late the event loop is.
// Refused is before a request is read where that is known by then, else before its body is. Streams that agents hold open have
// a number of their own and no part in that of the calls.
import { type Refused, refuse } from "../../refusal.ts";
import type { AnswerRoom } from "../../call.ts";
import { createBearable } from "./bearable.ts";
import { type OpenRoom, type Rooms, createRooms } from "./rooms.ts";
import { type Shares, createShares } from "./shares.ts";

export interface AdmissionLimits {
  readonly maxInFlight: number;
  /** Of bodies that are worked on, and as many of answers. */
  readonly maxInFlightBytes: number;
  /** Milliseconds of work that one turn of the event loop may be. */
  readonly maxLoopDelayMs: number;
}

export interface Admission {
  /** A request came, and nothing of it was looked at yet. `credential`: what it shows to prove who sends it. */
  refuse(credential: () => string | undefined): Refused | undefined;
  /** Whose that is, for the next time: only to refuse sooner. */
  learn(credential: () => string | undefined, caller: string): void;
  /** `bytes`: of the body, as many as it may have. */
  enter(bytes: number): Place | Refused;
  load(): AdmissionLoad;
  /** Why nothing should be sent here for now. */
  trouble(): string | undefined;
  close(): void;
}

/** What one call has of what is bounded. */
export interface Place {
  readonly ok: true;
  /** Who it is for is known now. */
  own(caller: string): Refused | undefined;
  /** So long the body really is. */
  shrink(bytes: number): void;
  /** It is no call but a stream that stays open. */
  becomeStream(): Refused | undefined;
  /** Its body has come and is read now: undefined where there is room for that, else it waits, and not for long. */
  work(bytes: number): Promise<Refused | undefined> | undefined;
  /** Where its answers take memory from; undefined before it is known who it is for. */
  readonly room: AnswerRoom | undefined;
  /** Gives all of it back, once. */
  leave(): void;
}

export interface AdmissionLoad {
  readonly calls: number;
  /** Of request bodies: announced, and worked on; and of answers. What is small is not counted where it is worked on. */
  readonly bytes: number;
  readonly bodyBytes: number;
  readonly answerBytes: number;
  readonly streams: number;
}

/** While bodies arrive they are bytes and no more: so many times as much may be on its way. */
const ARRIVING = 4;
/** A quarter of all calls that there may be. */
const CROWD = 4;
const MOST_KNOWN = 1000;
const SMALL_BYTES = 4096;
const PATIENCE_MS = 5000;

export const createAdmission = (limits: AdmissionLimits): Admission => {
  const calls = createShares(limits.maxInFlight);
  const bytes = createShares(ARRIVING * limits.maxInFlightBytes);
  const bodies = createRooms({ most: limits.maxInFlightBytes, isTakenInParts: false });
  const streams = createShares(limits.maxInFlight);
  const answers = createRooms({ most: limits.maxInFlightBytes, isTakenInParts: true });
  const isCrowded = (): boolean => calls.used() * CROWD > limits.maxInFlight;
  const bearable = createBearable({ maxTurnMs: limits.maxLoopDelayMs, isCrowded });
  const known = new Map<string, string>();
  return {
    learn: (credential, caller) => {
      const shown = isCrowded() ? credential() : undefined;
      if (shown === undefined) return;
      if (known.size >= MOST_KNOWN) known.clear();
      known.set(shown, caller);
    },
    refuse: (credential) => {
      if (calls.used() >= limits.maxInFlight) return CALLS();
      const caller = isCrowded() ? known.get(credential() ?? "") : undefined;
      if (caller !== undefined && calls.hasAll(caller)) return CALLER();
      return bearable.take() ? undefined : BUSY();
    },
    enter: (announced) => {
      if (!calls.take(1)) return CALLS();
      if (bytes.take(announced)) return createPlace({ calls, bytes, streams, bodies, answers }, announced);
      calls.give(1, undefined);
      return BYTES();
    },
    load: () => ({
      calls: calls.used(),
      bytes: bytes.used(),
      streams: streams.used(),
      bodyBytes: bodies.used(),
      answerBytes: answers.used(),
    }),
    trouble: () => (bearable.isStuck() ? "the event loop stood still again and again" : undefined),
    close: () => bearable.close(),
  };
};

type Pools = Readonly<Record<"calls" | "bytes" | "streams", Shares>> & Readonly<Record<"bodies" | "answers", Rooms>>;

const createPlace = ({ calls, bytes, streams, bodies, answers }: Pools, announced: number): Place => {
  let caller: string | undefined;
  let room: OpenRoom | undefined;
  let bodyRoom: OpenRoom | undefined;
  let held = announced;
  let counted = calls;
  let hasLeft = false;
  const giveBytes = (amount: number): void => {
    bytes.give(amount, caller);
    held -= amount;
  };
  return {
    ok: true,
    own: (name) => {
      if (!calls.own(name, 1)) return CALLER();
      if (!bytes.own(name, held)) {
        calls.give(1, name);
        calls.take(1); // given back by `leave`, as anybody's
        return CALLER();
      }
      caller = name;
      room = answers.open(name);
      bodyRoom = bodies.open(name);
      return undefined;
    },
    get room() {
      return room;
    },
    shrink: (size) => {
      if (!hasLeft && size < held) giveBytes(held - size);
    },
    work: (size) => {
      const waits = size <= SMALL_BYTES ? undefined : bodyRoom?.take(size);
      return waits && within(waits);
    },
    becomeStream: () => {
      if (hasLeft || counted === streams) return undefined;
      if (!streams.take(1)) return STREAMS();
      if (caller !== undefined && !streams.own(caller, 1)) {
        streams.give(1, undefined);
        return STREAMS();
      }
      calls.give(1, caller);
      giveBytes(held);
      counted = streams;
      return undefined;
    },
    leave: () => {
      if (hasLeft) return;
      hasLeft = true;
      room?.close();
      bodyRoom?.close();
      giveBytes(held);
      counted.give(1, caller);
    },
  };
};

const within = async (waits: Promise<void>): Promise<Refused | undefined> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Refused>((resolve) => {
    timer = setTimeout(() => resolve(BYTES()), PATIENCE_MS);
  });
  const refused = await Promise.race([waits.then(() => undefined), late]);
  clearTimeout(timer);
  return refused;
};

/** Agents that were refused together must not come back together. */
const SECONDS = [1, 2, 3, 4] as const;

const overloaded = (detail: string): (() => Refused) => {
  const all = SECONDS.map((retryAfterSeconds) => refuse("overloaded", detail, { retryAfterSeconds }));
  return () => all[Math.floor(Math.random() * all.length)]!; // an index of the four
};

const LATER = "nothing was sent. Wait as long as said, then try again.";
const BUSY = overloaded(`More calls come than the sidecar can carry; ${LATER}`);
const CALLS = overloaded(`Too many calls are in flight; ${LATER}`);
const BYTES = overloaded(`The bodies of the calls in flight are too large together; ${LATER}`);
const CALLER = overloaded(`Too many calls of this caller are in flight; ${LATER}`);
const STREAMS = overloaded("Too many streams are open. Wait as long as said, or end one.");

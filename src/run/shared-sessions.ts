// What sidecars behind one balancer have together of agents' sessions: tokens that each of them can read, which of them were
// ended, and letters for the one that has something of a session at work, because a client's next request may come to another.
// Where a sidecar is alone with its state, no letter is ever written.
import type { McpReply } from "../call.ts";
import { type Checked, accept, refuse } from "../refusal.ts";
import { type LetterBox, MOST_COLLECTED } from "../state/letter-box.ts";
import { type SessionMark, type Store, StoreError } from "../state/store.ts";
import { createEndMemory } from "./end-memory.ts";
import { type Letter, type SessionLetter, createLetterSeal } from "./letter.ts";
import { createLetterRoom } from "./letter-room.ts";
import { type OpenedSession, type SessionTokens, createSessionTokens } from "./session-token.ts";

export interface SharedSessions extends SessionTokens {
  /** Whether there may be other sidecars, to which a client's requests come as well. */
  readonly isShared: boolean;
  hasEnded(session: OpenedSession): boolean | Promise<boolean>;
  /** For good, on all of them; or why not. */
  end(session: OpenedSession): Promise<Checked<undefined>>;
  /** Whether it is on its way to whoever waits for it. Never rejects. */
  post(letter: SessionLetter, caller: string): Promise<Checked<undefined>>;
  /** Whoever takes the letters, its own as well. */
  listen(take: (letter: SessionLetter) => void): void;
  /** Why requests may fail that come to another sidecar. */
  trouble(): string | undefined;
  close(): void;
}

interface SharedParts {
  readonly key: Uint8Array;
  readonly store: Pick<Store, "endSession" | "hasSessionEnded">;
  /** Undefined where there is nobody else. */
  readonly letters: LetterBox | undefined;
  readonly now: () => number;
}

const LOOK_MS = 200;
const HELLO_MS = 30_000;

const DONE = accept(undefined);
const TOO_MANY = refuse("overloaded", "Too much is on its way to other sidecars. Try again later.", {
  retryAfterSeconds: 1,
});
const TOO_LARGE = refuse("too_large", "This is too large to be handed on to another sidecar.");
const NO_WAY = refuse("state_unavailable", "Nothing can be handed on to another sidecar right now.");
const NOT_ENDED = refuse("state_unavailable", "It cannot be remembered right now that this session has ended.");

const LARGE_ANSWER: McpReply = Object.freeze({
  kind: "error",
  code: -32_603,
  message: "The client's answer is too large to be handed on.",
});

export const createSharedSessions = ({ key, store, letters, now }: SharedParts): SharedSessions => {
  const ended = createEndMemory(store.hasSessionEnded, now);
  const seal = createLetterSeal(key, now);
  const hasRoom = createLetterRoom(now);
  const put = async (letter: Letter): Promise<Checked<undefined>> => {
    const text = seal.seal(letter);
    if (text === undefined)
      return letter.kind === "answer" ? put({ ...letter, reply: LARGE_ANSWER }) : Promise.resolve(TOO_LARGE);
    try {
      await letters?.post(text);
      return DONE;
    } catch (error) {
      if (error instanceof StoreError) return NO_WAY;
      throw error;
    }
  };
  const others = createOthers();
  let timers: readonly NodeJS.Timeout[] = [];
  return {
    ...createSessionTokens(key, now),
    isShared: letters !== undefined,
    hasEnded: (session) => ended.hasEnded(session.id, markOf(session)),
    end: async (session) => {
      const letter: SessionLetter = { kind: "end", session: session.id };
      if (letters !== undefined && !hasRoom(letter, session.caller)) return TOO_MANY;
      try {
        await store.endSession(markOf(session));
      } catch (error) {
        if (error instanceof StoreError) return NOT_ENDED;
        throw error;
      }
      ended.note(session.id);
      void put(letter); // what others have at work for it ends at once
      return DONE;
    },
    post: async (letter, caller) => {
      if (letters === undefined) return DONE;
      return hasRoom(letter, caller) ? put(letter) : TOO_MANY;
    },
    listen: (take) => {
      if (letters === undefined) return;
      const look = createLook(letters, (text) => {
        const letter = seal.open(text);
        if (letter.kind === "foreign" || letter.kind === "stale") return others.see(letter.kind);
        if (letter.kind === "hello" || letter.kind === "repeated" || letter.kind === "strange") return;
        if (letter.kind === "end") ended.note(letter.session);
        take(letter);
      });
      const hello = (): void => void put({ kind: "hello" });
      timers = [setInterval(look, LOOK_MS).unref(), setInterval(hello, HELLO_MS).unref()];
      look();
      hello();
    },
    trouble: others.trouble,
    close: () => timers.forEach(clearInterval),
  };
};

/** The store's clock may be ahead of that of a sidecar, for which the session goes on so much longer. */
const MOST_SKEW_MS = 24 * 3_600_000;

const markOf = ({ id, run, begunAt, expiresAt }: OpenedSession): SessionMark => ({
  holder: run,
  id,
  begunAt,
  expiresAt: expiresAt + MOST_SKEW_MS,
});

const OTHERS = {
  foreign:
    "another sidecar on this Redis has another CHECKREIN_SIGNING_KEY: neither knows the runs and sessions that the other one began",
  stale:
    "what another sidecar hands on through this Redis is from another time: their clocks are more than five minutes apart, or somebody writes there what was read before. It is not read",
} as const;

/** Whoever writes what is not read here. Of a clock that was mended the time since would be negative: the process' own is taken. */
const createOthers = (): { see(kind: keyof typeof OTHERS): void; trouble(): string | undefined } => {
  const now = (): number => performance.now();
  const seenAt = { foreign: -Infinity, stale: -Infinity };
  const isThere = (kind: keyof typeof OTHERS): boolean => now() - seenAt[kind] <= 2 * HELLO_MS;
  return {
    see: (kind) => void (seenAt[kind] = now()),
    trouble: () => (isThere("foreign") ? OTHERS.foreign : isThere("stale") ? OTHERS.stale : undefined),
  };
};

/** One look at a time. In trouble the next one goes on where the last one ended. */
const createLook = (letters: Pick<LetterBox, "collect">, read: (text: string) => void): (() => void) => {
  let after: number | undefined;
  let isLooking = false;
  const look = async (): Promise<void> => {
    const { last, texts } = await letters.collect(after);
    after = last;
    await Promise.allSettled(texts.map(async (text) => read(text))); // in order; one that fails is no other's end
    if (texts.length >= MOST_COLLECTED) await look();
  };
  return () => {
    if (isLooking) return;
    isLooking = true;
    const done = (): void => void (isLooking = false);
    look().then(done, done);
  };
};

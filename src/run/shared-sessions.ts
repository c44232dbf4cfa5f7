// What sidecars behind one balancer have together of agents' sessions: tokens that each of them can read, which of them were
// ended, and letters for the one that has something of a session at work, because a client's next request may come to another.
// Where a sidecar is alone with its state, no letter is ever written.
import type { McpReply } from "../call.ts";
import { type LetterBox, type SessionMark, type Store, StoreError } from "../state/store.ts";
import { createEndMemory } from "./end-memory.ts";
import { type LetterSeal, type SessionLetter, createLetterSeal } from "./letter.ts";
import { type OpenedSession, type SessionTokens, createSessionTokens } from "./session-token.ts";

export interface SharedSessions extends SessionTokens {
  /** Whether there may be other sidecars, to which a client's requests come as well. */
  readonly isShared: boolean;
  hasEnded(session: OpenedSession): boolean | Promise<boolean>;
  /** For good, on all of them; whether that could be remembered. */
  end(session: OpenedSession): Promise<boolean>;
  /** Best effort: whoever waits for it does so for a bounded time. */
  post(letter: SessionLetter): void;
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
/** So many letters that nobody has asked for: more would push those out that somebody waits for. */
const MOST_LOOSE_A_SECOND = 200;
const HELLO_MS = 30_000;

const TOO_LARGE: McpReply = Object.freeze({
  kind: "error",
  code: -32_603,
  message: "The client's answer is too large to be handed on.",
});

export const createSharedSessions = ({ key, store, letters, now }: SharedParts): SharedSessions => {
  const ended = createEndMemory(store.hasSessionEnded, now);
  const seal = createLetterSeal(key);
  const isWithinBounds = createBound(now);
  const put = (text: string | undefined): void =>
    void (text !== undefined && letters?.post(text).catch(() => undefined));
  const post = (letter: SessionLetter): void => {
    if (letters === undefined || (isLoose(letter) && !isWithinBounds())) return;
    const text = seal.seal(letter);
    put(text === undefined && letter.kind === "answer" ? seal.seal({ ...letter, reply: TOO_LARGE }) : text);
  };
  const strangers = createStrangers(now);
  let timers: readonly NodeJS.Timeout[] = [];
  return {
    ...createSessionTokens(key, now),
    isShared: letters !== undefined,
    hasEnded: (session) => ended.hasEnded(session.id, markOf(session)),
    end: async (session) => {
      try {
        await store.endSession(markOf(session));
      } catch (error) {
        if (error instanceof StoreError) return false;
        throw error;
      }
      ended.note(session.id);
      post({ kind: "end", session: session.id });
      return true;
    },
    post,
    listen: (take) => {
      if (letters === undefined) return;
      const look = createLook(letters, seal, (letter) => {
        if (letter === undefined) return strangers.see();
        if (letter.kind === "end") ended.note(letter.session);
        take(letter);
      });
      const hello = (): void => put(seal.seal({ kind: "hello" }));
      timers = [setInterval(look, LOOK_MS).unref(), setInterval(hello, HELLO_MS).unref()];
      look();
      hello();
    },
    trouble: strangers.trouble,
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

/** Nobody waits for it. */
const isLoose = ({ kind }: SessionLetter): boolean => kind === "cancel" || kind === "say";

const createBound = (now: () => number): (() => boolean) => {
  let second = 0;
  let count = 0;
  return () => {
    const at = Math.floor(now() / 1000);
    count = at === second ? count + 1 : 1;
    second = at;
    return count <= MOST_LOOSE_A_SECOND;
  };
};

/** Whoever writes letters with another key. */
const createStrangers = (now: () => number): { see(): void; trouble(): string | undefined } => {
  let seenAt = -Infinity;
  return {
    see: () => void (seenAt = now()),
    trouble: () =>
      now() - seenAt > 2 * HELLO_MS
        ? undefined
        : "another sidecar on this Redis has another CHECKREIN_SIGNING_KEY: neither knows the runs and sessions that the other one began",
  };
};

/** One look at a time. In trouble the next one goes on where the last one ended. `undefined`: a letter that cannot be opened. */
const createLook = (
  letters: Pick<LetterBox, "collect">,
  seal: LetterSeal,
  take: (letter: SessionLetter | undefined) => void,
): (() => void) => {
  let after: number | undefined;
  let isLooking = false;
  const look = async (): Promise<void> => {
    const { last, texts } = await letters.collect(after);
    after = last;
    for (const text of texts) {
      const letter = seal.open(text);
      if (letter?.kind !== "hello") take(letter);
    }
  };
  return () => {
    if (isLooking) return;
    isLooking = true;
    const done = (): void => void (isLooking = false);
    look().then(done, done);
  };
};

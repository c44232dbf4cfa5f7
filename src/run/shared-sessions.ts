// What sidecars behind one balancer have together of agents' sessions: tokens that each of them can read, which of them were
// ended, and letters for the one that has something of a session at work, because a client's next request may come to another.
// Where a sidecar is alone with its state, no letter is ever written.
import type { McpReply } from "../call.ts";
import { type Store, StoreError } from "../state/store.ts";
import { createEndMemory } from "./end-memory.ts";
import { type OpenedSession, type SessionTokens, createSessionTokens } from "./session-token.ts";

export type Letter = { readonly session: string } & (
  | { readonly kind: "answer"; readonly question: string; readonly reply: McpReply }
  | { readonly kind: "cancel"; readonly request: string | number }
  /** For the client's GET stream. */
  | { readonly kind: "say"; readonly message: string }
  | { readonly kind: "end" }
);

export interface SharedSessions extends SessionTokens {
  /** Whether there may be other sidecars, to which a client's requests come as well. */
  readonly isShared: boolean;
  hasEnded(session: OpenedSession): boolean | Promise<boolean>;
  /** For good, on all of them; whether that could be remembered. */
  end(session: OpenedSession): Promise<boolean>;
  /** Best effort: whoever waits for it does so for a bounded time. */
  post(letter: Letter): void;
  /** Whoever takes the letters, its own as well. */
  listen(take: (letter: Letter) => void): void;
  close(): void;
}

interface SharedParts {
  readonly key: Uint8Array;
  readonly store: Pick<Store, "endSession" | "hasSessionEnded" | "post" | "collect">;
  readonly now: () => number;
  readonly isShared: boolean;
}

const LOOK_MS = 200;
/** Characters. */
const LONGEST_LETTER = 65_536;
/** So many letters that nobody has asked for: more would push those out that somebody waits for. */
const MOST_LOOSE_A_SECOND = 200;

const TOO_LARGE: McpReply = Object.freeze({
  kind: "error",
  code: -32_603,
  message: "The client's answer is too large to be handed on.",
});

export const createSharedSessions = ({ key, store, now, isShared }: SharedParts): SharedSessions => {
  const ended = createEndMemory(store.hasSessionEnded, now);
  const markOf = ({ id, caller, begunAt }: OpenedSession): Parameters<Store["endSession"]>[0] => ({
    holder: caller,
    id,
    begunAt,
  });
  const isWithinBounds = createBound(now);
  const post = (letter: Letter): void => {
    if (!isShared || (letter.kind !== "answer" && letter.kind !== "end" && !isWithinBounds())) return;
    const text = JSON.stringify(letter);
    if (text.length <= LONGEST_LETTER) void store.post(text).catch(() => undefined);
    else if (letter.kind === "answer") post({ ...letter, reply: TOO_LARGE });
  };
  let looking: NodeJS.Timeout | undefined;
  return {
    ...createSessionTokens(key, now),
    isShared,
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
      if (!isShared) return;
      const look = createLook(store, (text) => {
        const letter = JSON.parse(text) as Letter; // the store is ours: it is what `post` wrote
        if (letter.kind === "end") ended.note(letter.session);
        take(letter);
      });
      looking = setInterval(() => void look().catch(() => undefined), LOOK_MS).unref();
      void look().catch(() => undefined);
    },
    close: () => clearInterval(looking),
  };
};

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

/** One look at a time. In trouble the next one goes on where the last one ended. */
const createLook = (store: Pick<Store, "collect">, take: (text: string) => void): (() => Promise<void>) => {
  let after: number | undefined;
  let isLooking = false;
  return async () => {
    if (isLooking) return;
    isLooking = true;
    try {
      const { last, texts } = await store.collect(after);
      after = last;
      for (const text of texts) take(text);
    } finally {
      isLooking = false;
    }
  };
};

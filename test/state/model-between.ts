// What a store means by sessions that were ended, and by letters, in the simplest way. Their numbers are too small here for a bound.
import { LETTER_MS } from "../../src/state/redis/letter.ts";
import type { Letters } from "../../src/state/letter-box.ts";
import type { SessionMark } from "../../src/state/store.ts";

/** The part of the model that is concerned. */
export interface Between {
  now: number;
  readonly sessions: SessionMark[];
  /** Every one that ever was. */
  readonly letters: { readonly text: string; readonly expiresAt: number }[];
}

export const hasSessionEnded = ({ sessions, now }: Between, { holder, id, expiresAt }: SessionMark): boolean =>
  expiresAt > now && sessions.some((one) => one.holder === holder && one.id === id);

export const post = (model: Between, text: string): void =>
  void model.letters.push({ text, expiresAt: model.now + LETTER_MS });

/** `after`: how many there were. */
export const collect = ({ letters, now }: Between, after: number): Letters["texts"] =>
  letters.slice(after).flatMap(({ text, expiresAt }) => (expiresAt > now ? [text] : []));

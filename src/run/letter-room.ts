// How many letters a sidecar writes: the store keeps a bounded number of them, and more would push out what others have not
// read yet. Of each kind so many a second, and no caller gets more than is still free.
import type { SessionLetter } from "./letter.ts";

const MOST_A_SECOND: Readonly<Record<SessionLetter["kind"], number>> = { answer: 200, cancel: 200, say: 200, end: 400 };

/** Whether there is room for one more; then it is taken. */
export const createLetterRoom = (now: () => number): ((kind: SessionLetter["kind"], caller: string) => boolean) => {
  let second = 0;
  let taken = new Map<string, number>();
  return (kind, caller) => {
    const at = Math.floor(now() / 1000);
    if (at !== second) taken = new Map();
    second = at;
    const all = taken.get(kind) ?? 0;
    const own = taken.get(`${kind} ${caller}`) ?? 0;
    if (own >= MOST_A_SECOND[kind] - all) return false;
    taken.set(kind, all + 1).set(`${kind} ${caller}`, own + 1);
    return true;
  };
};

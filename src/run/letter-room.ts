// How much a sidecar writes in letters: the store keeps a bounded number of them, of which all sidecars read every one, and
// more would push out what others have not read yet. Of each kind so much a second, and no caller gets more than is still free.
import { MOST_LETTER_BYTES, type SessionLetter } from "./letter.ts";

const UNIT_BYTES = 4096;
/** A letter takes a unit for each that it begins. */
const MOST_UNITS: Readonly<Record<SessionLetter["kind"], number>> = { answer: 200, cancel: 200, say: 200, end: 400 };

/** Whether there is room for one more; then it is taken. */
export const createLetterRoom = (now: () => number): ((letter: SessionLetter, caller: string) => boolean) => {
  let second = 0;
  let taken = new Map<string, number>();
  return (letter, caller) => {
    const { kind } = letter;
    const at = Math.floor(now() / 1000);
    if (at !== second) taken = new Map();
    second = at;
    const units = unitsOf(letter);
    const all = taken.get(kind) ?? 0;
    const own = taken.get(`${kind} ${caller}`) ?? 0;
    if (own + units > MOST_UNITS[kind] - all) return false;
    taken.set(kind, all + units).set(`${kind} ${caller}`, own + units);
    return true;
  };
};

/** One that is too large for a letter takes as much as the largest: what is written of it is no larger. */
const unitsOf = (letter: SessionLetter): number =>
  Math.ceil(Math.min(Buffer.byteLength(JSON.stringify(letter)), MOST_LETTER_BYTES) / UNIT_BYTES);

// Letters as Redis has them, between sidecars in one process.
import type { LetterBox } from "../../src/state/letter-box.ts";

export const createLetterBox = (): LetterBox => {
  const letters: string[] = [];
  return {
    post: async (letter) => void letters.push(letter),
    collect: async (after) => ({ last: letters.length, texts: after === undefined ? [] : letters.slice(after) }),
  };
};

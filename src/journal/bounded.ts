// A disk that hangs holds a bounded number of calls: beyond that the next is refused before its intent waits, too.
import type { Waiting } from "../waiting.ts";
import type { Journal } from "./journal.ts";

export const boundJournal = <J extends Pick<Journal, "intend">>(journal: J, waiting: Waiting): J => ({
  ...journal,
  intend: async (intent) => {
    const at = waiting.enter();
    if (at === undefined) return false;
    try {
      return await journal.intend(intent);
    } finally {
      waiting.end(at);
    }
  },
});

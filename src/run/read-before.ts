// Whether a letter was read before. Senders number theirs, so that of each only the latest numbers have to be remembered; and
// they say when they wrote, so that a sender that has been silent for long need not be: whatever there is of it is too old.
// Only who has the key is a sender, so there are as many as sidecars that ran lately.

/** `stale`: too far from this sidecar's own time to tell. */
export type ReadBefore = "repeated" | "stale";

interface Numbered {
  readonly sender: string;
  readonly number: number;
  /** Milliseconds of the Unix epoch, by the sender's clock. */
  readonly at: number;
}

interface Sender {
  /** Up to this number all count as read. */
  upTo: number;
  read: Set<number>;
  heardAt: number;
}

/** Clocks may be apart so much. */
export const MOST_APART_MS = 300_000;
/** A letter may be overtaken by so many of the same sender. */
const MOST_BEHIND = 1000;

export const createReadBefore = (now: () => number): ((letter: Numbered) => ReadBefore | undefined) => {
  /** Whoever was heard last is the last. */
  const senders = new Map<string, Sender>();
  const forgetSilent = (): void => {
    for (const [name, { heardAt }] of senders) {
      if (Math.abs(now() - heardAt) <= 2 * MOST_APART_MS) return;
      senders.delete(name);
    }
  };
  return ({ sender, number, at }) => {
    if (Math.abs(now() - at) > MOST_APART_MS) return "stale";
    const one = senders.get(sender) ?? { upTo: number - 1, read: new Set(), heardAt: 0 };
    if (number <= one.upTo || one.read.has(number)) return "repeated";
    one.heardAt = now();
    senders.delete(sender);
    senders.set(sender, one);
    forgetSilent();
    one.upTo = Math.max(one.upTo, number - MOST_BEHIND);
    one.read.add(number);
    if (one.read.size > 2 * MOST_BEHIND) one.read = new Set([...one.read].filter((other) => other > one.upTo));
    return undefined;
  };
};

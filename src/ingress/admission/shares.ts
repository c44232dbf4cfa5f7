// A bounded number of something, that many callers use: nobody may have more of it than is still free. Whoever is alone gets
// half, two greedy ones a third each, and for one more there is always as much left as each of them has. Without knowing who
// there is, and without a number to set.

export interface Shares {
  /** Whether there was room for so much, whoever it is for. What is larger than all of it fits where nothing else is. */
  take(amount: number): boolean;
  /** Whether this caller may have what was just taken. Otherwise it has still to be given back. */
  own(caller: string, amount: number): boolean;
  /** Beyond all bounds: `take` and `own` of what nobody may refuse. */
  exceed(caller: string, amount: number): void;
  /** `caller`: where it was its own. */
  give(amount: number, caller: string | undefined): void;
  /** Whether it would get nothing more now. */
  hasAll(caller: string): boolean;
  used(): number;
}

export const createShares = (most: number): Shares => {
  const owned = new Map<string, number>();
  let used = 0;
  const add = (caller: string, amount: number): void => void owned.set(caller, (owned.get(caller) ?? 0) + amount);
  return {
    take: (amount) => {
      if (used > 0 && used + amount > most) return false;
      used += amount;
      return true;
    },
    own: (caller, amount) => {
      const before = owned.get(caller) ?? 0;
      if (before > 0 && before > most - used) return false;
      add(caller, amount);
      return true;
    },
    exceed: (caller, amount) => {
      used += amount;
      add(caller, amount);
    },
    give: (amount, caller) => {
      used -= amount;
      if (caller === undefined) return;
      const left = (owned.get(caller) ?? 0) - amount;
      if (left > 0) owned.set(caller, left);
      else owned.delete(caller);
    },
    hasAll: (caller) => {
      const own = owned.get(caller) ?? 0;
      return own > 0 && own >= most - used;
    },
    used: () => used,
  };
};

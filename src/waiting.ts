// Those that wait for something that may be slow, a store or a disk: as many as like while it is quick, and few while it is not,
// so that what hangs does not hold every call there is. Whoever may not wait is told at once.

export interface Waiting {
  /** When this one began to wait, to end it with; undefined where it may not. */
  enter(): number | undefined;
  end(enteredAt: number): void;
}

/** In any case. */
const FEW = 64;
/** Nobody waits longer for what is quick. */
const QUICK_MS = 500;

export const createWaiting = (now: () => number = () => performance.now()): Waiting => {
  const since: number[] = []; // in the order in which they came
  return {
    enter: () => {
      const at = now();
      const oldest = since[0] ?? at;
      if (since.length >= FEW && at - oldest > QUICK_MS) return undefined;
      since.push(at);
      return at;
    },
    end: (enteredAt) => void since.splice(since.indexOf(enteredAt), 1),
  };
};

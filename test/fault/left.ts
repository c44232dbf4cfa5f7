// I6: what a sidecar holds when the trouble is over that it did not hold before.
import type { Stage } from "./stage.ts";
import type { Usage } from "./usage.ts";

const MOST_HEAP_MB = 8;
const MOST_RESIDENT_MB = 48;
/** Node counts lists of timers, one for each delay in use. */
const MOST_TIMERS = 4;
/** The two ends of a connection do not see its end at the same time. */
const MOST_UNSEEN = 2;

/** What is more than connections that wait for the next call. */
export const leftIn = (
  { idle, orders }: Pick<Stage, "idle" | "orders">,
  { residentMb, heapMb, descriptors, files, timers, handles }: Usage,
): readonly string[] => {
  const problems: string[] = [];
  if (orders.spoilt() > 0) problems.push(`${orders.spoilt()} sockets to a broken backend`);
  if (descriptors > idle.descriptors + MOST_UNSEEN)
    problems.push(
      `${descriptors} descriptors, ${idle.descriptors} before: ${files.join()}, before: ${idle.files.join()}`,
    );
  if (timers > idle.timers + MOST_TIMERS) problems.push(`timers: ${JSON.stringify([idle.handles, handles])}`);
  if (heapMb > idle.heapMb + MOST_HEAP_MB) problems.push(`heap of ${heapMb} MB, ${idle.heapMb} before`);
  if (residentMb > idle.residentMb + MOST_RESIDENT_MB) problems.push(`${residentMb} MB, ${idle.residentMb} before`);
  return problems;
};

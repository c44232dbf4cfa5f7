// Times in the words of a refusal: rounded up, so that nobody comes back too early.
import { durationText } from "../../contract/rule/duration.ts";

const SECOND = 1000;
const LARGER = [86_400_000, 3_600_000, 60_000];

/** `90 seconds`, `3 minutes`: in the largest unit of which there are two. */
export const describeDuration = (milliseconds: number): string => {
  const unit = LARGER.find((size) => milliseconds >= 2 * size) ?? SECOND;
  return durationText(Math.max(1, Math.ceil(milliseconds / unit)) * unit);
};

/** For `Retry-After`: never before the time has come. */
export const secondsUntil = (milliseconds: number): number => Math.max(1, Math.ceil(milliseconds / SECOND));

// Whether a call may be made at this time, and when it may next. What is open is decided by the wall clock of the time zone
// alone: an hour that daylight saving skips opens nothing, and one that it repeats is open twice.
import type { DuringRule } from "../../contract/rule/rule.ts";
import { type Refused, refuse } from "../../refusal.ts";
import { describeDuration, secondsUntil } from "./duration.ts";
import { withReason } from "./judgement.ts";
import { offsetAt, wallClockAt } from "./time-zone.ts";

const DAY = 86_400_000;
/** Every day of the week comes within this, also where a time zone skips one. */
const MOST_DAYS = 15;

export const judgeDuring = (tool: string, rule: DuringRule, now: number): Refused | undefined => {
  if (isOpen(rule, now)) return undefined;
  const next = nextOpening(rule, now);
  const closed = `${tool} is closed at this time.`;
  if (next === undefined) return refuse("not_now", withReason(closed, rule.because), { class: "stop" });
  const detail = `${closed} It opens in ${describeDuration(next - now)}, at ${new Date(next).toISOString()}.`;
  return refuse("not_now", withReason(detail, rule.because), { retryAfterSeconds: secondsUntil(next - now) });
};

export const isOpen = (rule: DuringRule, instant: number): boolean => {
  const { days, fromMinute, toMinute, timeZone } = rule;
  const { day, minute } = wallClockAt(timeZone, instant);
  if (fromMinute < toMinute) return days.includes(day) && minute >= fromMinute && minute < toMinute;
  // Over midnight: the days are those on which it begins.
  return (minute >= fromMinute && days.includes(day)) || (minute < toMinute && days.includes((day + 6) % 7));
};

/** The first instant after `now` at which it is open, where it is closed now; undefined when there is none. */
export const nextOpening = (rule: DuringRule, now: number): number | undefined => {
  for (let passed = 0; passed < MOST_DAYS; passed += 1) {
    const instants = changesOn(rule, now + passed * DAY).filter((instant) => instant > now && isOpen(rule, instant));
    if (instants.length > 0) return Math.min(...instants);
  }
  return undefined;
};

/**
 * Instants of a local day and the next at which it may open: where the wall clock shows the hour, and where it jumps. The
 * latter reach as far as the former, so that the earliest of both is the earliest of all.
 */
const changesOn = ({ timeZone, fromMinute }: DuringRule, instant: number): readonly number[] => {
  const days = [-1, 0, 1, 2].map((day) => instant + day * DAY);
  const offsets = days.map((day) => offsetAt(timeZone, day));
  const today = Math.floor(wallClockAt(timeZone, instant).shown / DAY) * DAY;
  const shown = [today, today + DAY].map((day) => day + fromMinute * 60_000);
  const opens = shown.flatMap((wall) => [...new Set(offsets)].map((offset) => wall - offset));
  const jumps = days.slice(0, -1).filter((_, index) => offsets[index] !== offsets[index + 1]);
  return [...opens, ...jumps.map((from) => findJump(timeZone, from))];
};

/** The instant in the day after `from` at which the wall clock jumps. Jumps stand at whole seconds. */
const findJump = (timeZone: string, from: number): number => {
  let [before, after] = [Math.floor(from / 1000), Math.floor(from / 1000) + DAY / 1000];
  const offset = offsetAt(timeZone, before * 1000);
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (offsetAt(timeZone, middle * 1000) === offset) before = middle;
    else after = middle;
  }
  return after * 1000;
};

// How long something lasts, as authors write it and as agents read it.

/** Milliseconds, or a whole number of seconds, minutes, hours or days: "30s", "10m", "24h", "7d". */
export type Duration = number | `${number}${"s" | "m" | "h" | "d"}`;

const UNITS: readonly (readonly [letter: string, name: string, milliseconds: number])[] = [
  ["d", "day", 86_400_000],
  ["h", "hour", 3_600_000],
  ["m", "minute", 60_000],
  ["s", "second", 1_000],
];

/** Ten years: what is longer has no end. */
const LONGEST_MS = 3_650 * 86_400_000;

/** Milliseconds; undefined for what is no duration. */
export const parseDuration = (written: unknown): number | undefined => {
  const milliseconds = typeof written === "number" ? written : readText(written);
  const isGood = Number.isSafeInteger(milliseconds) && Number(milliseconds) >= 1;
  return isGood && Number(milliseconds) <= LONGEST_MS ? milliseconds : undefined;
};

const readText = (written: unknown): number | undefined => {
  const [, count, letter] = (typeof written === "string" ? /^(\d{1,12})([smhd])$/.exec(written) : null) ?? [];
  const unit = UNITS.find(([name]) => name === letter);
  return unit === undefined ? undefined : Number(count) * unit[2];
};

/** "1 day", "90 seconds", "36 hours": in the largest unit that says it exactly. */
export const durationText = (milliseconds: number): string => {
  const unit = UNITS.find(([, , size]) => milliseconds % size === 0);
  const [, name, size] = unit ?? ["ms", "millisecond", 1];
  const count = milliseconds / size;
  return `${count} ${name}${count === 1 ? "" : "s"}`;
};

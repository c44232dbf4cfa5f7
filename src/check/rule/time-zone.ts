// The wall clock of a time zone at an instant, out of Intl: its rules of daylight saving are those of the IANA database.

export interface WallClock {
  /** 0 Sunday … 6 Saturday. */
  readonly day: number;
  /** Of the day, whole. */
  readonly minute: number;
  /** What the wall clock shows, as if it were UTC. */
  readonly shown: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Made once: a format costs a hundred times what it is used for. As many as the contracts name time zones. */
const formatOf = (timeZone: string): Intl.DateTimeFormat => {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-US", {
    timeZone,
    calendar: "gregory",
    numberingSystem: "latn",
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  formats.set(timeZone, made);
  return made;
};

export const wallClockAt = (timeZone: string, instant: number): WallClock => {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
  const [hour, minute] = [part("hour"), part("minute")];
  const shown = Date.UTC(part("year"), part("month") - 1, part("day"), hour, minute, part("second"));
  return { day: new Date(shown).getUTCDay(), minute: hour * 60 + minute, shown };
};

/** How far the wall clock is ahead of UTC. */
export const offsetAt = (timeZone: string, instant: number): number =>
  wallClockAt(timeZone, instant).shown - Math.floor(instant / 1000) * 1000;

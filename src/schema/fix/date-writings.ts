// Dates in another writing: every way to read the text, each written as RFC 3339 has it. Whoever asks keeps those that the
// schema accepts, and offers one only when it is the only one: 01/02/2024 is two days, and a time without an offset is none.

interface Day {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/** Longer texts are no dates, whatever they begin with. */
const LONGEST = 64;

const monthOf = (word: string): number => MONTHS.indexOf(word.slice(0, 3).toLowerCase()) + 1;

const MONTH =
  "(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)";
const DAY = "(\\d{1,2})(?:st|nd|rd|th)?";

type Form = readonly [RegExp, (parts: readonly string[]) => readonly Day[]];
const day = (year: string, month: string | number, date: string): Day => ({
  year: Number(year),
  month: Number(month),
  day: Number(date),
});

const FORMS: readonly Form[] = [
  [/^(\d{4})-(\d{1,2})-(\d{1,2})$/, ([, y = "", m = "", d = ""]) => [day(y, m, d)]],
  [/^(\d{4})\/(\d{1,2})\/(\d{1,2})$/, ([, y = "", m = "", d = ""]) => [day(y, m, d)]],
  [/^(\d{4})\.(\d{1,2})\.(\d{1,2})$/, ([, y = "", m = "", d = ""]) => [day(y, m, d)]],
  [/^(\d{4})(\d\d)(\d\d)$/, ([, y = "", m = "", d = ""]) => [day(y, m, d)]],
  // Half of the world writes the day first, the other half the month.
  [/^(\d{1,2})([/.-])(\d{1,2})\2(\d{4})$/, ([, a = "", , b = "", y = ""]) => [day(y, b, a), day(y, a, b)]],
  [new RegExp(`^${DAY}[ -]${MONTH}\\.?,?[ -](\\d{4})$`, "i"), ([, d = "", m = "", y = ""]) => [day(y, monthOf(m), d)]],
  [new RegExp(`^${MONTH}\\.? ${DAY},? (\\d{4})$`, "i"), ([, m = "", d = "", y = ""]) => [day(y, monthOf(m), d)]],
];

/** What is no day of the calendar, such as 31 June, is no reading. */
const isDay = ({ year, month, day: date }: Day): boolean => {
  const moment = new Date(Date.UTC(2000, month - 1, date));
  moment.setUTCFullYear(year, month - 1, date);
  return moment.getUTCMonth() === month - 1 && moment.getUTCDate() === date && month >= 1;
};

const two = (value: number | string): string => String(value).padStart(2, "0");
const textOf = ({ year, month, day: date }: Day): string =>
  `${String(year).padStart(4, "0")}-${two(month)}-${two(date)}`;

/** A weekday in front must be that of the day. */
const readDays = (text: string): readonly string[] => {
  const [, weekday, rest = text] = /^(sun|mon|tue|wed|thu|fri|sat)[a-z]{0,6},? (.*)$/i.exec(text) ?? [];
  const days = FORMS.flatMap(([form, read]) => {
    const parts = form.exec(rest);
    return parts === null ? [] : read(parts).filter(isDay);
  });
  const isNamed = ({ year, month, day: date }: Day): boolean =>
    weekday === undefined || new Date(Date.UTC(year, month - 1, date)).getUTCDay() === indexOfDay(weekday);
  return [...new Set(days.filter(isNamed).map(textOf))];
};

const indexOfDay = (word: string): number => WEEKDAYS.indexOf(word.slice(0, 3).toLowerCase());

const TIME = /^(\d{1,2}):(\d\d)(?::(\d\d)([.,]\d+)?)?(?: ?([ap])\.?m\.?)?(.*)$/i;
const BASIC_TIME = /^(\d\d)(\d\d)(\d\d)()()(.*)$/;
const OFFSET = /^ ?(?:(?:utc|gmt)? ?([+-])(\d\d):?(\d\d)?|z|utc|gmt)(?: ?\([\w ]*\))?$/i;

interface Clock {
  readonly time: string;
  /** Empty where none is given. */
  readonly offset: string;
}

const readClock = (text: string): Clock | undefined => {
  const [, hour = "", minute = "", second = "00", fraction = "", half, rest = ""] =
    TIME.exec(text) ?? BASIC_TIME.exec(text) ?? [];
  if (hour === "") return undefined;
  const offset = readOffset(rest);
  const hours = readHour(Number(hour), half);
  if (offset === undefined || hours === undefined) return undefined;
  return { time: `${two(hours)}:${minute}:${second}${fraction.replace(",", ".")}`, offset };
};

const readHour = (hour: number, half: string | undefined): number | undefined => {
  if (half === undefined || half === "") return hour;
  if (hour < 1 || hour > 12) return undefined;
  return (hour % 12) + (half.toLowerCase() === "p" ? 12 : 0);
};

const readOffset = (text: string): string | undefined => {
  if (text === "") return "";
  const parts = OFFSET.exec(text);
  if (parts === null) return undefined;
  const [, sign, hours = "00", minutes = "00"] = parts;
  return sign === undefined ? "Z" : `${sign}${hours}:${minutes}`;
};

const MIDNIGHT = /^00:00:00(?:\.0+)?$/;
const UTC = ["", "Z", "+00:00", "-00:00"];

/** Texts of RFC 3339 (a time without an offset may stand among them: some schemas take it). None for what is no date. */
export const dateWritings = (given: string): readonly string[] => {
  const text = given.trim().replace(/\s+/g, " ");
  if (text.length > LONGEST || !/\d/.test(text)) return [];
  const clock = readClock(text);
  if (clock !== undefined) return [`${clock.time}${clock.offset}`];
  const whole = readDays(text);
  if (whole.length > 0) return whole;
  return [...text.matchAll(/[ tT]|, /g)].flatMap(({ index, 0: gap }) => {
    const time = readClock(text.slice(index + gap.length));
    if (time === undefined) return [];
    return readDays(text.slice(0, index).replace(/,$/, "")).flatMap((date) => momentsOf(date, time));
  });
};

/** The whole day, too, where the time adds nothing to it. */
const momentsOf = (date: string, { time, offset }: Clock): readonly string[] => [
  `${date}T${time}${offset}`,
  ...(MIDNIGHT.test(time) && UTC.includes(offset) ? [date] : []),
];

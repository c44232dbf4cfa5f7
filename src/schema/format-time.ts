// Dates, times and durations of RFC 3339, as JSON Schema names them. Stricter than Date.parse, and complete: leap seconds
// and lower-case letters count, a space between date and time does not.

const daysOf = (year: number, month: number): number => {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
};

export const isDate = (text: string): boolean => {
  const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  if (match === null) return false;
  const [, year = 0, month = 0, day = 0] = match.map(Number);
  return month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month);
};

const minutesOfDay = 24 * 60;

/** A second 60 exists only where UTC is at 23:59. */
const isLeapSecondTime = (minutes: number, offset: number): boolean =>
  (minutes - offset + 2 * minutesOfDay) % minutesOfDay === minutesOfDay - 1;

export const isTime = (text: string): boolean => {
  const match = /^(\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[zZ]|([+-])(\d\d):(\d\d))$/.exec(text);
  if (match === null) return false;
  const [, hour = 0, minute = 0, second = 0] = match.map(Number);
  const [offsetHour, offsetMinute] = [Number(match[5] ?? 0), Number(match[6] ?? 0)];
  if (hour > 23 || minute > 59 || second > 60 || offsetHour > 23 || offsetMinute > 59) return false;
  const offset = (offsetHour * 60 + offsetMinute) * (match[4] === "-" ? -1 : 1);
  return second < 60 || isLeapSecondTime(hour * 60 + minute, offset);
};

export const isDateTime = (text: string): boolean =>
  (text[10] === "T" || text[10] === "t") && isDate(text.slice(0, 10)) && isTime(text.slice(11));

// RFC 3339, appendix A: units follow each other without a gap, weeks stand alone.
const date = "(?:\\d+D|\\d+M(?:\\d+D)?|\\d+Y(?:\\d+M(?:\\d+D)?)?)";
const time = "T(?:\\d+S|\\d+M(?:\\d+S)?|\\d+H(?:\\d+M(?:\\d+S)?)?)";
const duration = new RegExp(`^P(?:${date}(?:${time})?|${time}|\\d+W)$`);

/** Linear: after its digits every alternative is decided by one letter, so digits are read at most three times. */
export const isDuration = (text: string): boolean => duration.test(text);

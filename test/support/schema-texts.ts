// Texts for schemas: of the formats that contracts enforce, and plain ones, with what goes wrong on the way (quotes,
// delimiters, percent signs, emoji, non-characters) more often than chance would bring it.
import fc from "fast-check";

const HAZARDS = [
  "%",
  "/",
  "..",
  ".",
  "?",
  "#",
  "&",
  "=",
  "+",
  " ",
  ",",
  ";",
  "|",
  "\\",
  '"',
  "'",
  "\u0000",
  "\r\n",
  "\u2028",
  "é",
  "😀",
  "ﷺ",
  "%2F",
  "%00",
  "<",
  "*",
  "~",
];

/** Lengths are code points. */
export const plainText = (minLength: number, maxLength: number): fc.Arbitrary<string> => {
  const max = Math.max(minLength, maxLength);
  const hazardous = fc.string({
    unit: fc.oneof(fc.constantFrom(...HAZARDS), fc.string({ minLength: 1, maxLength: 1 })),
    maxLength: 6,
  });
  const fits = (text: string): boolean => [...text].length >= minLength && [...text].length <= max;
  const fallback = fc.string({ unit: "grapheme-ascii", minLength, maxLength: max });
  return fc.oneof(
    { weight: 3, arbitrary: fallback },
    { weight: 1, arbitrary: fc.string({ unit: "binary", minLength, maxLength: max }) },
    {
      weight: minLength > 6 ? 0 : 2,
      arbitrary: fc.tuple(hazardous, fallback).map(([text, other]) => (fits(text) ? text : other)),
    },
  );
};

const two = (max: number): fc.Arbitrary<string> =>
  fc.integer({ min: 0, max }).map((value) => String(value).padStart(2, "0"));
const date = fc
  .date({ min: new Date("1900-01-01"), max: new Date("2200-01-01"), noInvalidDate: true })
  .map((day) => day.toISOString().slice(0, 10));
const zone = fc.oneof(
  fc.constantFrom("Z", "z"),
  fc.tuple(fc.constantFrom("+", "-"), two(23), two(59)).map(([sign, hour, minute]) => `${sign}${hour}:${minute}`),
);
const time = fc
  .tuple(two(23), two(59), two(59), fc.constantFrom("", ".5", ".123456"), zone)
  .map(([hour, minute, second, part, offset]) => `${hour}:${minute}:${second}${part}${offset}`);

/** Formats that are not here are plain texts: annotations in documents. */
export const formatTexts: ReadonlyMap<string, fc.Arbitrary<string>> = new Map([
  ["date", date],
  ["time", time],
  ["date-time", fc.tuple(date, fc.constantFrom("T", "t"), time).map((parts) => parts.join(""))],
  ["uuid", fc.uuid()],
  ["email", fc.emailAddress().filter((address) => /^[a-z0-9.]+@[a-z0-9.-]+$/i.test(address))],
  ["ipv4", fc.ipV4()],
  ["ipv6", fc.ipV6()],
  ["hostname", fc.domain()],
  ["uri", fc.webUrl()],
]);

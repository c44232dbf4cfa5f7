// The scalars of the JSON descent, and what its parts share: the place in the text and how a failure is told. Texts
// without an escape are one slice and short integers are read by their digits: most of a call is made of these.
import { readSafeNumber } from "./json-number.ts";
import type { RefusalCode } from "../refusal.ts";

export const failed: unique symbol = Symbol("failed");
export type Failed = typeof failed;

interface Problem {
  readonly code: RefusalCode;
  readonly at: number;
  /** Begins the detail; the place is added. Quotes keys and numbers, never text of values, which may be secret. */
  readonly what: string;
  readonly mend: string;
  readonly received?: string;
}

export interface Reading {
  readonly text: string;
  readonly maxDepth: number;
  /** Makes what stands in the place of a number that a double cannot hold; undefined: it is refused. */
  readonly markUnsafe: ((token: string) => unknown) | undefined;
  at: number;
  depth: number;
  problem: Problem | undefined;
  /** Where the problem is, innermost first: filled while a failure unwinds, so that success pays nothing. */
  readonly path: (string | number)[];
}

export const fail = (reading: Reading, problem: Problem): Failed => {
  reading.problem = problem;
  return failed;
};

export const failExpecting = (reading: Reading, expected: string, at = reading.at): Failed => {
  const what = at < reading.text.length ? `${expected} is expected` : `the text ends where ${expected} is expected`;
  return fail(reading, {
    code: "malformed_json",
    at,
    what,
    mend: "Write one JSON document as RFC 8259 has it.",
  });
};

/** Never ends in half a character: the text goes back to the agent. */
export const cut = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length).replace(/[\uD800-\uDBFF]$/, "")}…`;

/** The same for a text that may have so many characters, that sign among them. */
export const fit = (text: string, length: number): string => cut(text, text.length <= length ? length : length - 1);

export const skipSpace = (reading: Reading): number => {
  const { text } = reading;
  let { at } = reading;
  let code = text.charCodeAt(at);
  while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) code = text.charCodeAt((at += 1));
  reading.at = at;
  return code;
};

/** The value of a hexadecimal digit, or NaN. */
const hexDigit = (code: number): number => {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : Number.NaN;
};

/** The four hexadecimal digits at `at`, or NaN. */
const readHex = (text: string, at: number): number =>
  hexDigit(text.charCodeAt(at)) * 0x1000 +
  hexDigit(text.charCodeAt(at + 1)) * 0x100 +
  hexDigit(text.charCodeAt(at + 2)) * 0x10 +
  hexDigit(text.charCodeAt(at + 3));

const failSurrogate = (reading: Reading, at: number): Failed =>
  fail(reading, {
    code: "invalid_encoding",
    at,
    what: "a \\u escape is half of a surrogate pair",
    mend: "Write both halves, or the character itself.",
  });

/** Reads `\uXXXX` or a pair of them at `at`, which is the backslash. Two halves count only side by side. */
const readUnicodeEscape = (reading: Reading, at: number): string | Failed => {
  const { text } = reading;
  const code = readHex(text, at + 2);
  if (Number.isNaN(code)) return failExpecting(reading, "a \\u escape with four hexadecimal digits", at + 2);
  reading.at = at + 6;
  if (code < 0xd800 || code > 0xdfff) return String.fromCharCode(code);
  if (code > 0xdbff || !text.startsWith("\\u", at + 6)) return failSurrogate(reading, at);
  const low = readHex(text, at + 8);
  if (!(low >= 0xdc00 && low <= 0xdfff)) return failSurrogate(reading, at);
  reading.at = at + 12;
  return String.fromCharCode(code, low);
};

const shortEscapes: ReadonlyMap<string, string> = new Map(
  Object.entries({ '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" }),
);

const readEscape = (reading: Reading, at: number): string | Failed => {
  const letter = reading.text.charAt(at + 1);
  if (letter === "u") return readUnicodeEscape(reading, at);
  reading.at = at + 2;
  return shortEscapes.get(letter) ?? failExpecting(reading, 'one of "\\/bfnrtu after a backslash', at + 1);
};

/** Stands on the opening quote; leaves behind the closing one. */
export const readString = (reading: Reading): string | Failed => {
  const { text } = reading;
  let from = reading.at + 1;
  let at = from;
  let value = "";
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === 0x22) break;
    if (code === 0x5c) {
      const escape = readEscape(reading, at);
      if (escape === failed) return failed;
      value += text.slice(from, at) + escape;
      from = at = reading.at;
    } else if (code >= 0x20) at += 1;
    // Also NaN, at the end of the text.
    else return failExpecting(reading, "a closing quote, or a control character written as an escape,", at);
  }
  reading.at = at + 1;
  return value + text.slice(from, at);
};

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

/** RFC 8259, section 6, sticky: every part is decided by its first character, so it is linear. */
const numberToken = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;

const readLongNumber = (reading: Reading): unknown => {
  const { at } = reading;
  numberToken.lastIndex = at;
  const token = numberToken.exec(reading.text)?.[0];
  if (token === undefined) return failExpecting(reading, "a value", at);
  reading.at = at + token.length;
  const value = readSafeNumber(token);
  if (value !== undefined) return value;
  if (reading.markUnsafe !== undefined) return reading.markUnsafe(token);
  return fail(reading, {
    code: "unsafe_number",
    at,
    what: "a number would not survive unchanged", // not quoted: it may be a secret
    mend: `Integers lie within ±${Number.MAX_SAFE_INTEGER}; other numbers have at most 15 significant digits.`,
  });
};

/** Integers of at most 15 digits, which every double holds, are read here; all other numbers by their token. */
export const readNumber = (reading: Reading, first: number): unknown => {
  const { text } = reading;
  const isNegative = first === 0x2d;
  const from = isNegative ? reading.at + 1 : reading.at;
  let at = from;
  let value = 0;
  let code = text.charCodeAt(at);
  while (isDigit(code) && at - from < 16) {
    value = value * 10 + code - 0x30;
    code = text.charCodeAt((at += 1));
  }
  const isShort = at > from && at - from < 16 && (text.charCodeAt(from) !== 0x30 || at === from + 1);
  if (!isShort || code === 0x2e || code === 0x65 || code === 0x45) return readLongNumber(reading);
  reading.at = at;
  return isNegative ? -value : value;
};

export const readWord = <T>(reading: Reading, word: string, value: T): T | Failed => {
  if (!reading.text.startsWith(word, reading.at)) return failExpecting(reading, "a value");
  reading.at += word.length;
  return value;
};

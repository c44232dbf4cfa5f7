// What the official suite does not ask of formats: OpenAPI's own, some more hostile texts, and time.
import { expect, test } from "vitest";
import { assertedFormats, findFormat, isKnownFormat } from "../../src/schema/formats.ts";

const judge = (format: string, value: unknown): boolean | undefined => findFormat(format)?.(value);

test.each<[string, unknown, boolean]>([
  ["date-time", "2024-01-15T10:00:00+05:30", true],
  ["date-time", "2024-01-15T10:00:00+0530", false],
  ["date-time", "2024-01-15 10:00:00Z", false],
  ["date-time", "2024-01-15t10:00:00z", true],
  ["date-time", "2016-12-31T23:59:60Z", true],
  ["date-time", "2024-01-15T10:00:00", false],
  ["date-time", "2024-01-15T10:00:00.Z", false],
  ["int32", 2147483647, true],
  ["int32", 2147483648, false],
  ["int32", -2147483649, false],
  ["int32", 1.5, false],
  ["int32", "1.5", true],
  ["int64", 9007199254740991, true],
  ["int64", 9007199254740992, false],
  ["byte", "aGk=", true],
  ["byte", "", true],
  ["byte", "aGk", false],
  ["byte", "a===", false],
  ["byte", "aG k", false],
  ["byte", "aG-_", false],
  ["email", "a@b@c.d", false],
  ["email", "a@b..c", false],
  ["email", `${"a".repeat(65)}@b.c`, false],
  ["hostname", "xn--0ca24w", false],
  ["hostname", "xn---9uc", false],
  ["hostname", "XN--9N2BP8Q", true],
  ["uri", "http://a/\u{0}", false],
  ["uri", "http://[fe80::1%25eth0]/", false],
  ["uri", "javascript:alert(1)", true],
  ["ipv4", "1.2.3.04", false],
  ["ipv4", "1.2.3", false],
  ["ipv6", "::ffff:1.2.3.4", true],
  ["ipv6", "1.2.3.4::", false],
  ["ipv6", "1:2:3:4:5:6:7::", true],
  ["ipv6", "1:2:3:4:5:6:7:8::", false],
  ["uuid", "2eb8aa08-aa98-11ea-b4aa-73b441d16380\n", false],
  ["regex", "(?=a)", true],
  ["regex", "[", false],
])("%s judges %j: %s", (format, value, valid) => expect(judge(format, value)).toBe(valid));

test.each(["float", "double", "binary", "password"])("%s is known and asserts nothing", (format) => {
  expect([isKnownFormat(format), findFormat(format)]).toEqual([true, undefined]);
});

test("names of Object.prototype are no formats", () =>
  expect(["constructor", "toString", "__proto__"].filter(isKnownFormat)).toEqual([]));

test("every format is judged in linear time", () => {
  const pieces = [
    "a",
    "0",
    ".",
    ":",
    "a.",
    "a@",
    "%41",
    "P1D",
    "1D",
    "=",
    "-",
    "~0",
    "/",
    "{a}",
    "{",
    "(",
    "\\",
    '"',
    "xn--a.",
    "::",
    "\u{a1}",
  ];
  for (const format of assertedFormats)
    for (const piece of pieces)
      for (const [head, tail] of [
        ["", ""],
        ["P", "!"],
        ["http://", "\n"],
        ['"', '"@b.c'],
        ["{", "}"],
      ]) {
        const text = `${head}${piece.repeat(30_000 / piece.length)}${tail}`;
        const started = performance.now();
        judge(format, text);
        expect([format, piece, performance.now() - started < 200]).toEqual([format, piece, true]);
      }
});

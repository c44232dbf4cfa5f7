// A RegExp keeps its meaning as a pattern without flags, or is refused with its reason.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import { readPatternSource } from "../../../src/contract/input/pattern-source.ts";

const texts = [
  ..."aAbBkKsSzZ09_- .,:/@]}{\n\r\t",
  "\u2028",
  "\u00e9",
  "\u017f",
  "\u212a",
  "\u{1f600}",
  "ab",
  "AB",
  "Ab1",
  "a-b",
  "",
  "a\nb",
  "x{2}",
  "\\",
  "^",
];

const agrees = (pattern: RegExp, strings: readonly string[] = texts): void => {
  const read = readPatternSource(pattern);
  if (!("source" in read)) throw new Error(`${String(pattern)} is refused: ${read.message}`);
  const flagless = new RegExp(read.source, "u");
  for (const text of strings) {
    pattern.lastIndex = 0;
    expect([String(pattern), text, flagless.test(text)]).toEqual([String(pattern), text, pattern.test(text)]);
  }
};

test.each([
  [/^ord_[A-Za-z0-9]{6,24}$/, "^ord_[A-Za-z0-9]{6,24}$"],
  [/^[a-z]+$/i, "^[a-zA-Z]+$"],
  [new RegExp("\\/a\\-b\\@[\\w\\-]"), "\\/a-b@[\\w\\-]"],
  [/^a.b$/s, "^a[\\s\\S]b$"],
  [/ab/y, "^(?:ab)"],
  [/ab/g, "ab"],
  [/ab/m, "ab"],
  [/[\w-.]/, "[\\w\\-.]"],
  [/a]}{/, "a\\]\\}\\{"],
])("writes %s as the source %s", (pattern, source) => {
  expect(readPatternSource(pattern)).toEqual({ source });
});

test.each([
  [/^a$/m, /flag m/],
  [/a/v, /flag v/],
  [new RegExp("\\u{61}"), /mean something else without the flag u/],
  [new RegExp("\\p{L}"), /mean something else without the flag u/],
  [new RegExp(["\\1(a)", "\\a"].join("")), /not valid with the flag u/],
  [/é/i, /flag i/],
  [new RegExp(["[\\u0000", "-\\uffff]"].join(""), "i"), /flag i/],
  [/\W/iu, /flag i/],
  [/\p{Lu}/iu, /flag i/],
  [/(?i:a)/, /sets a flag/],
])("refuses %s", (pattern, message) => {
  expect(readPatternSource(pattern)).toMatchObject({ message: expect.stringMatching(message) });
});

test.each(Object.entries(z.regexes).filter((entry): entry is [string, RegExp] => entry[1] instanceof RegExp))(
  "writes zod's own pattern %s with its meaning",
  (_, pattern) => agrees(pattern),
);

const atom = fc.constantFrom(
  ..."abkszAKSZ09_-.",
  "\\w",
  "\\d",
  "\\s",
  "\\S",
  "[a-c]",
  "[^b-k]",
  "[K-z]",
  "[Z-a]",
  "[ks]",
  "[^\\d_]",
  "[\\w-z]",
  "[a\\-z]",
  "\\.",
  "\\-",
  "\\x41",
  "\\u0061",
  "\\cJ",
  "(?:ab|S)",
  "(?<s>k)",
  "^",
  "$",
  "\\b",
  "\\W",
  "[\\W]",
  "]",
  "[+--\\w]",
  "[\\w--a]",
);
const quantified = fc
  .tuple(atom, fc.constantFrom("", "", "*", "+?", "{1,2}"))
  .map(([one, times]) => (/^[\^$]|^\\b/.test(one) ? one : one + times));
const sources = fc.array(quantified, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(""));

test("keeps the meaning of generated patterns under every flag", () => {
  let kept = 0;
  const property = fc.property(
    sources,
    fc.constantFrom("", "i", "s", "u", "iu", "is", "y", "g"),
    fc.array(fc.constantFrom(...texts), { maxLength: 4 }),
    (source, flags, parts) => {
      const pattern = compile(source, flags);
      if (pattern === undefined || !("source" in readPatternSource(pattern))) return;
      kept++;
      // Characters beyond the BMP are code points in one and two units in the other: on purpose, unless `u` is set.
      agrees(
        pattern,
        flags.includes("u")
          ? [...texts, parts.join("")]
          : [...texts, parts.join("")].filter((text) => !text.includes("\u{1f600}")),
      );
    },
  );
  fc.assert(property, { numRuns: 2000, seed: 3 });
  expect(kept).toBeGreaterThan(1000);
});

const compile = (source: string, flags: string): RegExp | undefined => {
  try {
    return new RegExp(source, flags);
  } catch {
    return undefined; // The generator also makes texts that are no patterns.
  }
};

// The linear engine must mean what ECMA-262 means: compared with V8 on written and on generated patterns.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compilePattern } from "../../src/schema/pattern.ts";

const corpus = [
  ..."aAbBzZkKsSſK019_-./\\ \t\n\r\v\f\b\0\u0003",
  ..."\u00a0\u1680\u2003\u2028\u2029\u202f\u3000\ufeff\u180e\u0085éÉßẞΣσςıİ߀৪ٯ日本🐲🐉\u{1f44d}\u{10ffff}",
  ..."",
  "",
  "ab",
  "abc",
  "abc\n",
  "a\nb",
  "aaaa",
  "a-b",
  "a.b",
  "foo bar",
  "12345",
  "ord_abc123",
  "é1",
  "日a",
  "🐲🐲",
  "\r\n",
  "[]",
  "{}",
  "a{2}",
  "^$",
  "x]y",
  "👍🏽",
];

const verdicts = (source: string): void => {
  const pattern = compilePattern(source);
  if ("problem" in pattern) throw new Error(`/${source}/ ${pattern.problem}`);
  const engine = new RegExp(source, "u");
  const different = corpus.filter((text) => pattern.test(text) !== engine.test(text));
  expect(different, `/${source}/`).toEqual([]);
};

const written = [
  "",
  "a",
  "^a",
  "a$",
  "^$",
  "^abc$",
  ".",
  "^.$",
  "^..$",
  "^.*$",
  "^[^]$",
  "[]",
  "[^]*$",
  "a|b|",
  "(a)(b)?",
  "(?:ab)+",
  "(?<name>a)b",
  "^\\d$",
  "^\\D$",
  "^\\w$",
  "^\\W$",
  "^\\s$",
  "^\\S$",
  "[\\d\\s]",
  "[^\\d\\s]",
  "^[^\\w]$",
  "[\\D\\d]",
  "[^\\s\\S]",
  "\\bfoo\\b",
  "\\B",
  "^\\B$",
  "a\\Bb",
  "\\b",
  "^\\u0061$",
  "^\\u{61}$",
  "^\\u{1F432}$",
  "^\\uD83D\\uDC32$",
  "^[\\u{1F400}-\\u{1F4FF}]$",
  "^[^\\u0000]*$",
  "^🐲*$",
  "^[🐲🐉]$",
  "[^🐲]",
  "\\x41",
  "\\0",
  "\\cC",
  "\\cc",
  "[\\b]",
  "[\\-a]",
  "[a-]",
  "[-a]",
  "[\\]]",
  "[.]",
  "[$^]",
  "\\t\\n|\\v|\\f|\\r",
  "\\.",
  "\\/",
  "\\^\\$\\\\\\.\\*\\+\\?\\(\\)\\[\\]\\{\\}\\|",
  "^\\p{L}$",
  "^\\P{L}$",
  "^\\p{Lu}+$",
  "^\\p{Script=Greek}$",
  "^\\p{sc=Han}+$",
  "^\\p{Nd}$",
  "^\\p{digit}$",
  "^[\\p{L}\\d_]+$",
  "^[^\\p{L}]$",
  "\\p{Emoji}",
  "^\\p{ASCII}*$",
  "^\\p{White_Space}$",
  "\\p{Letter}",
  "a*",
  "a*?",
  "a+?b",
  "a??",
  "^a{2}$",
  "^a{2,}$",
  "^a{0,3}$",
  "^a{2,4}?$",
  "a{0}b",
  "(a*)*",
  "(a|b*)*c",
  "(|a)+",
  "(?:a?){3}",
  "^(?:)$",
  "^(a|ab)(c|bcd)$",
  "(^a|b$)",
  "(?:^)?a",
  "x*|^y",
  "^(?:\\$|a)$",
];

describe("a pattern", () => {
  test.each(written)("/%s/u means what V8 says", verdicts);

  test.each([
    "(?=a)",
    "(?!a)b",
    "(?<=a)b",
    "(?<!a)b",
    "(a)\\1",
    "(?<n>a)\\k<n>",
    "a{1001}",
    "(?:a{100}){100}",
    "(?i:a)",
    "[",
    "(",
    ")",
    "a**",
    "*",
    "\\a",
    "\\Z",
    "(?P<n>x)",
    "[z-a]",
    "\\u{110000}",
    "a{2,1}",
    "^*",
    "\\p{Nothing}",
  ])("/%s/ is refused with a reason", (source) =>
    expect(compilePattern(source)).toEqual({ problem: expect.stringMatching(/\w/) }),
  );

  test.each([
    ["^[\\w\\.\\@]+$", "a@b.c"],
    ["\\_", "_"],
    ["]", "]"],
    ["a{", "a{"],
    ["^\\'$", "'"],
  ])("/%s/ in the spelling of Annex B has its one reading", (source, text) => {
    const pattern = compilePattern(source);
    expect("problem" in pattern ? pattern : [pattern.test(text), pattern.test("(")]).toEqual([true, false]);
  });

  test("runs in linear time where backtracking explodes", () => {
    const pattern = compilePattern("^(([a-z])+.)+[A-Z]([a-z])+$");
    if ("problem" in pattern) throw new Error(pattern.problem);
    const started = performance.now();
    expect(pattern.test("a".repeat(20_000))).toBe(false);
    expect(performance.now() - started).toBeLessThan(1000);
  });

  test("is keyed by its source, because Ajv merges patterns of the same text", () => {
    expect(String(compilePattern("a"))).not.toBe(String(compilePattern("b")));
  });
});

const atom = fc.constantFrom(
  "a",
  "b",
  ".",
  "\\d",
  "\\w",
  "\\s",
  "\\S",
  "[ab]",
  "[^a]",
  "[^\\n]",
  "🐲",
  "é",
  "\\.",
  "\\n",
  "[a-z0-9_]",
  "\\p{L}",
  "\\u{1F432}",
  "k",
  "-",
);
const { pattern: generated } = fc.letrec<{ pattern: string; term: string }>((tie) => ({
  term: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    atom,
    fc.tuple(atom, fc.constantFrom("*", "+", "?", "{2}", "{1,3}", "*?")).map(([a, q]) => a + q),
    fc.tuple(tie("pattern"), fc.constantFrom("", "*", "+", "?", "{0,2}")).map(([inner, q]) => `(?:${inner})${q}`),
    fc.constantFrom("^", "$", "\\b", "\\B"),
  ),
  pattern: fc
    .array(fc.array(tie("term"), { maxLength: 4 }), { minLength: 1, maxLength: 3 })
    .map((alternatives) => alternatives.map((terms) => terms.join("")).join("|")),
}));

test("a generated pattern means what V8 says", () => {
  const text = fc.string({
    unit: fc.constantFrom("a", "b", "k", "1", " ", "\n", ".", "-", "é", "🐲", "_"),
    maxLength: 8,
  });
  fc.assert(
    fc.property(generated, fc.array(text, { minLength: 5, maxLength: 10 }), (source, texts) => {
      const pattern = compilePattern(source);
      if ("problem" in pattern) throw new Error(`/${source}/ ${pattern.problem}`);
      // V8 finds \B between the halves of a surrogate pair, where the specification's search never stands.
      const fair = texts.filter((sample) => !(source.includes("\\B") && sample.includes("🐲")));
      for (const sample of fair)
        expect([sample, pattern.test(sample)]).toEqual([sample, new RegExp(source, "u").test(sample)]);
    }),
    { numRuns: 2000, seed: 20_26 },
  );
});

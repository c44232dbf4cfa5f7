// The asserters that stand in for zod's patterns: the same sources, the same verdicts, in linear time.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { readNamedFormat } from "../../src/schema/zod-formats.ts";
import { namedPatterns } from "../../src/schema/zod-patterns.ts";

const { regexes } = z.core;
const made = [regexes.emoji(), regexes.uuid(), regexes.datetime({}), regexes.datetime({ offset: true })];
const own = [...Object.values(regexes).filter((one) => one instanceof RegExp), ...made];

test("covers every pattern of zod that needs look-around", () => {
  const needing = own.filter(({ source }) => /\(\?[=!<]/.test(source)).map(({ source }) => source);
  expect(needing.length).toBeGreaterThan(4);
  expect(needing.filter((source) => !namedPatterns.has(source))).toEqual([]);
});

test("names only patterns that this version of zod has", () => {
  const sources = new Set(own.map(({ source }) => source));
  expect([...namedPatterns.keys()].filter((source) => !sources.has(source))).toEqual([]);
});

const characters = [
  ..."P1Y2M3DTHS4W.,-:+Z/=aA09 \n@é",
  "😀",
  "\u200d",
  "\u20e3",
  "2024-02-29",
  "127.0.0.1",
  "T10:00:00",
  "DE89",
];
test.each([...namedPatterns])("judges as the pattern %s", (source, judge) => {
  const pattern = new RegExp(source, source.includes("\\p{") ? "u" : "");
  const texts = fc.array(fc.constantFrom(...characters), { maxLength: 12 }).map((parts) => parts.join(""));
  const agrees = (text: string): void => {
    expect([text, judge(text)]).toEqual([text, pattern.test(text)]);
  };
  fc.assert(fc.property(texts, agrees), { numRuns: 200, seed: 7 });
});

const attacks = [
  "1",
  "a",
  "A",
  "-",
  ".",
  "1Y",
  "a.",
  "a-",
  "AAAA",
  "😀",
  "1.",
  "P1",
  "::",
  "é",
  "%41",
  "=",
  "\u4e00",
  "{",
  "9",
];
const formats = ["url", "ipv6", "cidrv6", "jwt", "credit_card", "iban", "number_text"].map(
  (name) => [name, readNamedFormat({ name })] as const,
);
describe("stays fast on long hostile texts", () => {
  test.each([...namedPatterns, ...formats])("%s", (_, judge) => {
    if (typeof judge !== "function") throw new Error(judge.problem);
    const started = performance.now();
    for (const attack of attacks) {
      for (const start of ["", "P", "-P", "http://", "2024-01-01T10:00:00.", "+", "a."])
        judge(`${start}${attack.repeat(30_000)}!`);
    }
    // 133 texts of 30,000 and more characters; backtracking would take minutes for one.
    expect(performance.now() - started).toBeLessThan(3_000);
  });

  test("url with a long host of many characters", () => {
    const url = readNamedFormat({ name: "url" });
    const host = Array.from({ length: 30_000 }, (_, index) =>
      String.fromCodePoint(0x4e00 + ((index * 7919) % 20_000)),
    ).join("");
    const started = performance.now();
    if (typeof url !== "function") throw new Error(url.problem);
    expect(url(`http://${host}/`)).toBe(false);
    expect(url(`http://localhost/${host}?${host}`)).toBe(true);
    for (const text of [
      `http://a:${host}@b/`,
      `http:\\\\${host}`,
      `http:${host}`,
      `\u0001http://${host}`,
      `http://${encodeURIComponent(host)}`,
    ])
      url(text);
    expect(performance.now() - started).toBeLessThan(300);
  });
});

test.each([
  [5, /object/],
  [{}, /knows no/],
  [{ name: "toString" }, /knows no 'toString'/],
  [{ name: "ipv6", hostname: "a" }, /no option 'hostname'/],
  [{ name: "url", hostname: 5 }, /'hostname' must be/],
  [{ name: "url", hostname: "(?=a)" }, /'hostname'/],
  [{ name: "includes" }, /'text'/],
])("refuses the x-format %j", (value, message) => {
  expect(readNamedFormat(value)).toMatchObject({ problem: expect.stringMatching(message) });
});

// zod's string formats and checks mean here exactly what they mean in zod: the same texts are accepted, valid ones,
// nearly valid ones and random ones. The differences that are meant are written down at the end.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { createJudge } from "./read.ts";

const id = "5f0c7c9e-9b5e-4c3a-8d1e-0123456789ab";
const jwt = (header: string): string => `${btoa(header)}.e30.c2ln`;
const ipv6s = [
  "::1",
  "2001:db8::8a2e:370:7334",
  "::ffff:1.2.3.4",
  "1:2:3:4:5:6:7:8",
  "1:2:3:4:5:6:7::",
  "::",
  "fe80::1%eth0",
  "1::2::3",
  "::1.2.3.256",
  "12345::",
];
const instants = [
  "2024-02-29T23:59:59Z",
  "2023-02-29T00:00:00Z",
  "2024-01-01T00:00Z",
  "2024-01-01T10:00:00.123+05:30",
  "2024-01-01T10:00:00.123456Z",
  "2024-01-01T10:00",
  "2024-12-31T24:00:00Z",
  "0000-02-29T00:00:00-23:59",
];
const urls = [
  "https://example.com/a?b=c#d",
  "http://localhost:8080",
  "https:/a",
  "http:example.com",
  "HTTPS://EXAMPLE.com",
  "mailto:a@b.c",
  "ftp://a.b/",
  "https://user:pw@a.b:99999",
  "https://é.com/ü",
  "https://127.1",
  "//a.b",
  "javascript:alert(1)",
  "https://a b.com",
  "https://[::1]/",
  "data:,x",
];

const formats: readonly (readonly [name: string, schema: z.ZodType, seeds: readonly string[]])[] = [
  ["email", z.email(), ["a.b+c@example.com", "o'brien@a-b.co", "a@b", ".a@b.co", "a..b@c.de", "ä@b.co"]],
  ["email html5", z.email({ pattern: z.regexes.html5Email }), ["a@b", "a.b@c-d.e", "a@-b"]],
  ["email rfc5322", z.email({ pattern: z.regexes.rfc5322Email }), ["a@b.co", '"a b"@c.de', "a@[1.2.3.4]"]],
  ["email unicode", z.email({ pattern: z.regexes.unicodeEmail }), ["ä@ö.de", "a@b", "a b@c"]],
  ["uuid", z.uuid(), [id, "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"]],
  ["uuidv4", z.uuidv4(), [id, id.replace("4c3a", "7c3a")]],
  ["uuidv6", z.uuidv6(), [id.replace("4c3a", "6c3a")]],
  ["uuidv7", z.uuidv7(), [id.replace("4c3a", "7c3a")]],
  ["uuid of version 1", z.uuid({ version: "v1" }), [id.replace("4c3a", "1c3a")]],
  ["guid", z.guid(), [id, id.toUpperCase()]],
  ["httpUrl", z.httpUrl(), urls],
  ["url of https alone", z.url({ protocol: /^https$/ }), urls],
  ["url of one host", z.url({ hostname: /^(?:.*\.)?example\.com$/i }), [...urls, "https://a.example.com"]],
  [
    "hostname",
    z.hostname(),
    [
      "example.com",
      "a.b.c.",
      "-a.b",
      "a_b",
      "a".repeat(63),
      `${"a".repeat(64)}.b`,
      `${"a.".repeat(126)}a`,
      `${"a.".repeat(127)}a`,
    ],
  ],
  ["emoji", z.emoji(), ["😀", "👨‍👩‍👧", "🇩🇪", "1️⃣", "1", "#", "😀a", ""]],
  ["base64", z.base64(), ["", "AA==", "AAA=", "AAAA", "A===", "AB==", "AA=A", "+/+/", "-_-_"]],
  ["base64url", z.base64url(), ["", "AA", "AAA", "AAAA", "A", "AAAAA", "-_-_", "AA=="]],
  ["hex", z.hex(), ["", "00ff", "0G"]],
  ["md5", z.hash("md5"), ["d41d8cd98f00b204e9800998ecf8427e"]],
  ["sha256 in base64", z.hash("sha256", { enc: "base64" }), ["47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="]],
  ["sha512 in base64url", z.hash("sha512", { enc: "base64url" }), ["a".repeat(86)]],
  ["nanoid", z.nanoid(), ["V1StGXR8_Z5jdHi6B-myT"]],
  ["nanoid of a length", z.nanoid({ length: 5 }), ["V1StG"]],
  ["cuid", z.cuid(), ["cjld2cjxh0000qzrmn831i7rn", "c12345"]],
  ["cuid2", z.cuid2(), ["tz4a98xxat96iws9zmbrgj3a", "a"]],
  ["ulid", z.ulid(), ["01ARZ3NDEKTSV4RRFFQ69G5FAV", "81ARZ3NDEKTSV4RRFFQ69G5FAV"]],
  ["xid", z.xid(), ["9m4e2mr0ui3e8a215n4g"]],
  ["ksuid", z.ksuid(), ["0ujtsYcgvSTl8PAuAdqWYSMnLOv"]],
  ["ipv4", z.ipv4(), ["127.0.0.1", "255.255.255.255", "256.1.1.1", "01.1.1.1", "1.1.1"]],
  ["ipv6", z.ipv6(), ipv6s],
  ["mac", z.mac(), ["00:1A:2B:3C:4D:5E", "00:1a:2b:3c:4d:5e", "00:1a:2B:3c:4d:5e"]],
  ["mac with dashes", z.mac({ delimiter: "-" }), ["00-1A-2B-3C-4D-5E"]],
  ["cidrv4", z.cidrv4(), ["10.0.0.0/8", "10.0.0.0/33", "10.0.0.0/08"]],
  ["e164", z.e164(), ["+4915123456789", "+0123456", "+123456", "+1234567890123456"]],
  [
    "creditCard",
    z.creditCard(),
    [
      "4111 1111 1111 1111",
      "4111-1111-1111-1111",
      "5555555555554444",
      "378282246310005",
      "4111111111111112",
      "411111111111",
    ],
  ],
  [
    "iban",
    z.iban(),
    ["DE89370400440532013000", "GB82WEST12345698765432", "GB00WEST12345698765432", "NL91ABNA0417164300"],
  ],
  [
    "jwt",
    z.jwt(),
    [
      jwt('{"alg":"HS256","typ":"JWT"}'),
      jwt('{"alg":"none"}'),
      jwt('{"typ":"X","alg":"a"}'),
      jwt("[]"),
      jwt("null"),
      jwt("1"),
      "..",
      "a.b",
      `${jwt('{"alg":"HS256"}')}.x`,
      ` ${jwt('{"alg":"HS256"}')}`,
    ],
  ],
  ["jwt of one algorithm", z.jwt({ alg: "HS256" }), [jwt('{"alg":"HS256"}'), jwt('{"alg":"HS512"}')]],
  [
    "iso date",
    z.iso.date(),
    ["2024-02-29", "2023-02-29", "1900-02-29", "2000-02-29", "0000-02-29", "2024-04-31", "2024-13-01"],
  ],
  ["iso time", z.iso.time(), ["23:59:59", "24:00:00", "10:00", "10:00:00.123456"]],
  ["iso time with precision", z.iso.time({ precision: 3 }), ["23:59:59.123", "23:59:59"]],
  ["iso datetime", z.iso.datetime(), instants],
  ["iso datetime with offset", z.iso.datetime({ offset: true }), instants],
  ["iso local datetime", z.iso.datetime({ local: true }), instants],
  ["iso local datetime with offset", z.iso.datetime({ local: true, offset: true }), instants],
  ["iso datetime to the millisecond", z.iso.datetime({ precision: 3, offset: true }), instants],
  ["iso datetime to the second", z.iso.datetime({ precision: 0 }), instants],
  ["iso datetime to the minute", z.iso.datetime({ precision: -1 }), instants],
  [
    "iso duration",
    z.iso.duration(),
    ["P1Y2M3DT4H5M6S", "P1W", "P1Y1D", "PT1.5S", "PT1,5S", "P", "PT", "P1YT", "P1W1D"],
  ],
  ["extended duration", z.string().regex(z.regexes.extendedDuration), ["-P1Y", "P1.5Y", "P-1Y2W", "PT-1S", "P", "PT"]],
  ["lowercase", z.string().lowercase(), ["abc", "aBc", "É"]],
  ["uppercase", z.string().uppercase(), ["ABC", "AbC", "é"]],
  ["startsWith", z.string().startsWith("a.\n/"), ["a.\n/x", "a.", "ba.\n/"]],
  ["endsWith", z.string().endsWith("$x\n"), ["a$x\n", "$x"]],
  ["includes", z.string().includes("a-b]"), ["xa-b]y", "a-b"]],
  ["includes from a position", z.string().includes("ab", { position: 2 }), ["xxab", "😀ab", "ab", "abxab"]],
  ["lengths", z.string().min(2).max(4), ["ab", "abcde", "😀😀😀😀", "😀", "a😀b😀c"]],
  ["an exact length", z.string().length(2), ["ab", "😀😀", "😀"]],
  ["checks of a string", z.string().email().startsWith("a").max(12), ["a@b.co", "b@a.co", "a23456@890.co"]],
  ["a format as a check", z.string().check(z.email(), z.minLength(9)), ["a@b.co", "abcd@efg.co"]],
  ["a custom format", z.stringFormat("even", (text) => text.length % 2 === 0), ["", "a", "ab"]],
  ["a custom format by a pattern", z.stringFormat("order", /^ord_\d+$/), ["ord_1", "ord_"]],
  [
    "templateLiteral",
    z.templateLiteral(["v", z.int().min(1), "-", z.enum(["a", "b"]), z.string().max(2)]),
    ["v1-a", "v-1-bxy", "v1-axyz"],
  ],
  ["currencyCode", z.currencyCode(), ["EUR", "USD", "EUX"]],
];

const odd = [..."aZ09.-_:/@+ =%\n\t😀é,\u2028", "\r\n", "::", ""];
const mutated = (seeds: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.constantFrom(...seeds),
      fc.array(fc.tuple(fc.nat(), fc.nat(2), fc.constantFrom(...odd, ...seeds.join(""))), { maxLength: 3 }),
    )
    .map(([seed, edits]) => {
      let text = [...seed];
      for (const [at, cut, put] of edits) text = text.toSpliced(at % (text.length + 1), cut, put);
      return text.join("");
    });

describe.each(formats)("%s", (_, schema, seeds) => {
  test("accepts what zod accepts and refuses what zod refuses", () => {
    const isAccepted = createJudge(schema);
    const agrees = (text: string): void => {
      expect([text, isAccepted(text)]).toEqual([text, schema.safeParse(text).success && isUnchanged(schema, text)]);
    };
    for (const seed of seeds) agrees(seed);
    expect(seeds.some(isAccepted), "the table has a valid text").toBe(true);
    const options = { numRuns: 150, seed: 2 };
    fc.assert(fc.property(mutated(seeds), agrees), options);
    fc.assert(fc.property(fc.string({ unit: "grapheme" }), agrees), { ...options, numRuns: 30 });
  });
});

// A URL that zod would trim or strip is refused: what was checked is what is sent.
const isUnchanged = (schema: z.ZodType, text: string): boolean => schema.safeParse(text).data === text;

test("accepts what z.url() accepts, but no text that zod would change", () => {
  const isAccepted = createJudge(z.url());
  for (const url of urls) expect([url, isAccepted(url)]).toEqual([url, z.url().safeParse(url).success]);
  for (const url of [" https://a.b", "https://a.b\n", "https://a\tb.c/"]) {
    expect(z.url().safeParse(url).success).toBe(true);
    expect(isAccepted(url)).toBe(false);
  }
});

test("accepts the addresses of z.cidrv6() with prefix lengths that are integers", () => {
  const isAccepted = createJudge(z.cidrv6());
  const prefixes = ["0", "64", "128", "129", "064", "", "-1", " 1", "1e1"];
  for (const text of [...ipv6s.map((ip) => `${ip}/64`), ...prefixes.map((prefix) => `::/${prefix}`), "::", "::/1/1"]) {
    expect([text, isAccepted(text)]).toEqual([text, z.cidrv6().safeParse(text).success]);
  }
  for (const text of ["::/1.5", "::/NaN", "::/1e-7"]) {
    expect(z.cidrv6().safeParse(text).success).toBe(true);
    expect(isAccepted(text)).toBe(false);
  }
});

test("counts characters in patterns as code points, as JSON Schema does", () => {
  expect(z.string().regex(/^.$/).safeParse("😀").success).toBe(false);
  expect(createJudge(z.string().regex(/^.$/))("😀")).toBe(true);
});

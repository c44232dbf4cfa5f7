// The strict JSON parser under random input, in both directions: what it accepts is what JSON.parse reads, what it
// calls malformed JSON.parse calls malformed, and numbers are judged by a second, exact arithmetic in BigInt.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readNumberToken } from "../../src/json/json-number.ts";
import { parseStrictJson } from "../../src/json/strict-json.ts";
import type { StrictJsonOptions } from "../../src/json/strict-json.ts";

const strict: StrictJsonOptions = { maxDepth: 64, unsafeNumbers: "refuse" };
const parse = (text: string) => parseStrictJson(Buffer.from(text), strict);
const runs = { seed: 20_260_722, numRuns: 3000 };

const parsedByNode = (text: string): { readonly value: unknown } | undefined => {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
};

const expectSameReading = (text: string): void => {
  const read = parse(text);
  const other = parsedByNode(text);
  if (read.ok) expect({ value: read.value }).toStrictEqual(other);
  else if (read.refusal.code === "malformed_json") expect(other).toBeUndefined();
  else expect(read.refusal.issues).toHaveLength(1);
};

/** An exact fraction: no double, no normal form, nothing shared with the code under test. */
const fraction = (token: string): readonly [numerator: bigint, denominator: bigint] => {
  const parts = /^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?$/.exec(token);
  if (parts === null) throw new Error(`${token} is no number`);
  const [, sign = "", whole = "", decimals = "", power = "0"] = parts;
  const digits = BigInt(`${sign}${whole}${decimals}`);
  const exponent = Number(power) - decimals.length;
  return exponent < 0 ? [digits, 10n ** BigInt(-exponent)] : [digits * 10n ** BigInt(exponent), 1n];
};

const isSafe = (token: string): boolean => {
  if (!Number.isFinite(Number(token))) return false;
  const [numerator, denominator] = fraction(token);
  const sent = JSON.stringify(Number(token));
  const [sentNumerator, sentDenominator] = fraction(sent);
  if (numerator * sentDenominator !== sentNumerator * denominator) return false;
  const isInteger = /^-?[0-9]+$/.test(sent) || !/e/i.test(token);
  return !isInteger || numerator % denominator !== 0n || Number.isSafeInteger(Number(token));
};

const digits = (maxLength: number) => fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: 1, maxLength });
const numberToken = fc
  .tuple(
    fc.constantFrom("", "-"),
    fc.oneof(
      fc.constant("0"),
      digits(22).map((text) => text.replace(/^0+(?=.)/, "")),
    ),
    fc.oneof(
      fc.constant(""),
      digits(22).map((text) => `.${text}`),
    ),
    fc.oneof(
      fc.constant(""),
      fc.tuple(fc.constantFrom("e", "E"), fc.integer({ min: -345, max: 345 })).map(([letter, power]) => letter + power),
      fc.tuple(fc.constantFrom("e", "E+"), fc.integer({ min: 0, max: 25 })).map(([letter, power]) => letter + power),
    ),
  )
  .map((parts) => parts.join(""));
const doubleToken = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value));

describe("numbers", () => {
  test("a token is read exactly when its decimal value and its kind survive", () => {
    const near = fc.integer({ min: -64, max: 64 }).map((step) => String(2n ** 53n + BigInt(step)));
    fc.assert(
      fc.property(fc.oneof(numberToken, doubleToken, near), (token) => {
        const read = parse(`{"n":${token}}`);
        const expected = isSafe(token) ? Number(token) : undefined;
        expect(readNumberToken(token)).toBe(expected);
        expect(read.ok ? read.value : read.refusal.code).toStrictEqual(
          expected === undefined ? "unsafe_number" : { n: expected },
        );
      }),
      { ...runs, numRuns: 10_000 },
    );
  });

  test("what is accepted is accepted again as it is sent", () => {
    fc.assert(
      fc.property(fc.oneof(numberToken, doubleToken), (token) => {
        const value = readNumberToken(token);
        // Numerically: -0 is sent as 0.
        if (value !== undefined) expect(readNumberToken(JSON.stringify(value)) === value).toBe(true);
      }),
      runs,
    );
  });

  test("every decimal of at most 15 digits is read", () => {
    const short = fc.tuple(digits(7), digits(8)).map(([left, right]) => `${left.replace(/^0+(?=.)/, "")}.${right}`);
    fc.assert(
      fc.property(short, (token) => {
        expect(readNumberToken(token)).toBe(Number(token));
      }),
      runs,
    );
  });
});

const isUnsafeInteger = (value: unknown): boolean =>
  typeof value === "number" && Number.isInteger(value) && Math.abs(value) < 1e21 && !Number.isSafeInteger(value);
const everyValue = (value: unknown, isFine: (value: unknown) => boolean): boolean =>
  isFine(value) &&
  (typeof value !== "object" || value === null || Object.values(value).every((member) => everyValue(member, isFine)));
const jsonValue = fc
  .jsonValue({ stringUnit: "binary", maxDepth: 6 })
  .filter((value) => everyValue(value, (part) => !isUnsafeInteger(part)))
  .filter((value) => !JSON.stringify(value).includes("__proto__"));
const indent = fc.constantFrom(undefined, 2, "\t");

/** A text with one duplicate key: the tree is written by hand, and one of its objects gets a second member. */
const escapedKey = (key: string): string =>
  `"${[...Array(key.length).keys()].map((at) => `\\u${key.charCodeAt(at).toString(16).padStart(4, "0")}`).join("")}"`;
const writeTwice = (value: unknown, target: object, from: number, again: string): string => {
  if (Array.isArray(value)) return `[${value.map((item) => writeTwice(item, target, from, again)).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(
    ([key, member]) => `${JSON.stringify(key)}:${writeTwice(member, target, from, again)}`,
  );
  if (value === target) members.splice(from % (members.length + 1), 0, again);
  return `{${members.join(",")}}`;
};
const objectsIn = (value: unknown): readonly object[] => {
  if (typeof value !== "object" || value === null) return [];
  const inner = Object.values(value).flatMap(objectsIn);
  return Array.isArray(value) || Object.keys(value).length === 0 ? inner : [value, ...inner];
};

describe("documents", () => {
  test("every value that JSON.stringify writes is accepted and equal", () => {
    fc.assert(
      fc.property(jsonValue, indent, (value, space) => {
        const text = JSON.stringify(value, undefined, space);
        expect(parse(text)).toStrictEqual({ ok: true, value: JSON.parse(text) });
      }),
      runs,
    );
  });

  test("a second key is refused wherever it stands and however it is written", () => {
    const any = fc.nat({ max: 1_000_000 });
    const key = fc.string({ unit: "binary" }).filter((name) => name !== "__proto__");
    const tree = fc.dictionary(key, jsonValue, { minKeys: 1 });
    fc.assert(
      fc.property(tree, any, any, any, fc.boolean(), (root, which, member, from, isEscaped) => {
        const targets = objectsIn(root);
        const target = targets[which % targets.length];
        if (target === undefined) throw new Error("the root is an object with members");
        const keys = Object.keys(target);
        const again = keys[member % keys.length] ?? "";
        const text = writeTwice(root, target, from, `${isEscaped ? escapedKey(again) : JSON.stringify(again)}:0`);
        expect(parse(text)).toMatchObject({ ok: false, refusal: { code: "duplicate_key" } });
      }),
      runs,
    );
  });

  test("a text with a few changes is read as JSON.parse reads it, or refused", () => {
    const change = fc.tuple(
      fc.nat({ max: 4000 }),
      fc.nat({ max: 3 }),
      fc.constantFrom(...'{}[]",:\\u/0123.eE+-tfn \n\0'),
    );
    fc.assert(
      fc.property(jsonValue, indent, fc.array(change, { minLength: 1, maxLength: 3 }), (value, space, changes) => {
        let text = JSON.stringify(value, undefined, space);
        for (const [at, length, insert] of changes) {
          const from = at % (text.length + 1);
          text = `${text.slice(0, from)}${insert}${text.slice(from + length)}`;
        }
        expectSameReading(text.toWellFormed());
      }),
      { ...runs, numRuns: 20_000 },
    );
  });

  test("a short text of JSON's own characters is read as JSON.parse reads it, or refused", () => {
    const unit = fc.constantFrom(...'{}[]",:\\u0019.eE+- ', "null", "true", "\\u0041", '"a":', "é");
    fc.assert(fc.property(fc.string({ unit, maxLength: 12 }), expectSameReading), { ...runs, numRuns: 20_000 });
  });

  test("random bytes never throw and are never read as other text", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const quoted = Uint8Array.of(0x22, ...bytes, 0x22);
        const read = parseStrictJson(quoted, strict);
        parseStrictJson(bytes, strict);
        if (read.ok) expect(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(quoted))).toBe(read.value);
      }),
      runs,
    );
  });
});

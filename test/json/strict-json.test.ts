// The strict JSON parser against the mistakes that suites do not know: what another reader could take for a different
// value. What it must accept stands beside what it must refuse.
import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { readNumberToken } from "../../src/json/json-number.ts";
import type { Refusal } from "../../src/refusal.ts";
import { parseStrictJson, UnsafeNumber } from "../../src/json/strict-json.ts";
import type { StrictJsonOptions } from "../../src/json/strict-json.ts";

const strict: StrictJsonOptions = { maxDepth: 64, unsafeNumbers: "refuse" };
const parse = (text: string, options = strict) => parseStrictJson(Buffer.from(text), options);

const valueOf = (text: string, options = strict): unknown => {
  const read = parse(text, options);
  if (!read.ok) throw new Error(`${text.slice(0, 80)} is refused: ${read.refusal.detail}`);
  return read.value;
};

const refusalOf = (text: string, options = strict): Refusal => {
  const read = parse(text, options);
  if (read.ok) throw new Error(`${text.slice(0, 80)} is accepted`);
  return read.refusal;
};

describe("keys", () => {
  test.each([
    ['{"a":1,"a":1}', "/a"],
    ['{"tool":"t","arguments":{"orderId":"x","\\u006frderId":"y"}}', "/arguments/orderId"],
    ['[0,{"a/b":{"~":1,"b":2,"~":3}}]', "/1/a~1b/~0"],
    ['{"":1,"":2}', "/"],
    ['{"1":1,"2":2,"1":3}', "/1"],
    ['{"toString":1,"toString":2}', "/toString"],
    ['{"\\ud83d\\ude00":1,"😀":2}', "/😀"],
  ])("refuses the duplicate in %s", (text, path) => {
    const refusal = refusalOf(text);
    expect(refusal).toMatchObject({ code: "duplicate_key", status: 400, issues: [{ path, code: "duplicate_key" }] });
  });

  test("tells keys apart that differ in case, normal form or a zero", () => {
    const text = '{"a":1,"A":2,"é":3,"e\\u0301":4,"1":5,"01":6,"1.0":7,"a\\u0000":8}';
    expect(valueOf(text)).toStrictEqual(JSON.parse(text));
  });

  test("lets the same key stand in different objects", () => {
    expect(valueOf('{"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]}')).toStrictEqual({
      a: { a: { a: 1 } },
      b: [{ a: 1 }, { a: 2 }],
    });
  });

  test.each(['{"__proto__":{"admin":true}}', '{"a":[{"\\u005f_proto__":null}]}', '{"__proto__":1,"__proto__":2}'])(
    "refuses __proto__ in %s",
    (text) => {
      expect(refusalOf(text).code).toBe("invalid_request");
      expect(Object.hasOwn(Object.prototype, "admin")).toBe(false);
    },
  );

  test("reads the other names of Object.prototype as ordinary members", () => {
    const text =
      '{"constructor":{"prototype":{"x":1}},"toString":2,"hasOwnProperty":3,"valueOf":4,"__defineGetter__":5}';
    const value = valueOf(text);
    expect(JSON.stringify(value)).toBe(text);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  test("reads them where Object.prototype is frozen or has a setter", () => {
    const script = `
      import { parseStrictJson } from ${JSON.stringify(new URL("../../src/json/strict-json.ts", import.meta.url).href)};
      Object.defineProperty(Object.prototype, "trap", { set() { throw new Error("a setter ran"); } });
      Object.freeze(Object.prototype);
      const read = parseStrictJson(Buffer.from('{"toString":1,"trap":2}'), { maxDepth: 64, unsafeNumbers: "refuse" });
      process.stdout.write(JSON.stringify(read.value));`;
    const output = execFileSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
    expect(output).toBe('{"toString":1,"trap":2}');
  });

  const many = 100_000;
  test.each([
    ["names", (index: number) => `key${index}`],
    ["indices", (index: number) => `${index}`],
    ["sparse indices, falling", (index: number) => `${4_294_967_294 - index * 4096}`],
    ["one low half", (index: number) => `${index * 65_536}`],
  ])("reads an object of 100,000 keys in linear time and finds its last duplicate: %s", (_name, key) => {
    const members = Array.from({ length: many }, (_, index) => `"${key(index)}":${index}`).join(",");
    const started = performance.now();
    expect(Object.keys(Object(valueOf(`{${members}}`)))).toHaveLength(many);
    expect(refusalOf(`{${members},"${key(0)}":1}`).code).toBe("duplicate_key");
    // Quadratic work would be 5,000,000,000 comparisons.
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe("numbers", () => {
  const safe = ["0", "-0", "-0.0", "0e400", "0.0e-9999", "9007199254740991", "-9007199254740991", "9007199254740991.0"];
  safe.push("90071992547409910e-1", "1e3", "1.5e3", "5.0", "0.1", "0.10", "19.99", "0.07", "123456789012345.6");
  safe.push("1E22", "1e21", "-1.0e+28", "123e45", "1.7976931348623157e308", "5e-324", "2.2250738585072014e-308");
  const unsafe = ["9007199254740992", "9007199254740993", "-9007199254740992", "9007199254740992.0", "1e16", "1e20"];
  unsafe.push("1000000000000000000000", "1.0000000000000000001", "0.10000000000000001", "1e400", "-1e400", "1e-400");
  unsafe.push(
    "4.9e-324",
    "123456789.123456789123",
    "9007199254740993e3",
    `1${"0".repeat(400)}`,
    `0.${"3".repeat(400)}`,
  );
  unsafe.push(`1e${"9".repeat(400)}`, `1e-${"9".repeat(400)}`);

  test.each(safe)("accepts %s", (token) => {
    expect(valueOf(`[${token}]`)).toStrictEqual([Number(token)]);
    expect(valueOf(token)).toBe(Number(token));
    expect(readNumberToken(token)).toBe(Number(token));
  });

  test.each(unsafe)("refuses %s", (token) => {
    const refusal = refusalOf(`{"a":[${token}]}`);
    expect(refusal).toMatchObject({ code: "unsafe_number", issues: [{ path: "/a/0" }] });
    expect(refusal.detail.length).toBeLessThan(250);
    expect(readNumberToken(token)).toBeUndefined();
  });

  test("marks an unsafe number where the caller asks for it, and no other", () => {
    const value = valueOf('{"a":9007199254740993,"b":[1e400,1]}', { maxDepth: 64, unsafeNumbers: "mark" });
    expect(value).toStrictEqual({ a: new UnsafeNumber("9007199254740993"), b: [new UnsafeNumber("1e400"), 1] });
  });

  test.each(["", " 1", "1 ", "+1", "01", "-", ".5", "1.", "1e", "0x10", "1_0", "NaN", "Infinity", "1\n", "١"])(
    "does not read the token %j",
    (token) => {
      expect(readNumberToken(token)).toBeUndefined();
    },
  );
});

describe("text", () => {
  const halves = [
    '"\\ud83d"',
    '"\\ude00"',
    '"\\ud83d\\ud83d\\ude00"',
    '"\\ud83dx\\ude00"',
    '{"\\ud83d":1}',
    '"\\ud83d😀"',
  ];
  halves.push('"\\ude00\\ude00"', '"\\ud83d\\udbff"', '"\\ud83d\\ue000"', '"\\ud83d\\n"', '"\\ud83d\\uzzzz"');
  test.each(halves)("refuses half a surrogate pair: %s", (text) => {
    expect(refusalOf(text).code).toBe("invalid_encoding");
  });

  test.each([
    "\\u000g",
    "\\u000G",
    "\\u/000",
    "\\u:000",
    "\\u@000",
    "\\u`000",
    "\\u00",
    "\\U0041",
    "\\x41",
    "\\'",
    "\\",
  ])("refuses the escape %s", (escape) => {
    expect(refusalOf(`"${escape}"`).code).toBe("malformed_json");
  });

  test.each(["\v", "\f", "\0", "\u00a0", "\u2028", "\ufeff", "//", "/**/", "\u0085"])(
    "takes %j for no white space",
    (space) => {
      for (const text of [`${space}1 `, `1${space}`, `[1,${space}2]`, `{"a"${space}:1}`]) {
        expect(refusalOf(text).code).toBe(text.startsWith("\ufeff") ? "invalid_encoding" : "malformed_json");
      }
    },
  );

  test("accepts pairs, non-characters, NUL and every short escape", () => {
    const text = '["\\uD83D\\uDe00","😀","\\uFFFF\\u0000","\\"\\\\\\/\\b\\f\\n\\r\\t","\u007f\u2028\ufffd\ufeff"]';
    expect(valueOf(text)).toStrictEqual(JSON.parse(text));
  });

  test("names the first byte that is not UTF-8", () => {
    const read = parseStrictJson(Buffer.from([0x22, 0xef, 0xbf, 0xbd, 0x61, 0xff, 0x22]), strict);
    expect(read).toMatchObject({ ok: false, refusal: { code: "invalid_encoding" } });
    expect(read.ok ? "" : read.refusal.detail).toContain("byte 5");
  });

  test("reads a part of a larger buffer", () => {
    const bytes = new TextEncoder().encode('xx{"a":1}yy').subarray(2, 9);
    expect(parseStrictJson(bytes, strict)).toStrictEqual({ ok: true, value: { a: 1 } });
  });
});

describe("depth", () => {
  const nested = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);
  const objects = (levels: number): string => '{"a":'.repeat(levels) + "1" + "}".repeat(levels);

  test("accepts exactly maxDepth levels of objects and arrays", () => {
    expect(valueOf(nested(64))).toStrictEqual(JSON.parse(nested(64)));
    expect(valueOf(objects(64))).toStrictEqual(JSON.parse(objects(64)));
    expect(valueOf(`[${nested(63)},${nested(63)}]`)).toHaveLength(2);
    expect(valueOf("1", { ...strict, maxDepth: 0 })).toBe(1);
  });

  test.each([nested(65), objects(65), "[".repeat(1_000_000), '{"a":'.repeat(1_000_000), '[{"a":'.repeat(40)])(
    "refuses more: %#",
    (text) => {
      expect(refusalOf(text).code).toBe("too_deep");
    },
  );

  test.each([100_000, Number.POSITIVE_INFINITY, Number.NaN])("never overflows the stack at maxDepth %d", (maxDepth) => {
    expect(refusalOf("[".repeat(100_000), { ...strict, maxDepth }).code).toBe("too_deep");
  });
});

describe("the refusal", () => {
  test("says the line and the column", () => {
    expect(refusalOf('{\n  "a": 1,\r\n  "b" 2}').detail).toContain("line 3, column 7");
    expect(refusalOf("").detail).toContain("The text ends where a value is expected at line 1, column 1");
  });

  test("never echoes the text of a value", () => {
    for (const text of [
      '{"a":"hunter2","a":1}',
      '{"a":"hunter2\n"}',
      '{"a":"hunter2',
      '["hunter2" 1]',
      '"hunter2\\ud800"',
    ]) {
      expect(JSON.stringify(refusalOf(text))).not.toContain("hunter2");
    }
  });

  test("cuts a long key, and not through a character", () => {
    const key = "😀".repeat(5000);
    const refusal = refusalOf(`{"${key}":1,"${key}":2}`);
    expect(refusal.detail.length).toBeLessThan(400);
    expect(refusal.issues[0]?.received?.length).toBeLessThanOrEqual(121);
    expect(JSON.stringify(refusal).isWellFormed()).toBe(true);
    expect(JSON.stringify(refusal)).not.toMatch(/\\ud[89a-f]/i);
  });
});

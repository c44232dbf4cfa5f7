// The strict JSON parser against the JSON parsing suite (test/data/json-parsing): each file on its own, and the files
// that RFC 8259 leaves open against one table, so that a change of a decision is seen.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseStrictJson } from "../../src/json/strict-json.ts";
import type { StrictJsonOptions } from "../../src/json/strict-json.ts";

const strict: StrictJsonOptions = { maxDepth: 64, unsafeNumbers: "refuse" };

interface SuiteCase {
  readonly name: string;
  readonly base64: string;
}
const suite = readFileSync(new URL("../data/json-parsing/cases.jsonl", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => line !== "")
  // The file is ours and each of its lines has this form.
  .map((line) => JSON.parse(line) as SuiteCase);
const suiteCases = (prefix: string): readonly SuiteCase[] => suite.filter(({ name }) => name.startsWith(prefix));

// What RFC 8259 leaves open, decided: a number is read only if its double is written back with the same decimal value
// (and integers lie within ±(2^53 − 1)); text is UTF-8 without a byte order mark and every surrogate has its other
// half; nesting ends at maxDepth. UTF-16 without a mark is valid UTF-8 full of NUL, so it is malformed JSON.
const decidedByRule: ReadonlyMap<string, string> = new Map([
  ["i_number_double_huge_neg_exp.json", "unsafe_number"],
  ["i_number_huge_exp.json", "unsafe_number"],
  ["i_number_neg_int_huge_exp.json", "unsafe_number"],
  ["i_number_pos_double_huge_exp.json", "unsafe_number"],
  ["i_number_real_neg_overflow.json", "unsafe_number"],
  ["i_number_real_pos_overflow.json", "unsafe_number"],
  ["i_number_real_underflow.json", "unsafe_number"],
  ["i_number_too_big_neg_int.json", "unsafe_number"],
  ["i_number_too_big_pos_int.json", "unsafe_number"],
  ["i_number_very_big_negative_int.json", "unsafe_number"],
  ["i_object_key_lone_2nd_surrogate.json", "invalid_encoding"],
  ["i_string_1st_surrogate_but_2nd_missing.json", "invalid_encoding"],
  ["i_string_1st_valid_surrogate_2nd_invalid.json", "invalid_encoding"],
  ["i_string_UTF-16LE_with_BOM.json", "invalid_encoding"],
  ["i_string_UTF-8_invalid_sequence.json", "invalid_encoding"],
  ["i_string_UTF8_surrogate_U+D800.json", "invalid_encoding"],
  ["i_string_incomplete_surrogate_and_escape_valid.json", "invalid_encoding"],
  ["i_string_incomplete_surrogate_pair.json", "invalid_encoding"],
  ["i_string_incomplete_surrogates_escape_valid.json", "invalid_encoding"],
  ["i_string_invalid_lonely_surrogate.json", "invalid_encoding"],
  ["i_string_invalid_surrogate.json", "invalid_encoding"],
  ["i_string_invalid_utf-8.json", "invalid_encoding"],
  ["i_string_inverted_surrogates_U+1D11E.json", "invalid_encoding"],
  ["i_string_iso_latin_1.json", "invalid_encoding"],
  ["i_string_lone_second_surrogate.json", "invalid_encoding"],
  ["i_string_lone_utf8_continuation_byte.json", "invalid_encoding"],
  ["i_string_not_in_unicode_range.json", "invalid_encoding"],
  ["i_string_overlong_sequence_2_bytes.json", "invalid_encoding"],
  ["i_string_overlong_sequence_6_bytes.json", "invalid_encoding"],
  ["i_string_overlong_sequence_6_bytes_null.json", "invalid_encoding"],
  ["i_string_truncated-utf-8.json", "invalid_encoding"],
  ["i_string_utf16BE_no_BOM.json", "invalid_encoding"],
  ["i_string_utf16LE_no_BOM.json", "invalid_encoding"],
  ["i_structure_500_nested_arrays.json", "too_deep"],
  ["i_structure_UTF-8_BOM_empty_object.json", "invalid_encoding"],
]);

describe("the JSON parsing suite", () => {
  test("is complete", () => {
    expect([suiteCases("y_").length, suiteCases("n_").length, suiteCases("i_").length]).toEqual([95, 188, 35]);
    expect(suiteCases("i_").map(({ name }) => name)).toEqual([...decidedByRule.keys()]);
  });

  test.each(suiteCases("y_"))("$name: accepts it with the value of JSON.parse", ({ name, base64 }) => {
    const bytes = Buffer.from(base64, "base64");
    const read = parseStrictJson(bytes, strict);
    if (name.startsWith("y_object_duplicated_key")) {
      return expect(read).toMatchObject({ ok: false, refusal: { code: "duplicate_key" } });
    }
    return expect(read).toStrictEqual({ ok: true, value: JSON.parse(bytes.toString()) });
  });

  test.each(suiteCases("n_"))("$name: refuses it", ({ base64 }) => {
    expect(parseStrictJson(Buffer.from(base64, "base64"), strict)).toMatchObject({ ok: false });
  });

  test.each(suiteCases("i_"))("$name: decides it by the written rule", ({ name, base64 }) => {
    const read = parseStrictJson(Buffer.from(base64, "base64"), strict);
    expect(read).toMatchObject({ ok: false, refusal: { code: decidedByRule.get(name) } });
  });
});

// What an issue says, as data: one case a line in message-cases.jsonl for every keyword that can fail, with path, code, message,
// what was received and what is accepted. And the one style in which messages are written.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Issue } from "../../src/refusal.ts";
import { createSchemaCheck } from "../../src/schema/compile.ts";
import { likeOf } from "../../src/schema/format-words.ts";
import type { JsonSchema } from "../../src/schema/schema.ts";
import { breachesOfStyle } from "../support/message-style.ts";

interface MessageCase {
  readonly keyword: string;
  readonly schema: JsonSchema;
  readonly value: unknown;
  readonly issues: readonly Issue[];
}

const read = (file: string): string => readFileSync(new URL(file, import.meta.url), "utf8");

const cases = read("message-cases.jsonl")
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => JSON.parse(line) as MessageCase); // all lines are in this form

const issuesOf = ({ schema, value }: MessageCase): readonly Issue[] =>
  createSchemaCheck(schema, { formats: "assert" }).check(value);

/** Fixes have tests of their own. */
const withoutFix = ({ fix: _fix, ...issue }: Issue): Issue => issue;

describe("an issue", () => {
  it.each(cases.map((one, index) => [one.keyword, index + 1, one] as const))("of %s (line %i)", (_, _line, one) => {
    expect(issuesOf(one).map(withoutFix)).toEqual(one.issues);
  });

  it("has a case for every keyword that has a sentence", () => {
    const [, sentences = ""] = /const sentences[^]*?= \{\n([^]*?)\n\};/.exec(read("../../src/schema/message.ts")) ?? [];
    const keywords = [...sentences.matchAll(/^ {2}"?([\w-]+)"?: \(/gm)].map(([, keyword]) => keyword);
    expect(keywords.length).toBeGreaterThan(20);
    const missing = keywords.filter((keyword) => !cases.some((one) => one.keyword === keyword));
    expect(missing).toEqual([]);
  });

  it("is written in the one style", () => {
    const messages = cases.flatMap(({ issues }) => issues.map(({ message }) => message));
    expect(messages.flatMap((message) => breachesOfStyle("message", message))).toEqual([]);
  });
});

describe("the value that a format shows", () => {
  const formats = [
    ..."date-time date time duration email hostname ipv4 ipv6 uri uri-reference iri iri-reference uri-template".split(
      " ",
    ),
    ..."uuid json-pointer relative-json-pointer regex byte".split(" "),
  ].map((format) => ({ format }));
  const named = ["url", "ipv6", "cidrv6", "credit_card", "iban", "number_text"].map((name) => ({
    "x-format": { name },
  }));

  it.each([...formats, ...named].map((schema) => [JSON.stringify(schema), schema] as const))(
    "of %s passes",
    (_, schema) => {
      const [, example] = /^ \(like (.*)\)$/.exec(likeOf(schema)) ?? [];
      expect(example).toBeDefined();
      expect(createSchemaCheck(schema, { formats: "assert" }).isValid(example)).toBe(true);
    },
  );

  it("is none that the schema's own pattern refuses", () => {
    expect(likeOf({ format: "date", pattern: "^2030" })).toBe("");
    expect(likeOf({ pattern: "^2030", examples: ["2029", 2030, "2030-01-01"] })).toBe(" (like 2030-01-01)");
  });
});

// The official suite (draft 2020-12, its licence beside the data) through the product's own functions. A group is
// refused at load for a written reason, or every one of its tests has the expected verdict. Nothing is skipped.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createSchemaCheck } from "../../src/schema/compile.ts";
import { assertedFormats, type FormatMode } from "../../src/schema/formats.ts";
import { inspectSchema } from "../../src/schema/inspect.ts";
import type { JsonSchema } from "../../src/schema/schema.ts";

interface Group {
  readonly description: string;
  readonly schema: JsonSchema;
  readonly tests: readonly { readonly description: string; readonly data: unknown; readonly valid: boolean }[];
}
type Files = Readonly<Record<string, readonly Group[]>>;

// The file is copied from the suite as it is, in this form.
const suite = JSON.parse(
  readFileSync(new URL("../data/json-schema-test-suite/draft2020-12.json", import.meta.url), "utf8"),
) as {
  readonly required: Files;
  readonly optional: Files;
  readonly format: Files;
};

const remote = /^The reference .* leads to no schema inside this one\.$/;
const dynamic = /^The keyword \$dynamic(Ref|Anchor) is not enforced here\.$/;
const dialect = /^The dialect .* is not enforced here\.$/;
const unknownKeyword = /^The keyword .* is not known\.$/;
const dependencies = /^The keyword dependencies is not enforced here\.$/;

/** Why groups are refused: file, reason, and the groups (all of the file where none is named). */
const refused: readonly (readonly [file: string, reason: RegExp, ...groups: string[]])[] = [
  ["defs.json", remote, "validate definition against metaschema"],
  ["ref.json", remote, "remote ref, containing refs itself"],
  ["refRemote.json", remote],
  ["dynamicRef.json", dynamic],
  ["dynamicRef.json", remote, "$ref to $dynamicRef finds detached $dynamicAnchor"],
  ["unevaluatedItems.json", dynamic, "unevaluatedItems with $dynamicRef"],
  ["unevaluatedProperties.json", dynamic, "unevaluatedProperties with $dynamicRef"],
  ["vocabulary.json", dialect],
  ["optional/cross-draft.json", remote],
  ["optional/dynamicRef.json", dynamic],
  ["optional/format-assertion.json", dialect],
  ["optional/dependencies-compatibility.json", dependencies],
  [
    "optional/refOfUnknownKeyword.json",
    unknownKeyword,
    "reference of a root arbitrary keyword ",
    "reference of a root arbitrary keyword with encoded ref",
    "reference of an arbitrary keyword of a sub-schema",
    "reference of an arbitrary keyword of a sub-schema with encoded ref",
  ],
  ["optional/unknownKeyword.json", unknownKeyword],
];

const reasonsFor = (file: string, group: Group): readonly RegExp[] =>
  refused
    .filter(([name, , ...groups]) => name === file && (groups.length === 0 || groups.includes(group.description)))
    .map(([, reason]) => reason);

const counts = { right: 0, refusedGroups: 0, refusedTests: 0 };

const judgeGroup = (file: string, group: Group, mode: FormatMode): void => {
  const problems = inspectSchema(group.schema, { formats: mode });
  const reasons = reasonsFor(file, group);
  if (reasons.length > 0) {
    expect(
      problems.map((problem) => problem.message).filter((message) => reasons.some((reason) => reason.test(message))),
    ).not.toEqual([]);
    counts.refusedGroups++;
    counts.refusedTests += group.tests.length;
    return;
  }
  expect(problems).toEqual([]);
  const check = createSchemaCheck(group.schema, { formats: mode });
  for (const { description, data, valid } of group.tests) {
    expect([description, check.isValid(data)]).toEqual([description, valid]);
    const issues = check.check(data);
    expect([description, issues.length === 0]).toEqual([description, valid]);
    // `invalid` stands where no issue could be worked out.
    expect(issues.map((issue) => issue.code)).not.toContain("invalid");
    counts.right++;
  }
};

const runFiles = (files: Files, modeOf: (file: string) => FormatMode): void => {
  for (const [file, groups] of Object.entries(files))
    describe(file, () => {
      for (const group of groups) test(group.description, () => judgeGroup(file, group, modeOf(file)));
    });
};

// 2020-12 calls formats annotations by default; authored schemas assert them, which the files below show.
describe("required", () => runFiles(suite.required, (file) => (file === "format.json" ? "ignore" : "assert")));
describe("optional", () => runFiles(suite.optional, () => "assert"));

const notAsserted = ["idn-email", "idn-hostname", "unknown"];

describe("format", () => {
  for (const [file, groups] of Object.entries(suite.format))
    for (const group of groups)
      test(`${file}: ${group.description}`, () => {
        const format = String(typeof group.schema === "object" ? group.schema["format"] : "");
        if (!notAsserted.includes(format)) return judgeGroup(file, group, "assert");
        expect(inspectSchema(group.schema, { formats: "assert" }).map((problem) => problem.message)).toEqual([
          `The format ${format} is not enforced here.`,
        ]);
        expect(inspectSchema(group.schema, { formats: "annotate" })).toEqual([]);
        counts.refusedGroups++;
        counts.refusedTests += group.tests.length;
      });

  test("has a file for every format of JSON Schema that is asserted", () => {
    const files = Object.values(suite.format).flatMap((groups) =>
      groups.map((group) => (typeof group.schema === "object" ? group.schema["format"] : "")),
    );
    expect(assertedFormats.filter((format) => !files.includes(format))).toEqual(["byte", "int32", "int64"]);
  });
});

test("every test of the suite was judged or refused", () => {
  const all = [suite.required, suite.optional, suite.format]
    .flatMap((files) => Object.values(files).flat())
    .flatMap((group) => group.tests).length;
  console.log(
    `JSON-Schema-Test-Suite: ${counts.right} right, ${counts.refusedTests} in ${counts.refusedGroups} groups refused at load, ${all} in all`,
  );
  expect(counts.right + counts.refusedTests).toBe(all);
});

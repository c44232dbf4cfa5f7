// The official suite (draft 7, its licence beside the data) through the conversion and then the product's own functions.
// A group is refused at load for a written reason, or every one of its tests has the expected verdict. Nothing is skipped.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createSchemaCheck } from "../../src/schema/compile.ts";
import { toDraft2020 } from "../../src/schema/draft-07.ts";
import type { FormatMode } from "../../src/schema/formats.ts";
import { inspectSchema } from "../../src/schema/inspect.ts";
import type { JsonSchema, SchemaProblem } from "../../src/schema/schema.ts";

interface Group {
  readonly description: string;
  readonly schema: JsonSchema;
  readonly tests: readonly { readonly description: string; readonly data: unknown; readonly valid: boolean }[];
}
type Files = Readonly<Record<string, readonly Group[]>>;

// The file is copied from the suite as it is, in this form.
const suite = JSON.parse(
  readFileSync(new URL("../data/json-schema-test-suite/draft7.json", import.meta.url), "utf8"),
) as { readonly required: Files; readonly optional: Files; readonly format: Files };

const remote = /^The reference .* leads to no schema inside this one\.$/;
const unknownKeyword = /^The keyword .* is not known\.$/;
const unknownFormat = /^The format .* is not enforced here\.$/;

/** Why groups are refused: file, reason, and the groups (all of the file where none is named). */
const refused: readonly (readonly [file: string, reason: RegExp, ...groups: string[]])[] = [
  ["definitions.json", remote, "validate definition against metaschema"],
  ["ref.json", remote, "remote ref, containing refs itself"],
  ["refRemote.json", remote],
  ["optional/cross-draft.json", remote],
  ["optional/unknownKeyword.json", unknownKeyword],
  ["optional/format/idn-email.json", unknownFormat],
  ["optional/format/idn-hostname.json", unknownFormat],
  ["optional/format/unknown.json", unknownFormat],
];

/** The draft lets contents be remarks, as 2020-12 has them: no string is refused for what it holds. */
const remarks = "optional/content.json";

const reasonsFor = (file: string, group: Group): readonly RegExp[] =>
  refused
    .filter(([name, , ...groups]) => name === file && (groups.length === 0 || groups.includes(group.description)))
    .map(([, reason]) => reason);

const counts = { right: 0, remarks: 0, refusedGroups: 0, refusedTests: 0 };

/** As a server sends it: with the dialect declared. */
const declared = (schema: JsonSchema): JsonSchema =>
  typeof schema === "boolean" ? schema : { $schema: "http://json-schema.org/draft-07/schema#", ...schema };

const load = (schema: JsonSchema, formats: FormatMode): { schema: JsonSchema; problems: readonly SchemaProblem[] } => {
  const converted = toDraft2020(declared(schema));
  if (!converted.ok) return { schema: false, problems: converted.problems };
  return { schema: converted.schema, problems: inspectSchema(converted.schema, { formats }) };
};

const judgeGroup = (file: string, group: Group, formats: FormatMode): void => {
  const { schema, problems } = load(group.schema, formats);
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
  const check = createSchemaCheck(schema, { formats });
  for (const { description, data, valid } of group.tests) {
    const wanted = valid || file === remarks;
    expect([description, check.isValid(data)]).toEqual([description, wanted]);
    const issues = check.check(data);
    expect([description, issues.length === 0]).toEqual([description, wanted]);
    // `invalid` stands where no issue could be worked out.
    expect(issues.map((issue) => issue.code)).not.toContain("invalid");
    counts[wanted === valid ? "right" : "remarks"]++;
  }
};

const runFiles = (files: Files, modeOf: (file: string) => FormatMode): void => {
  for (const [file, groups] of Object.entries(files))
    describe(file, () => {
      for (const group of groups) test(group.description, () => judgeGroup(file, group, modeOf(file)));
    });
};

// format.json wants formats to be remarks, which is one of the two ways that the draft has.
describe("required", () => runFiles(suite.required, (file) => (file === "format.json" ? "ignore" : "assert")));
describe("optional", () => runFiles(suite.optional, () => "assert"));
describe("format", () => runFiles(suite.format, () => "assert"));

test("every test of the suite was judged or refused", () => {
  const all = [suite.required, suite.optional, suite.format]
    .flatMap((files) => Object.values(files).flat())
    .flatMap((group) => group.tests).length;
  console.log(
    `JSON-Schema-Test-Suite, draft 7: ${counts.right} right, ${counts.remarks} are remarks, ` +
      `${counts.refusedTests} in ${counts.refusedGroups} groups refused at load, ${all} in all`,
  );
  expect(counts.remarks).toBe(4);
  expect(counts.right + counts.remarks + counts.refusedTests).toBe(all);
});

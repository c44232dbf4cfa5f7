// The official suite (draft 2020-12) through the product's own functions.
import { describe, expect, test } from "vitest";
import { assertedFormats } from "../../src/schema/formats.ts";
import { inspectSchema } from "../../src/schema/inspect.ts";
import { type RefusedGroups, type SuiteOptions, countTests, readSuite, startSuite } from "./suite.ts";

const remote = /^The reference .* leads to no schema inside this one\.$/;
const dynamic = /^The keyword \$dynamic(Ref|Anchor) is not enforced here\.$/;
const dialect = /^The dialect .* is not enforced here\.$/;
const unknownKeyword = /^The keyword .* is not known\.$/;
const dependencies = /^The keyword dependencies is not enforced here\.$/;

const refused: RefusedGroups = [
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

const load: SuiteOptions["load"] = (schema, formats) => ({ schema, problems: inspectSchema(schema, { formats }) });

const suite = readSuite("draft2020-12");
const { counts, judge, countRefused, judgeFiles } = startSuite({ refused, load });

// 2020-12 calls formats annotations by default; authored schemas assert them, which the files below show.
describe("required", () => judgeFiles(suite.required, (file) => (file === "format.json" ? "ignore" : "assert")));
describe("optional", () => judgeFiles(suite.optional, () => "assert"));

const notAsserted = ["idn-email", "idn-hostname", "unknown"];

describe("format", () => {
  for (const [file, groups] of Object.entries(suite.format))
    for (const group of groups)
      test(`${file}: ${group.description}`, () => {
        const format = String(typeof group.schema === "object" ? group.schema["format"] : "");
        if (!notAsserted.includes(format)) return judge(file, group, "assert");
        expect(inspectSchema(group.schema, { formats: "assert" }).map((problem) => problem.message)).toEqual([
          `The format ${format} is not enforced here.`,
        ]);
        expect(inspectSchema(group.schema, { formats: "annotate" })).toEqual([]);
        countRefused(group);
      });

  test("has a file for every format of JSON Schema that is asserted", () => {
    const files = Object.values(suite.format).flatMap((groups) =>
      groups.map((group) => (typeof group.schema === "object" ? group.schema["format"] : "")),
    );
    expect(assertedFormats.filter((format) => !files.includes(format))).toEqual(["byte", "int32", "int64"]);
  });
});

test("every test of the suite was judged or refused", () => {
  const all = countTests(suite);
  console.log(
    `JSON-Schema-Test-Suite: ${counts.right} right, ${counts.refusedTests} in ${counts.refusedGroups} groups refused at load, ${all} in all`,
  );
  expect(counts.right + counts.refusedTests).toBe(all);
});

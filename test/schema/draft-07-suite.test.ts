// The official suite (draft 7) through the conversion and then the product's own functions.
import { describe, expect, test } from "vitest";
import { toDraft2020 } from "../../src/schema/draft-07.ts";
import { inspectSchema } from "../../src/schema/inspect.ts";
import type { JsonSchema } from "../../src/schema/schema.ts";
import { type RefusedGroups, type SuiteOptions, countTests, readSuite, startSuite } from "./suite.ts";

const remote = /^The reference .* leads to no schema inside this one\.$/;
const unknownKeyword = /^The keyword .* is not known\.$/;
const unknownFormat = /^The format .* is not enforced here\.$/;

const refused: RefusedGroups = [
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

/** As a server sends it: with the dialect declared. */
const declared = (schema: JsonSchema): JsonSchema =>
  typeof schema === "boolean" ? schema : { $schema: "http://json-schema.org/draft-07/schema#", ...schema };

const load: SuiteOptions["load"] = (schema, formats) => {
  const converted = toDraft2020(declared(schema));
  if (!converted.ok) return { schema: false, problems: converted.problems };
  return { schema: converted.schema, problems: inspectSchema(converted.schema, { formats }) };
};

const suite = readSuite("draft7");
const { counts, judgeFiles } = startSuite({ refused, load, remarks });

// format.json wants formats to be remarks, which is one of the two ways that the draft has.
describe("required", () => judgeFiles(suite.required, (file) => (file === "format.json" ? "ignore" : "assert")));
describe("optional", () => judgeFiles(suite.optional, () => "assert"));
describe("format", () => judgeFiles(suite.format, () => "assert"));

test("every test of the suite was judged or refused", () => {
  const all = countTests(suite);
  console.log(
    `JSON-Schema-Test-Suite, draft 7: ${counts.right} right, ${counts.remarks} are remarks, ` +
      `${counts.refusedTests} in ${counts.refusedGroups} groups refused at load, ${all} in all`,
  );
  expect(counts.remarks).toBe(4);
  expect(counts.right + counts.remarks + counts.refusedTests).toBe(all);
});

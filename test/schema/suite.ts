// Runs the official JSON Schema test suite (its licence beside the data) through the product's own functions. A group is
// refused at load for a written reason, or every one of its tests has the expected verdict. Nothing is skipped.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createSchemaCheck } from "../../src/schema/compile.ts";
import type { FormatMode } from "../../src/schema/formats.ts";
import type { JsonSchema, SchemaProblem } from "../../src/schema/schema.ts";

export interface Group {
  readonly description: string;
  readonly schema: JsonSchema;
  readonly tests: readonly { readonly description: string; readonly data: unknown; readonly valid: boolean }[];
}
type Files = Readonly<Record<string, readonly Group[]>>;

export interface Suite {
  readonly required: Files;
  readonly optional: Files;
  readonly format: Files;
}

/** Why groups are refused: file, reason, and the groups (all of the file where none is named). */
export type RefusedGroups = readonly (readonly [file: string, reason: RegExp, ...groups: string[]])[];

export interface SuiteOptions {
  readonly refused: RefusedGroups;
  /** The schema that is compiled, and what is found wrong with it at load. */
  readonly load: (schema: JsonSchema, formats: FormatMode) => Loaded;
  /** A file whose keywords are remarks here: whatever its tests say, every value is valid. */
  readonly remarks?: string;
}

interface Loaded {
  readonly schema: JsonSchema;
  readonly problems: readonly SchemaProblem[];
}

export interface SuiteRun {
  readonly counts: Readonly<Record<"right" | "remarks" | "refusedGroups" | "refusedTests", number>>;
  judge(file: string, group: Group, formats: FormatMode): void;
  /** Counts a group that is refused for a reason which the test itself has seen. */
  countRefused(group: Group): void;
  /** Every group of the files as a test of its own. */
  judgeFiles(files: Files, formatsOf: (file: string) => FormatMode): void;
}

export const readSuite = (draft: string): Suite =>
  // The file is copied from the suite as it is, in this form.
  JSON.parse(readFileSync(new URL(`../data/json-schema-test-suite/${draft}.json`, import.meta.url), "utf8")) as Suite;

export const countTests = ({ required, optional, format }: Suite): number =>
  [required, optional, format].flatMap((files) => Object.values(files).flat()).flatMap(({ tests }) => tests).length;

export const startSuite = ({ refused, load, remarks }: SuiteOptions): SuiteRun => {
  const counts = { right: 0, remarks: 0, refusedGroups: 0, refusedTests: 0 };
  const countRefused = ({ tests }: Group): void => {
    counts.refusedGroups++;
    counts.refusedTests += tests.length;
  };
  const judge: SuiteRun["judge"] = (file, group, formats) => {
    const { schema, problems } = load(group.schema, formats);
    const reasons = reasonsFor(refused, file, group);
    if (reasons.length > 0) {
      const messages = problems.map(({ message }) => message);
      expect(messages.filter((message) => reasons.some((reason) => reason.test(message)))).not.toEqual([]);
      countRefused(group);
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
  const judgeFiles: SuiteRun["judgeFiles"] = (files, formatsOf) => {
    for (const [file, groups] of Object.entries(files))
      describe(file, () => {
        for (const group of groups) test(group.description, () => judge(file, group, formatsOf(file)));
      });
  };
  return { counts, judge, countRefused, judgeFiles };
};

const reasonsFor = (refused: RefusedGroups, file: string, { description }: Group): readonly RegExp[] =>
  refused
    .filter(([name, , ...groups]) => name === file && (groups.length === 0 || groups.includes(description)))
    .map(([, reason]) => reason);

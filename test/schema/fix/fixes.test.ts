// Fixes: what is mechanical and keeps the meaning is offered, and nothing else. Each row: a schema, what an agent sent, and
// what comes of it when all fixes are applied; `none`: no fix is offered.
import { describe, expect, it } from "vitest";
import { createSchemaCheck } from "../../../src/schema/compile.ts";
import type { JsonSchema } from "../../../src/schema/schema.ts";
import { applyFixes } from "../../support/apply-fixes.ts";
import { none } from "./row.ts";
import { LEVELS, MEMBERS, SECRETS, TOGETHER, UNIONS, WORDS } from "./rows-of-members.ts";
import { COMPOSITES, DATES, WRITINGS } from "./rows-of-values.ts";

const fixed = (schema: JsonSchema, sent: unknown): unknown => {
  const { check, isValid } = createSchemaCheck(schema, { formats: "assert" });
  const issues = check(sent);
  expect(issues.length, "the value is valid as it is").toBeGreaterThan(0);
  if (issues.every(({ fix }) => fix === undefined)) return none;
  const mended = applyFixes(sent, issues);
  const places = issues.flatMap(({ path, fix }) => (fix === undefined ? [] : [path, ...fix.map((step) => step.path)]));
  if (!isValid(mended))
    for (const { path } of check(mended)) expect(places, "fails again at the place of a fix").not.toContain(path);
  return mended;
};

describe.each([
  ["another writing", WRITINGS],
  ["an object or a list", COMPOSITES],
  ["a word of a list", WORDS],
  ["a member", MEMBERS],
  ["a level", LEVELS],
  ["a date", DATES],
  ["a union", UNIONS],
  ["nothing", SECRETS],
  ["several", TOGETHER],
])("a fix of %s", (_kind, rows) => {
  it.each(rows)("%s", (_name, schema, sent, mended) => {
    expect(fixed(schema, sent)).toEqual(mended);
  });
});

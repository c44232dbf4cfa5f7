// What the reference MCP servers list, frozen with its licence: every schema declares draft-07, and every one is enforced
// as it is, with formats asserted or only remarked.
import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseStrictJson } from "../../src/json/strict-json.ts";
import { createSchemaCheck } from "../../src/schema/compile.ts";
import { readDialect, toDraft2020 } from "../../src/schema/draft-07.ts";
import { inspectSchema } from "../../src/schema/inspect.ts";
import type { JsonSchema } from "../../src/schema/schema.ts";
import { listOf, memberOf } from "../support/json.ts";
import { valuesOf } from "../support/schema-values.ts";
import { seed } from "../support/seed.ts";

/** The schemas of a server by tool and member, read as the product reads foreign JSON. */
const schemasOf = (server: string): readonly (readonly [name: string, schema: JsonSchema])[] => {
  const bytes = readFileSync(new URL(`../data/mcp-tools/${server}.json`, import.meta.url));
  const read = parseStrictJson(bytes, { maxDepth: 64, unsafeNumbers: "refuse" });
  if (!read.ok) throw new Error(JSON.stringify(read.refusal));
  return listOf(memberOf(read.value, "tools")).flatMap((tool) =>
    ["inputSchema", "outputSchema"].flatMap((member) => {
      const schema = memberOf(tool, member);
      // A tool's schemas are objects: MCP.
      return schema === undefined ? [] : [[`${String(memberOf(tool, "name"))} ${member}`, schema as JsonSchema]];
    }),
  );
};

const convert = (schema: JsonSchema): JsonSchema => {
  const converted = toDraft2020(schema);
  if (!converted.ok) throw new Error(JSON.stringify(converted.problems));
  return converted.schema;
};

describe.each([
  ["server-everything", 17],
  ["server-filesystem", 28],
  ["server-memory", 18],
])("%s", (server, count) => {
  const schemas = schemasOf(server);

  it("lists the schemas that are judged here", () => expect(schemas).toHaveLength(count));

  it.each(schemas)("%s is draft-07 and has no problem as 2020-12", (_, schema) => {
    expect(readDialect(schema)).toBe("draft-07");
    const converted = convert(schema);
    expect(readDialect(converted)).toBe("2020-12");
    for (const formats of ["assert", "annotate"] as const) expect(inspectSchema(converted, { formats })).toEqual([]);
  });

  it.each(schemas)("%s judges values as Ajv judges them by draft-07", (_, schema) => {
    const converted = convert(schema);
    const check = createSchemaCheck(converted, { formats: "ignore" });
    const isValid = new Ajv({ strict: false, allErrors: true, validateFormats: false, logger: false }).compile(schema);
    const seen = { valid: 0, invalid: 0 };
    const judge = (value: unknown): void => {
      expect([value, check.isValid(value)]).toEqual([value, isValid(value)]);
      seen[isValid(value) ? "valid" : "invalid"] += 1;
    };
    fc.assert(fc.property(valuesOf(converted), judge), { seed, numRuns: 20 });
    fc.assert(fc.property(fc.jsonValue(), judge), { seed, numRuns: 20 });
    expect(Math.min(seen.valid, seen.invalid)).toBeGreaterThan(0);
  });
});

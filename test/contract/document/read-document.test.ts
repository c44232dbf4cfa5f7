import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readOperations } from "../../../src/contract/document/operation.ts";
import { parseOpenApi, readDocument } from "../../../src/contract/document/read-document.ts";

const read = (source: string): readonly string[] => {
  const result = parseOpenApi(source, "test.yaml");
  return result.ok ? [] : result.problems.map(({ pointer, message, mend }) => `${pointer}: ${message}; ${mend}`);
};
const yaml = (rest: string): string => `openapi: 3.1.0\npaths:\n  /a:\n    get: {}\n${rest}`;

describe("a document", () => {
  it.each([
    ["3.0 as JSON", '{"openapi":"3.0.3","paths":{"/a":{"get":{}}}}'],
    ["3.1 as JSON", '\n {"openapi":"3.1.1","paths":{"/a":{"get":{}}}}'],
    ["3.1 as YAML", yaml("")],
    ["YAML with an alias", yaml("x-a: &a { b: 1 }\nx-c: *a\n")],
    ["a YAML flow mapping", "{openapi: 3.1.0, paths: {/a: {get: {}}}}"],
    ["the dialect that OpenAPI names", yaml("jsonSchemaDialect: https://spec.openapis.org/oas/3.1/dialect/base\n")],
  ])("is taken: %s", (_, source) => {
    expect(read(source)).toEqual([]);
  });

  it.each([
    ["Swagger 2.0", "swagger: '2.0'\npaths: {}\n", /Swagger 2.0, not OpenAPI 3; convert it/],
    ["OpenAPI 3.2", '{"openapi":"3.2.0","paths":{"/a":{}}}', /"3.2.0" is not known/],
    ["a version that is a number", "openapi: 3.1\npaths: {/a: {}}\n", /3.1 is not known here; .*as text/],
    ["no version", "paths: {/a: {}}\n", /does not say which OpenAPI version/],
    ["no paths", "openapi: 3.1.0\n", /no paths/],
    ["a list", "- 1\n", /no object/],
    ["broken YAML", "openapi: [\n", /no valid YAML/],
    ["a duplicate key in YAML", yaml("info: 1\ninfo: 2\n"), /unique/],
    ["a key that is equal as text", yaml("x-a:\n  200: 1\n  '200': 2\n"), /unique/],
    ["a duplicate key in JSON", '{"openapi":"3.1.0","paths":{"/a":{"get":{},"\\u0067et":{}}}}', /same key twice/],
    ["a custom tag", yaml("x-a: !env HOME\n"), /tags are not taken/],
    ["a list as key", yaml("? [a, b]\n: 1\n"), /a key of the document is a list/],
    ["an alias that holds itself", yaml("x-a: &a [*a]\n"), /aliases/],
    ["an unknown dialect", yaml("jsonSchemaDialect: http://json-schema.org/draft-04/schema#\n"), /dialect/],
    ["a path that is no object", '{"openapi":"3.1.0","paths":{"/a":1}}', /\/paths\/~1a: the path is no object/],
  ])("is refused: %s", (_, source, message) => {
    const problems = read(source);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(message);
  });

  it("is refused when its aliases multiply", () => {
    const lines = Array.from(
      { length: 12 },
      (_, level) => `x-${level + 1}: &a${level + 1} [${Array(9).fill(`*a${level}`).join(", ")}]`,
    );
    expect(read(yaml(`x-0: &a0 [1]\n${lines.join("\n")}\n`))[0]).toMatch(/aliases/);
  });

  it("is refused when the file is not there or is no UTF-8", () => {
    const folder = mkdtempSync(join(tmpdir(), "checkrein-"));
    writeFileSync(join(folder, "latin.yaml"), Buffer.from([0x61, 0x3a, 0xe9]));
    for (const name of ["missing.yaml", "latin.yaml"]) {
      const result = readDocument(join(folder, name));
      expect(result.ok ? [] : result.problems.map(({ message }) => message)).toEqual([
        expect.stringMatching(/cannot be read/),
      ]);
    }
  });

  it("leaves Object.prototype alone, whatever its keys are", () => {
    const source =
      '{"openapi":"3.1.0","__proto__":{"admin":1},"paths":{"/a":{"get":{"responses":{"__proto__":{"admin":1}}}},"__proto__":{"get":{}}}}';
    const result = parseOpenApi(source, "t.json");
    if (result.ok) readOperations(result.document);
    expect(read("openapi: 3.1.0\n__proto__: {admin: 1}\npaths: {/a: {get: {}}}\n")).toEqual([]);
    expect(Object.hasOwn(Object.prototype, "admin")).toBe(false);
  });
});

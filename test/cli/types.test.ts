// `checkrein types`: writes the types of documents, and tells whether they are fresh.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { JsonValue } from "../../src/call.ts";
import { types, withoutRequiredChoices } from "../../src/cli/types.ts";

const fixture = join(import.meta.dirname, "../type/fixture/shop.yaml");

const document = (schema: string): string => `openapi: 3.1.0
info: { title: t, version: "1" }
paths:
  /things:
    post:
      requestBody: { required: true, content: { application/json: { schema: { $ref: "#/components/schemas/Thing" } } } }
      responses: { "204": { description: Made } }
components: { schemas: { Thing: ${schema} } }
`;

let folder: string;
let said: string;
const out = { write: (text: string) => void (said += text) };
const file = (name: string): string => join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "checkrein-types-"));
  said = "";
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("checkrein types", () => {
  it("writes the types beside the document, and the same text again", async () => {
    writeFileSync(file("api.yaml"), document("{ type: object, properties: { a: { type: string } } }"));
    expect(await types([file("api.yaml")], out)).toBe(0);
    const text = readFileSync(file("api.d.ts"), "utf8");
    expect(text).toMatch(/^\/\/ made by `checkrein types` from api\.yaml; do not edit\n/);
    expect(text).toContain("export interface paths");
    expect(text).toContain("a?: string");
    expect(said).toBe(`wrote ${file("api.d.ts")}\n`);
    said = "";
    expect(await types([file("api.yaml")], out)).toBe(0);
    expect(said).toBe(`${file("api.d.ts")} is up to date\n`);
    expect(readFileSync(file("api.d.ts"), "utf8")).toBe(text);
  });

  it("finds fresh what it wrote, and names what is stale with the command that mends it", async () => {
    writeFileSync(file("api.yaml"), document("{ type: object }"));
    await types([file("api.yaml")], out);
    said = "";
    expect(await types(["--check", file("api.yaml")], out)).toBe(0);
    expect(said).toBe("");
    writeFileSync(file("api.yaml"), document("{ type: object, properties: { a: { type: string } } }"));
    const before = readFileSync(file("api.d.ts"), "utf8");
    expect(await types(["--check", file("api.yaml")], out)).toBe(1);
    expect(said).toBe(`${file("api.d.ts")} is not up to date\nrun: checkrein types ${file("api.yaml")}\n`);
    expect(readFileSync(file("api.d.ts"), "utf8")).toBe(before);
  });

  it("finds missing types stale", async () => {
    writeFileSync(
      file("api.json"),
      JSON.stringify({ openapi: "3.1.0", info: { title: "t", version: "1" }, paths: { "/a": {} } }),
    );
    expect(await types(["--check", file("api.json")], out)).toBe(1);
    expect(said).toContain("api.d.ts is not up to date");
  });

  it("does not require a member that has a default", async () => {
    writeFileSync(file("api.yaml"), document("{ type: object, properties: { a: { type: string, default: x } } }"));
    await types([file("api.yaml")], out);
    expect(readFileSync(file("api.d.ts"), "utf8")).toContain("a?: string");
  });

  it("keeps the members of an object that requires one set of them or another", async () => {
    const unknownType = /[|&] \(?unknown/;
    const choice = "{ properties: { a: { type: string } }, anyOf: [{ required: [a] }, { required: [b] }] }";
    writeFileSync(file("api.yaml"), document(choice));
    await types([file("api.yaml")], out);
    expect(readFileSync(file("api.d.ts"), "utf8")).toContain("a?: string");
    expect(readFileSync(file("api.d.ts"), "utf8")).not.toMatch(unknownType);
  });

  it("writes the documents that can be read when another cannot", async () => {
    writeFileSync(file("old.json"), JSON.stringify({ swagger: "2.0" }));
    writeFileSync(file("good.yaml"), document("{ type: object }"));
    expect(await types([file("old.json"), file("good.yaml")], out)).toBe(1);
    expect(said).toContain(file("old.json"));
    expect(said).toContain(`wrote ${file("good.d.ts")}`);
  });

  it("refuses a document that refers to another address, and fetches nothing", async () => {
    writeFileSync(file("api.yaml"), document('{ $ref: "https://api.example.com/thing.json" }'));
    expect(await types([file("api.yaml")], out)).toBe(1);
    expect(said).toContain("nothing is fetched");
  });

  it("refuses two documents with one name, unknown options and files that are not there", async () => {
    expect(await types([file("api.yaml"), file("api.json")], out)).toBe(1);
    expect(said).toContain("would both become");
    expect(await types(["--chek"], out)).toBe(2);
    expect(said).toContain("there is no option --chek: did you mean --check?");
    expect(await types(["-c"], out)).toBe(2);
    expect(said).toContain("there is no option -c: use --check");
    expect(await types(["--check=no"], out)).toBe(2);
    said = "";
    expect(await types([file("none.yaml")], out)).toBe(1);
    expect(said).toContain(file("none.yaml"));
  });

  it("says what to install when openapi-typescript is missing", async () => {
    writeFileSync(file("api.yaml"), document("{ type: object }"));
    expect(await types([file("api.yaml")], out, async () => undefined)).toBe(1);
    expect(said).toContain("npm install --save-dev openapi-typescript typescript@5.9");
  });

  it("made the types that the type tests are written against", async () => {
    expect(await types(["--check", fixture], out)).toBe(0);
  });
});

describe("withoutRequiredChoices", () => {
  it("takes away choices that say only which members are required, at every level", () => {
    const choice = [{ required: ["a"] }, { required: ["b"] }];
    expect(withoutRequiredChoices({ items: [{ type: "object", oneOf: choice, anyOf: choice }] })).toEqual({
      items: [{ type: "object" }],
    });
  });

  it("leaves every other choice alone, and members that are called anyOf", () => {
    const schema = {
      anyOf: [{ required: ["a"], properties: { a: { type: "string" } } }, { required: ["b"] }],
      properties: { anyOf: { type: "string" }, oneOf: { required: ["a"] } },
      allOf: [{ required: ["a"] }],
    };
    expect(withoutRequiredChoices(schema)).toEqual(schema);
  });

  it("keeps a member called __proto__ a member", () => {
    const schema = JSON.parse('{"properties":{"__proto__":{"type":"string"}}}') as JsonValue; // JSON.parse gives JSON
    expect(JSON.stringify(withoutRequiredChoices(schema))).toBe(JSON.stringify(schema));
  });
});

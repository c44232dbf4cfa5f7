// Tools that cannot be exposed as they are: what the server says, and where and how load says so.
import type { ToolDefinition } from "../../src/contract/contract.ts";
import { definition } from "../support/mcp-folder.ts";

export const withInput = (more: object, rest: object = {}): ToolDefinition[] => [
  definition("read_file", {
    inputSchema: { type: "object", properties: { path: { type: "string", ...more } }, ...rest },
  }),
];
const header = (value: unknown, type: unknown = "string"): object => ({ "x-mcp-header": value, type });
const inside = { type: "object", properties: { a: header("A") } };

export const badTools: readonly (readonly [string, ToolDefinition[], string, RegExp, RegExp])[] = [
  [
    "a remote reference",
    withInput({ $ref: "https://example.com/a.json" }),
    "/properties/path/$ref",
    /leads to no schema/,
    /with input/,
  ],
  ["a pattern with look-around", withInput({ pattern: "(?=a)a" }), "/properties/path/pattern", /look/, /with input/],
  [
    "an unknown dialect",
    withInput({}, { $schema: "http://json-schema.org/draft-04/schema#" }),
    "/$schema",
    /draft-04/,
    /with input/,
  ],
  [
    "a keyword that is not enforced",
    withInput({ $dynamicRef: "#a" }),
    "/properties/path/$dynamicRef",
    /not enforced/,
    /with input/,
  ],
  ["a keyword of a wrong form", withInput({ minLength: "1" }), "/properties/path/minLength", /must be/, /with input/],
  [
    "arguments that are no object",
    [definition("read_file", { inputSchema: { type: "array" } })],
    "",
    /are no object/,
    /with input/,
  ],
  [
    "a header without a name",
    withInput(header("")),
    "/properties/path/x-mcp-header",
    /not the name of a header/,
    /server's author/,
  ],
  ["a header with a blank", withInput(header("My Region")), "/properties/path/x-mcp-header", /not the name/, /author/],
  ["a header that is no text", withInput(header(1)), "/properties/path/x-mcp-header", /not the name/, /author/],
  [
    "a header of an object",
    withInput(header("A", "object")),
    "/properties/path/x-mcp-header",
    /no text, number or boolean/,
    /author/,
  ],
  [
    "a header of several types",
    withInput(header("A", ["string", "null"])),
    "/properties/path/x-mcp-header",
    /no text/,
    /author/,
  ],
  [
    "a header twice",
    withInput(header("a"), { properties: { path: header("A"), b: header("a") } }),
    "/properties/b/x-mcp-header",
    /stands twice/,
    /author/,
  ],
  [
    "a header in a list",
    withInput({ type: "array", items: header("A") }),
    "/properties/path/items/x-mcp-header",
    /only `properties` may lead/,
    /author/,
  ],
  [
    "a header in a choice",
    withInput({}, { anyOf: [inside] }),
    "/anyOf/0/properties/a/x-mcp-header",
    /only `properties` may lead/,
    /author/,
  ],
  [
    "a header in a definition",
    withInput({}, { $defs: { inside } }),
    "/$defs/inside/properties/a/x-mcp-header",
    /only `properties` may lead/,
    /author/,
  ],
];

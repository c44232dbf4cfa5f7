// Mistakes of authors whose contracts stand over an MCP tool: what is written, and where and how load says it.
import { toolContract } from "../support/mcp-folder.ts";

export type Row = readonly [what: string, text: string, place: string, message: string | RegExp, mend: RegExp];

const input = (shape: string, more = ""): string => toolContract(`input: z.strictObject({ ${shape} }), ${more}`);
const path = "path: z.string()";

export const badContracts: readonly Row[] = [
  [
    "a tool that the lock has not",
    toolContract("", "read_fil"),
    "operation",
    'the lock has no tool "read_fil" of the backend "files"',
    /^did you mean "read_file"\? Else run `checkrein lock`$/,
  ],
  ["a tool of another name", toolContract("", "x"), "operation", /the lock has no tool "x"/, /^run `checkrein lock`$/],
  [
    "a backend that is not exported",
    toolContract('operation: defineMcpBackend({ name: "other", url: "https://x.example" }).tool("read_file")'),
    "operation",
    'the backend "other" is not one that the contracts folder exports',
    /defineMcpBackend/,
  ],
  [
    "a look-alike backend",
    toolContract('operation: { kind: "mcp", tool: "read_file", backend: { name: "files" } }'),
    "operation",
    /"files" is not one/,
    /defineMcpBackend/,
  ],
  [
    "a name of something else",
    toolContract("operation: files.tool(1)"),
    "operation",
    /is not an operation/,
    /server\.tool\("name"\)/,
  ],
  [
    "errors",
    toolContract("errors: { 404: z.object({}) }"),
    "errors",
    /no path and no statuses: errors has no meaning/,
    /leave errors out/,
  ],
  ["a route", toolContract("rest: false"), "rest", /rest has no meaning/, /leave rest out/],
  [
    "an encoded slash",
    toolContract('encodedSlash: ["path"]'),
    "encodedSlash",
    /has no meaning/,
    /leave encodedSlash out/,
  ],
  ["a map without input", toolContract('map: { path: "path" }'), "map", /no meaning without input/, /add input/],
  [
    "a member that the tool has not",
    input(`${path}, via: z.string()`),
    "input.via",
    "the tool has no member 'via'",
    /^use one of: path, head$/,
  ],
  ["a missing member", input("head: z.int()"), "input", "the tool requires 'path': add it to input or pin", /add path/],
  [
    "an optional member that is required",
    input("path: z.string().optional()"),
    "input.path",
    "'path' is optional in input, the tool requires it",
    /optional\(\)/,
  ],
  [
    "a wrong type",
    input("path: z.int()"),
    "input.path",
    "'path' must be string, the tool does not take integer",
    /checkrein\.lock has its inputSchema/,
  ],
  [
    "a map to nowhere",
    input("id: z.string()", 'pin: { path: "/a" }, map: { id: "pat" }'),
    "map.id",
    "the tool has no place 'pat'",
    /^use one of: path, head$/,
  ],
  [
    "two arguments for one",
    input(`${path}, id: z.string()`, 'map: { id: "path" }'),
    "input.id",
    "'id' and 'path' both go to path",
    /take one/,
  ],
  ["a map of nothing", input(path, 'map: { id: "path" }'), "map.id", "'id' is neither in input nor in pin", /add it/],
  ["a pin in input", input(path, 'pin: { path: "/a" }'), "pin.path", /is in input and in pin/, /take it out/],
  [
    "a pin of a wrong value",
    input(path, 'pin: { head: "ten" }'),
    "pin.head",
    /^'head' must be an integer/,
    /pin a value that the tool takes/,
  ],
  [
    "an open input",
    toolContract("input: z.object({ path: z.string() })"),
    "input",
    /would drop unknown members/,
    /strictObject/,
  ],
  [
    "a pin that the tool has not, as it is",
    toolContract("pin: { tail: 1 }"),
    "pin.tail",
    "the tool has no member 'tail'",
    /^use one of: path, head$/,
  ],
  [
    "a pin of a wrong value, as it is",
    toolContract("pin: { head: true }"),
    "pin.head",
    /^'head' must be an integer/,
    /pin a value/,
  ],
  ["an empty description", toolContract('description: " "'), "description", /not a description/, /sentence/],
];

// The arguments of an upstream `tools/call`: pins and checked arguments in the server's own names, and the headers beside.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/call.ts";
import { buildMcpRequest } from "../../src/check/mcp-request.ts";
import type { BodyMember, McpHeader, McpOperation } from "../../src/contract/contract.ts";
import { everything } from "../support/allow.ts";

const members: readonly BodyMember[] = [
  { name: "path", source: { argument: "file" }, schema: {} },
  { name: "mode", source: { pinned: "read" }, schema: {} },
  { name: "where", source: { argument: "where" }, schema: {} },
];

const operation = (open: boolean, headers: readonly McpHeader[] = []): McpOperation => ({
  kind: "mcp",
  backend: {
    kind: "mcp",
    name: "files",
    server: { kind: "stdio", command: ["x"], directory: undefined, environment: {} },
    allow: everything,
    deadlineMs: 1,
    maxResponseBytes: 1,
  },
  definition: { name: "read/file", description: undefined, inputSchema: {}, outputSchema: undefined },
  body: { mediaType: "application/json", required: true, shape: { kind: "members", members, open } },
  headers,
});

const build = (of: McpOperation, given: JsonObject): unknown => {
  const built = buildMcpRequest(of, given);
  return built.ok ? built.value : built.refusal.issues.map(({ path }) => path);
};

describe("an upstream tools/call", () => {
  it("has the server's name of the tool, renamed arguments and pins", () => {
    expect(build(operation(false), { file: "a.md" })).toEqual({
      kind: "mcp",
      tool: "read/file",
      arguments: { path: "a.md", mode: "read" },
      headers: [],
    });
  });

  it("keeps what an open tool takes, and no second value of what is bound", () => {
    expect(build(operation(true), { file: "a.md", deep: { x: [null] } })).toMatchObject({
      arguments: { path: "a.md", mode: "read", deep: { x: [null] } },
    });
    expect(build(operation(true), { mode: "write" })).toEqual(["/mode"]);
    expect(build(operation(true), { path: "b.md", file: "a.md" })).toEqual(["/path"]);
    expect(build(operation(false), { mode: "write", path: "b" })).toMatchObject({ arguments: { mode: "read" } });
  });

  it("never reaches a prototype", () => {
    const built = build(operation(true), JSON.parse('{"__proto__":{"x":1}}') as JsonObject); // an object, as written
    expect(JSON.stringify(built)).toContain('"__proto__":{"x":1}');
    expect(Object.getPrototypeOf((built as { arguments: object }).arguments)).toBe(Object.prototype);
    expect(build(operation(false, [{ name: "mcp-param-x", path: ["constructor", "name"] }]), {})).toMatchObject({
      headers: [],
    });
  });

  it("mirrors scalars that are there into headers", () => {
    const headers = [
      { name: "mcp-param-mode", path: ["mode"] },
      { name: "mcp-param-region", path: ["where", "region"] },
      { name: "mcp-param-zone", path: ["where", "zone"] },
    ];
    const sent = (where: JsonObject): unknown => {
      const built = buildMcpRequest(operation(false, headers), { where });
      return built.ok ? built.value.headers.slice(2) : undefined;
    };
    expect(sent({ region: "eu west", zone: 3 })).toEqual(["mcp-param-region", "eu west", "mcp-param-zone", "3"]);
    expect(sent({ region: true, zone: null })).toEqual(["mcp-param-region", "true"]);
    expect(sent({ region: " é", zone: ["a"] })).toEqual(["mcp-param-region", "=?base64?IMOp?="]);
    expect(sent({ region: "a\r\nx: y" })).toEqual(["mcp-param-region", "=?base64?YQ0KeDogeQ==?="]);
  });
});

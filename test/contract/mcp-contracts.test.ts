// Contracts over the tools of an MCP server, as the lock has them: what agents are shown and what is enforced, and what goes
// to the server.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/call.ts";
import { buildMcpRequest } from "../../src/check/mcp-request.ts";
import type { Contract, McpOperation } from "../../src/contract/contract.ts";
import { loadContracts } from "../../src/contract/load/load.ts";
import { contractFile } from "../support/contracts-folder.ts";
import { definition, loadTool, lockText, mcpBackend, mcpFolder, toolContract } from "../support/mcp-folder.ts";

const operationOf = ({ operation }: Contract): McpOperation => {
  if (operation.kind !== "mcp") throw new Error(operation.kind);
  return operation;
};

/** What the server is sent for these arguments; undefined when they are refused. */
const sent = (contract: Contract, value: unknown): JsonObject | undefined => {
  const verdict = contract.arguments.check(value);
  const built = verdict.ok ? buildMcpRequest(operationOf(contract), verdict.arguments) : undefined;
  return built?.ok === true ? built.value.arguments : undefined;
};

const narrow =
  'input: z.strictObject({ id: z.string().max(9) }), map: { id: "path" }, pin: { head: 10 }, description: "D."';

describe("a tool with input", () => {
  it("shows the author's schema and sends the server's names, pins among them", async () => {
    const { contract, notices } = await loadTool(narrow);
    expect(contract.inputSchema).toMatchObject({ properties: { id: { maxLength: 9 } }, required: ["id"] });
    expect(contract.description).toBe("D.");
    expect(sent(contract, { id: "a" })).toEqual({ path: "a", head: 10 });
    expect(sent(contract, { id: "0123456789" })).toBeUndefined();
    expect(sent(contract, { path: "a" })).toBeUndefined();
    expect(sent(contract, { id: "a", head: 1 })).toBeUndefined();
    expect(notices).toEqual([]);
  });

  it("is destructive, has the backend's deadline and its own name, unless the contract says otherwise", async () => {
    const { contract } = await loadTool(narrow);
    expect(contract).toMatchObject({ tool: "read", effect: "destructive", deadlineMs: 60_000, ownsRoute: false });
    expect(operationOf(contract)).toMatchObject({ definition: { name: "read_file" }, backend: { name: "files" } });
    const other = await loadTool(`${narrow}, effect: "read", deadlineMs: 5`);
    expect(other.contract).toMatchObject({ effect: "read", deadlineMs: 5 });
  });

  it.each<[string, JsonObject]>([
    ["an unknown dialect", { $schema: "urn:x", type: "object", properties: { path: { type: "number" } } }],
    ["a remote reference", { type: "object", properties: { path: { $ref: "https://e.example/a" }, head: {} } }],
    ["a pattern that cannot be enforced", { type: "object", properties: { path: { pattern: "(?=a)" }, head: {} } }],
    ["a choice of objects", { type: "object", anyOf: [{ properties: { path: {}, head: {} } }, { minProperties: 1 }] }],
    ["patterns for names", { type: "object", patternProperties: { "^(path|head)$": {} } }],
    ["any members", { type: "object" }],
    ["more members", { type: "object", properties: { a: {} }, additionalProperties: { type: ["string", "integer"] } }],
    [
      "a reference by name",
      {
        type: "object",
        properties: { path: { $ref: "#p" }, head: {} },
        $defs: { p: { $anchor: "p", type: "string" } },
      },
    ],
    [
      "a whole that is a reference",
      { type: "object", $ref: "#/$defs/a", $defs: { a: { type: "object", properties: { path: {}, head: {} } } } },
    ],
    [
      "draft-07",
      {
        $schema: "http://json-schema.org/draft-07/schema#",
        type: "object",
        properties: { path: { $ref: "#/definitions/p", type: "number" }, head: {} },
        definitions: { p: { type: "string" } },
      },
    ],
  ])("is compared with the server's schema as far as that can be read: %s", async (_, inputSchema) => {
    const { contract } = await loadTool(narrow, { inputSchema });
    expect(sent(contract, { id: "a" })).toEqual({ path: "a", head: 10 });
  });
});

describe("a tool as it is", () => {
  it("shows the server's words and schema, closed and otherwise whole, and says so", async () => {
    const inputSchema = {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      title: "Reading",
      type: "object",
      properties: {
        path: { $ref: "#/$defs/place", title: "Where" },
        region: { type: "string", "x-mcp-header": "Region" },
      },
      required: ["path"],
      $defs: { place: { $anchor: "place", type: "string", minLength: 1, examples: ["/a"] }, other: { $comment: "c" } },
      allOf: [{ anyOf: [{ required: ["path"] }, { required: ["region"] }] }],
      if: { required: ["region"] },
      then: { required: ["path"] },
      else: true,
      "x-vendor": { a: 1 },
    };
    const { contract, notices } = await loadTool("", { inputSchema });
    expect(contract.inputSchema).toEqual({ ...inputSchema, additionalProperties: false });
    expect(contract.description).toBe("Reads a file.");
    expect(notices.map(({ tool, message }) => [tool, message])).toEqual([
      ["read", "shows the server's own description, input schema to agents; pinned by checkrein.lock"],
    ]);
    expect(sent(contract, { path: "/a", region: "eu" })).toEqual({ path: "/a", region: "eu" });
    expect(sent(contract, { path: "/a", more: 1 })).toBeUndefined();
    expect(sent(contract, {})).toBeUndefined();
  });

  it("loses pinned members, and the agent cannot send them", async () => {
    const { contract } = await loadTool("pin: { head: 10 }");
    expect(contract.inputSchema).toMatchObject({ properties: { path: {} }, required: ["path"] });
    expect(contract.inputSchema).not.toHaveProperty("properties.head");
    expect(sent(contract, { path: "a" })).toEqual({ path: "a", head: 10 });
    expect(sent(contract, { path: "a", head: 10 })).toBeUndefined();
  });

  it("refuses a pinned member also where the server takes any", async () => {
    const inputSchema = { type: "object", properties: { head: { type: "integer" } }, additionalProperties: true };
    const { contract } = await loadTool("pin: { head: 10 }", { inputSchema });
    expect(sent(contract, { any: 1 })).toEqual({ any: 1, head: 10 });
    expect(contract.arguments.check({ head: 10 }).ok).toBe(false);
  });

  it.each<[string, JsonObject, string]>([
    [
      "an explicit true",
      { type: "object", properties: { a: {} }, additionalProperties: true },
      "the tool takes members that the server does not name",
    ],
    ["no names at all", { type: "object" }, "the tool takes any member: the server does not say which"],
  ])("stays open where the server says so, and it is told: %s", async (_, inputSchema, told) => {
    const { contract, notices } = await loadTool("", { inputSchema });
    expect(sent(contract, { any: { thing: 1 } })).toEqual({ any: { thing: 1 } });
    expect(notices.map(({ message }) => message)).toContain(told);
  });

  it("takes nothing where the server names no arguments", async () => {
    const { contract } = await loadTool("", { inputSchema: { type: "object", properties: {} } });
    expect(sent(contract, {})).toEqual({});
    expect(sent(contract, { a: 1 })).toBeUndefined();
  });

  it("knows the headers of the modern era by the server's names", async () => {
    const properties = {
      Region: { type: "string", "x-mcp-header": "Region" },
      place: { type: "object", properties: { zone: { type: "integer", "x-mcp-header": "X-Zone" } } },
    };
    const { contract } = await loadTool("", { inputSchema: { type: "object", properties } });
    expect(operationOf(contract).headers).toEqual([
      { name: "mcp-param-region", path: ["Region"] },
      { name: "mcp-param-x-zone", path: ["place", "zone"] },
    ]);
    const narrowed = await loadTool('input: z.strictObject({ r: z.string() }), map: { r: "Region" }', {
      inputSchema: { type: "object", properties },
    });
    const { operation, arguments: checks } = narrowed.contract;
    const verdict = checks.check({ r: "eu" });
    const built = verdict.ok && operation.kind === "mcp" ? buildMcpRequest(operation, verdict.arguments) : undefined;
    expect(built).toMatchObject({ value: { arguments: { Region: "eu" }, headers: ["mcp-param-region", "eu"] } });
  });
});

describe("the output of a tool", () => {
  const outputSchema = { type: "object", properties: { content: { type: "string" } }, required: ["content"] };
  const project = (contract: Contract, value: unknown): unknown => contract.output.answer(200)[0]?.project?.(value);

  it("is the server's schema, of either dialect, cut down to what it declares", async () => {
    for (const $schema of ["https://json-schema.org/draft/2020-12/schema", "http://json-schema.org/draft-07/schema#"]) {
      const { contract } = await loadTool("", { outputSchema: { $schema, ...outputSchema } });
      expect(project(contract, { content: "a", more: 1 })).toEqual({ content: "a" });
      expect(project(contract, { content: 1 })).toBeUndefined();
      expect(contract.output).toMatchObject({ isAuthored: false, schema: outputSchema });
    }
  });

  it("is the author's, where there is one", async () => {
    const { contract } = await loadTool("output: z.object({ size: z.int() })", { outputSchema });
    expect(contract.output.isAuthored).toBe(true);
    expect(project(contract, { size: 1, content: "a" })).toEqual({ size: 1 });
  });

  it("is nothing, where there is none", async () => {
    const { contract } = await loadTool("");
    expect(contract.output.answer(200)).toEqual([]);
    expect(contract.output.schema).toBeUndefined();
  });
});

describe("a folder with backends of both kinds", () => {
  it("has both in its catalog", async () => {
    const api =
      'import { defineRestBackend } from "checkrein"; export const orders = defineRestBackend({ name: "orders", document: "a.json", url: "https://a.example" });';
    const document = {
      openapi: "3.1.0",
      info: {},
      paths: { "/a": { get: { responses: { 204: { description: "" } } } } },
    };
    const get = contractFile('tool: "get", description: "G.", operation: orders.get("/a")').replace(
      "./backend.ts",
      "./api.ts",
    );
    const folder = mcpFolder({ "api.ts": api, "a.json": JSON.stringify(document), "get.ts": get });
    const loaded = await loadContracts(folder);
    expect(loaded.ok ? loaded.catalog.backends.map(({ name }) => name) : loaded.problems).toEqual(["orders", "files"]);
    expect(loaded.ok ? loaded.catalog.contracts.map(({ tool }) => tool) : []).toEqual(["get", "read"]);
  });

  it("knows one tool of one lock: another definition is another digest", async () => {
    const digest = async (description: string): Promise<string> =>
      (await loadTool('description: "D."', { description })).contract.digest;
    expect(await digest("One.")).not.toBe(await digest("Two."));
    expect(await digest("One.")).toBe(await digest("One."));
  });

  it("has an allowance of attempts where its author gives one, as a part of its digest", async () => {
    const [none, three, four] = await Promise.all(
      ["", "attempts: 3", "attempts: 4"].map(async (members) => (await loadTool(members)).contract),
    );
    expect([none?.attempts, three?.attempts, four?.attempts]).toEqual([undefined, 3, 4]);
    expect(new Set([none?.digest, three?.digest, four?.digest]).size).toBe(3);
  });

  it("takes the server's name as it is: blanks, slashes and quotes", async () => {
    const name = 'a b/"c".d';
    const folder = mcpFolder({
      "backend.ts": mcpBackend('command: ["server"]'),
      "checkrein.lock": lockText([definition(name)]),
      "tool.ts": toolContract("", name),
    });
    const loaded = await loadContracts(folder);
    expect(loaded.ok ? loaded.catalog.find("read")?.operation : loaded.problems).toMatchObject({
      definition: { name },
    });
  });
});

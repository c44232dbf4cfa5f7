// What an operation takes beside its contract: the document's whole schema decides, with pins in their places.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/call.ts";
import type { Contract } from "../../../src/contract/contract.ts";
import { loadContracts } from "../../../src/contract/load/load.ts";
import { loadTool } from "../../support/mcp-folder.ts";
import { writeToolFolder } from "../../support/tool-folder.ts";

const documentOf = (operation: object): object => ({
  openapi: "3.1.0",
  info: { title: "Tools", version: "1" },
  paths: { "/do/{id}": { post: { responses: { "204": { description: "Done" } }, ...operation } } },
});

const load = async (operation: object, members: string): Promise<Contract> => {
  const tools = { do_it: `operation: api.post("/do/{id}"), ${members}` };
  const folder = writeToolFolder({ document: documentOf(operation), tools });
  const loaded = await loadContracts(folder.path).finally(() => folder.remove());
  const [contract] = loaded.ok ? loaded.catalog.contracts : [];
  if (contract === undefined) throw new Error(JSON.stringify(loaded));
  return contract;
};

const id = { name: "id", in: "path", required: true, schema: { type: "string", pattern: "^[a-z]+$" } };
const json = (schema: object, required = true): object => ({
  requestBody: { required, content: { "application/json": { schema } } },
});
const text = { type: "string" };

/** Arguments that the contract refuses, and whether the operation takes them. */
const judge = ({ arguments: own, operationTakes }: Contract, args: JsonObject, claimed: JsonObject = {}): boolean => {
  expect(own.check(args)).toMatchObject({ ok: false });
  return operationTakes(args, claimed);
};

describe("parameters", () => {
  const page = { name: "page", in: "query", schema: { type: "integer", minimum: 1 } };
  const input = "input: z.strictObject({ id: z.string().max(2), page: z.int().max(5).min(1).optional() })";
  it.each<[string, JsonObject, boolean]>([
    ["beyond a bound of the contract", { id: "ab", page: 9 }, true],
    ["beyond two", { id: "abc", page: 9 }, true],
    ["beyond a bound of the document", { id: "ab", page: 0 }, false],
    ["against the document's pattern", { id: "ABC" }, false],
    ["without a required one", { page: 9 }, false],
    ["with one that nobody knows", { id: "abc", more: 1 }, false],
    ["with the name of an object's own member", { id: "abc", constructor: 1 }, false],
    ["of another type", { id: 5 }, false],
  ])("%s", async (_name, args, isTaken) => {
    expect(judge(await load({ parameters: [id, page] }, input), args)).toBe(isTaken);
  });
});

describe("a body", () => {
  const short = (...names: readonly string[]): string =>
    `input: z.strictObject({ id: z.string(), ${names.map((name) => `${name}: z.string().max(1).optional()`).join(", ")} })`;
  const either = {
    type: "object",
    properties: { a: text, b: text },
    anyOf: [{ required: ["a"] }, { required: ["b"] }],
  };
  const pair = { type: "object", properties: { a: text, b: text }, dependentRequired: { a: ["b"] } };
  const few = { type: "object", properties: { a: text, b: text }, maxProperties: 1, additionalProperties: false };
  const open = { type: "object", properties: { a: text }, additionalProperties: { type: "string", maxLength: 3 } };
  const nested = {
    type: "object",
    properties: { a: { type: "object", properties: { x: text, y: text }, required: ["x"] } },
  };
  const strict = "input: z.strictObject({ id: z.string(), a: z.strictObject({ x: z.string().max(1) }) })";
  it.each<[string, object, string, JsonObject, boolean]>([
    ["with one of two", json(either), short("a", "b"), { id: "x", a: "long" }, true],
    ["with none of two", json(either), short("a", "b"), { id: "x", a: 5 }, false],
    ["with what another needs", json(pair), short("a", "b"), { id: "x", a: "long", b: "y" }, true],
    ["without what another needs", json(pair), short("a", "b"), { id: "x", a: "long" }, false],
    ["with too many members", json(few), short("a", "b"), { id: "x", a: "long", b: "y" }, false],
    ["with a member that the document leaves open", json(open), short("a", "z"), { id: "x", z: "two" }, true],
    ["with one that is not as it says", json(open), short("a", "z"), { id: "x", z: "four" }, false],
    [
      "with a member inside that the contract leaves out",
      json(nested),
      strict,
      { id: "x", a: { x: "1", y: "2" } },
      true,
    ],
    ["with a member inside that nobody knows", json(nested), strict, { id: "x", a: { x: "1", z: "2" } }, false],
    ["without a member inside that is required", json(nested), strict, { id: "x", a: { y: "1" } }, false],
    ["that may be left out", json(either, false), short("a", "b"), { id: "x", more: 1 }, false],
  ])("%s", async (_name, operation, input, args, isTaken) => {
    expect(judge(await load({ parameters: [id], ...operation }, input), args)).toBe(isTaken);
  });

  it("has its pins in it", async () => {
    const body = {
      type: "object",
      properties: { a: text, kind: { enum: ["x", "y"] } },
      required: ["a", "kind"],
      additionalProperties: false,
    };
    const pinned = await load(
      { parameters: [id], ...json(body) },
      `pin: { kind: "x" }, input: z.strictObject({ id: z.string(), a: z.string().max(1) })`,
    );
    expect(judge(pinned, { id: "x", a: "long" })).toBe(true);
    expect(judge(pinned, { id: "x", a: "long", kind: "y" })).toBe(false);
  });

  it("that is one argument as a whole", async () => {
    const body = { type: "array", items: { type: "integer" }, maxItems: 3 };
    const whole = await load(
      { parameters: [id], ...json(body) },
      `input: z.strictObject({ id: z.string(), body: z.array(z.int()).max(1) })`,
    );
    expect(judge(whole, { id: "x", body: [1, 2] })).toBe(true);
    expect(judge(whole, { id: "x", body: [1, 2, 3, 4] })).toBe(false);
    expect(judge(whole, { id: "x", body: ["a", "b"] })).toBe(false);
  });
});

describe("an operation", () => {
  it("as it is has nothing beside its contract", async () => {
    const exposed = await load({ parameters: [id], ...json({ type: "object", properties: { a: text } }) }, "");
    expect(judge(exposed, { id: "x", a: 5 })).toBe(false);
    expect(exposed.operationTakes({ id: "x", a: "5" }, {})).toBe(true);
  });

  it("whose schema cannot be enforced takes nothing", async () => {
    const slow = { type: "string", pattern: "^(?=a)(a+)+\\1$" };
    const contract = await load(
      { parameters: [id], ...json({ type: "object", properties: { a: slow } }) },
      "input: z.strictObject({ id: z.string().max(1) })",
    );
    expect(judge(contract, { id: "abc" })).toBe(false);
  });
});

describe("a tool of an MCP server", () => {
  const input = "input: z.strictObject({ path: z.string().max(3), head: z.int().optional() })";
  it.each<[string, JsonObject, boolean]>([
    ["takes what the lock says", { path: "long.txt" }, true],
    ["and not what it does not say", { path: 5 }, false],
    ["needs what it requires", { head: 1.5 }, false],
    ["knows no more members", { path: "long.txt", tail: 1 }, false],
  ])("%s", async (_name, args, isTaken) => {
    expect(judge((await loadTool(input)).contract, args)).toBe(isTaken);
  });

  it("is asked in the words of its draft", async () => {
    const inputSchema = {
      $schema: "http://json-schema.org/draft-07/schema#",
      type: "object",
      properties: { path: { type: "string" }, head: { type: "integer" } },
      dependencies: { head: ["path"] },
    };
    const { contract } = await loadTool(input, { inputSchema });
    expect(judge(contract, { head: 1 })).toBe(false);
    expect(judge(contract, { path: "long.txt", head: 1 })).toBe(true);
  });
});

// GET /tools in its forms, and examples where each form has a place for them.
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import type { Run } from "../../src/call.ts";
import type { Catalog } from "../../src/contract/contract.ts";
import { loadContracts } from "../../src/contract/load/load.ts";
import { describeApi } from "../../src/ingress/openapi.ts";
import { surfaceOf } from "../../src/ingress/surface.ts";
import { listTools } from "../../src/ingress/tools.ts";
import { catalogOf, getOrder, localTool } from "../contract/rule/rule-folder.ts";
import { type Members, listOf, memberOf, membersOf } from "../support/json.ts";
import { createSecondOpinion } from "../support/second-opinion.ts";

let catalog: Catalog;
beforeAll(async () => {
  const loaded = await loadContracts(fileURLToPath(new URL("../../contracts/shop", import.meta.url)));
  if (!loaded.ok) throw new Error("the shop does not load");
  ({ catalog } = loaded);
});

const runOf = (...grants: Run["grants"]): Run => ({
  id: "r",
  lineage: ["r"],
  grants: [{}, ...grants],
  expiresAt: undefined,
});
const listed = (query: string, run = runOf(), { contracts }: Pick<Catalog, "contracts"> = catalog): Members => {
  const list = listTools(surfaceOf(contracts, run), query);
  if (!list.ok) throw new Error(list.refusal.detail);
  return membersOf(JSON.parse(list.value));
};
const toolIn = (list: Members, name: string): Members => {
  const tools = listOf(list["tools"]).map((tool) => membersOf(memberOf(tool, "function") ?? tool));
  return tools.find((tool) => tool["name"] === name) ?? {};
};
const namesIn = (list: Members): readonly unknown[] =>
  listOf(list["tools"]).map((tool) => memberOf(memberOf(tool, "function") ?? tool, "name"));
const EXAMPLE = { orderId: "ord_100001", amount: 1250, reason: "damaged" };

describe("a format that there is not", () => {
  it.each([
    ["format=opnai", 'There is no format "opnai": did you mean openai?'],
    ["format=JSONSchema", 'There is no format "JSONSchema": did you mean json-schema?'],
    ["format=yaml", 'There is no format "yaml": use one of: mcp, openai, anthropic, json-schema'],
    ["format=", 'There is no format "": use one of: mcp, openai, anthropic, json-schema'],
    ["form=mcp", "The query may be format= with one of mcp, openai, anthropic, json-schema, or nothing."],
    ["format=mcp&format=mcp", "The query may be format= with one of mcp, openai, anthropic, json-schema, or nothing."],
  ])("%s is refused with what there is", (query, detail) => {
    expect(listTools(surfaceOf(catalog.contracts, runOf()), query)).toMatchObject({
      ok: false,
      refusal: { code: "invalid_request", detail },
    });
  });
});

describe("the form for OpenAI", () => {
  it("is strict where the schema can be said so, and tells where and why not", () => {
    const list = listed("format=openai");
    expect(toolIn(list, "get_order")).toMatchObject({ strict: true, parameters: { required: ["orderId"] } });
    expect(toolIn(list, "create_refund")).toMatchObject({ strict: false });
    expect(list["notStrict"]).toContainEqual({
      tool: "create_refund",
      place: "/properties/comment",
      why: "it may be left out, and strict mode has required members alone",
    });
    expect(Object.keys(list)).toEqual(["tools", "notStrict"]);
  });

  it("becomes strict where a grant leaves no member open", () => {
    const grant = { arguments: { create_refund: { comment: { const: "as agreed" } } } };
    expect(toolIn(listed("format=openai", runOf(grant)), "create_refund")).toMatchObject({ strict: true });
  });
});

describe("a tool that cannot be called", () => {
  it("stands in the plain form alone, and is marked there", async () => {
    const own = await catalogOf({ get_order: getOrder(), here: localTool() });
    const plain = listed("", runOf(), own);
    expect(listOf(plain["tools"]).map((tool) => [memberOf(tool, "name"), memberOf(tool, "callable")])).toEqual([
      ["get_order", undefined],
      ["here", false],
    ]);
    for (const format of ["mcp", "openai", "anthropic"])
      expect(namesIn(listed(`format=${format}`, runOf(), own))).toEqual(["get_order"]);
    const document = listed("format=json-schema", runOf(), own);
    expect(Object.keys(membersOf(document["$defs"]))).toEqual(["get_order"]);
    expect(JSON.stringify(document)).not.toContain("here");
  });
});

describe("a tool that a model API does not take", () => {
  it("is told beside the tools, and is not one of them", async () => {
    const own = await catalogOf({ get_order: getOrder(), long: `${getOrder()} description: "a".repeat(1025)` });
    const list = listed("format=openai", runOf(), own);
    expect(namesIn(list)).toEqual(["get_order"]);
    expect(list["notAccepted"]).toEqual([{ tool: "long", place: "/description", why: expect.any(String) }]);
    expect(list["notStrict"]).toBeUndefined();
    expect(namesIn(listed("format=anthropic", runOf(), own))).toEqual(["get_order", "long"]);
  });
});

describe("the form of one JSON Schema", () => {
  it("judges bodies of POST /call, and has each tool's arguments under its name", () => {
    const document = listed("format=json-schema");
    const isValid = createSecondOpinion().compile(document);
    expect(isValid({ tool: "get_order", arguments: { orderId: "ord_100001" } })).toBe(true);
    expect(isValid({ tool: "get_order", arguments: {} })).toBe(false);
    expect(isValid({ tool: "get_orders", arguments: { orderId: "ord_100001" } })).toBe(false);
    expect(memberOf(document["$defs"], "get_order")).toMatchObject({ title: "get_order", type: "object" });
  });

  it("takes nothing where the run has no tool", () => {
    const isValid = createSecondOpinion().compile(listed("format=json-schema", runOf({ tools: [] })));
    expect(isValid({ tool: "get_order", arguments: { orderId: "ord_100001" } })).toBe(false);
  });
});

describe("examples", () => {
  it.each([
    ["", "inputSchema"],
    ["format=mcp", "inputSchema"],
  ])("%s stand in the schema", (query, member) => {
    expect(listOf(memberOf(toolIn(listed(query), "create_refund")[member], "examples"))[0]).toEqual(EXAMPLE);
  });

  it("stand once: beside the schema for Anthropic, and not at all for OpenAI", () => {
    const anthropic = toolIn(listed("format=anthropic"), "create_refund");
    expect(listOf(anthropic["input_examples"])[0]).toEqual(EXAMPLE);
    expect(memberOf(anthropic["input_schema"], "examples")).toBeUndefined();
    expect(JSON.stringify(listed("format=openai"))).not.toContain(EXAMPLE.orderId);
  });

  it("stand in /openapi.json at each parameter and at the body, under one name", () => {
    const paths = memberOf(describeApi(catalog, runOf(), false), "paths");
    const post = memberOf(memberOf(paths, "/shop/orders/{orderId}/refunds"), "post");
    const body = memberOf(memberOf(memberOf(post, "requestBody"), "content"), "application/json");
    const { orderId, ...others } = EXAMPLE;
    expect(memberOf(memberOf(body, "examples"), "example1")).toEqual({ value: others });
    const path = listOf(memberOf(post, "parameters")).find((parameter) => memberOf(parameter, "in") === "path");
    expect(memberOf(memberOf(path, "examples"), "example1")).toEqual({ value: orderId });
  });
});

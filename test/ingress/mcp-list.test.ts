// tools/list beyond one page, and schemas in the form that clients of each era take.
import { describe, expect, it } from "vitest";
import { Client as OldClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as OldTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { McpEra } from "../../src/call.ts";
import type { Contract } from "../../src/contract/contract.ts";
import { createToolList, shownOutputSchema } from "../../src/ingress/mcp/list.ts";
import type { ShownTool } from "../../src/ingress/surface.ts";
import type { SchemaObject } from "../../src/schema/schema.ts";
import { type Members, listOf, membersOf } from "../support/json.ts";
import { startToolApp } from "../support/tool-app.ts";
import { legacy, modern, resultOf, sendMcp } from "./mcp-wire.ts";

const toolOf = (index: number): ShownTool =>
  ({
    tool: `tool_${index}`,
    description: "A tool.",
    effect: "read",
    inputSchema: { type: "object" },
    output: { schema: undefined },
    examples: [],
  }) as unknown as ShownTool; // no more of it is looked at

const DIGEST = "a".repeat(64);
const listOfSize = (size: number, digest = DIGEST): ReturnType<typeof createToolList> =>
  createToolList(
    Array.from({ length: size }, (_, index) => toolOf(index)),
    digest,
  );

const pageOf = (list: ReturnType<typeof createToolList>, cursor?: unknown): Members => {
  const page = list.page("modern", cursor);
  if (!page.ok) throw new Error(page.refusal.detail);
  return membersOf(JSON.parse(`{${page.value}}`));
};

const allPages = (list: ReturnType<typeof createToolList>): readonly (readonly unknown[])[] => {
  const pages: (readonly unknown[])[] = [];
  let page = pageOf(list);
  for (;;) {
    pages.push(listOf(page["tools"]).map((tool) => membersOf(tool)["name"]));
    if (page["nextCursor"] === undefined) return pages;
    page = pageOf(list, page["nextCursor"]);
  }
};

describe("the list of tools", () => {
  it.each([
    [0, [0]],
    [1, [1]],
    [500, [500]],
    [501, [500, 1]],
    [1200, [500, 500, 200]],
  ])("of %i tools comes in pages of %j, every tool once and in order", (size, sizes) => {
    const pages = allPages(listOfSize(size));
    expect(pages.map(({ length }) => length)).toEqual(sizes);
    expect(pages.flat()).toEqual(Array.from({ length: size }, (_, index) => `tool_${index}`));
  });

  it("takes no cursor but its own", () => {
    const list = listOfSize(1200);
    const cursor = String(pageOf(list)["nextCursor"]);
    const foreign = pageOf(listOfSize(1200, "b".repeat(64)))["nextCursor"];
    const [digest = ""] = Buffer.from(cursor, "base64url").toString().split(" ");
    const made = ["0", "1", "499", "500.0", "5e2", "1500", "-500", "NaN", ""].map((start) =>
      Buffer.from(`${digest} ${start}`).toString("base64url"),
    );
    for (const wrong of [foreign, `${cursor}=`, ` ${cursor}`, "", null, 500, {}, ...made])
      expect(list.page("modern", wrong)).toMatchObject({ ok: false, code: -32_602 });
  });
});

describe("an output schema", () => {
  const $defs = {
    order: { type: "object" },
    "a/b": { $ref: "#/$defs/order" },
    list: { type: "array" },
    loop: { $ref: "#/$defs/loop" },
  };
  const shown = (schema: SchemaObject, era: McpEra): SchemaObject | undefined =>
    // No more of it is looked at.
    shownOutputSchema({ output: { schema, answer: () => [{ kind: "json" }] } } as unknown as Contract, era);

  it.each([
    [{ type: "object", $defs }, true],
    [{ $ref: "#/$defs/order", $defs }, true],
    [{ $ref: "#/$defs/a~1b", $defs }, true],
    [{ $ref: "#/$defs/list", $defs }, false],
    [{ $ref: "#/$defs/loop", $defs }, false],
    [{ $ref: "#/$defs/none", $defs }, false],
    [{ $ref: "#", $defs }, false],
    [{ type: "array" }, false],
    [{}, false],
  ])("%j is shown to clients of the legacy era: %s, and says there that it is an object", (schema, isShown) => {
    expect(shown(schema, "legacy")).toEqual(isShown ? { type: "object", ...schema } : undefined);
    expect(shown(schema, "modern")).toEqual(schema);
  });
});

describe("a schema with members that are booleans", () => {
  const text = { type: "string" };
  const schema = {
    type: "object",
    properties: { any: true, none: false, text, empty: {} },
    additionalProperties: false,
  };
  const content = { "application/json": { schema } };
  const document = {
    openapi: "3.1.0",
    info: { title: "API", version: "1" },
    paths: {
      "/a": { post: { requestBody: { required: true, content }, responses: { 200: { description: "", content } } } },
    },
  };

  it("is shown with objects to clients of the legacy era, which take no list with others", async () => {
    const app = await startToolApp({
      backendUrl: "http://127.0.0.1:1",
      document,
      tools: { a: 'operation: api.post("/a")' },
    });
    const client = new OldClient({ name: "test", version: "1" });
    try {
      await client.connect(
        new OldTransport(new URL(`http://127.0.0.1:${app.port}/mcp`)) as Parameters<OldClient["connect"]>[0], // its own types disagree on undefined
      );
      expect((await client.listTools()).tools).toHaveLength(1);
      const shown = async (post: ReturnType<typeof modern>): Promise<Members> =>
        membersOf(listOf(resultOf(await sendMcp(app.port, post))["tools"])[0]);
      const old = { ...schema, properties: { any: {}, none: { not: {} }, text, empty: {} } };
      expect(await shown(legacy("tools/list"))).toMatchObject({ inputSchema: old, outputSchema: old });
      expect((await shown(modern("tools/list")))["inputSchema"]).toEqual(schema);
    } finally {
      await client.close();
      await app.stop();
    }
  });
});

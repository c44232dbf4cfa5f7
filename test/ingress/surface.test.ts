// The live surface: what lists show is what calls are judged by, for callers and runs with grants as for those without.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Run } from "../../src/call.ts";
import { describeApi } from "../../src/ingress/openapi.ts";
import { surfaceDigest, surfaceOf } from "../../src/ingress/surface.ts";
import { memberOf, membersOf } from "../support/json.ts";
import type { AgentAnswer } from "../support/running-app.ts";
import { always } from "../support/socket-backend.ts";
import { type IdentityApp, KEYS, startIdentityApp } from "./identity-app.ts";
import { legacy, modern, resultOf, sendMcp } from "./mcp-wire.ts";

let app: IdentityApp;
let granted: string;
beforeAll(async () => {
  app = await startIdentityApp();
  const grant = {
    tools: ["create_item", "get_item"],
    arguments: {
      create_item: { name: { enum: ["a", "b"] }, size: { maximum: 5 }, colour: { pin: { value: "red" } } },
    },
  };
  granted = (await app.open({ caller: "bot", grant })).token;
});
afterAll(() => app.stop());
beforeEach(() => app.backend.play(always(200, '{"id":"a"}')));

type Fields = readonly (readonly [string, string])[];
const asKey = (who: keyof typeof KEYS): Fields => [["x-api-key", KEYS[who]]];
const asRun = (): Fields => [["authorization", `Bearer ${granted}`]];
const send = (method: string, target: string, fields: Fields, body?: unknown): Promise<AgentAnswer> =>
  app.send({
    method,
    target,
    headers: body === undefined ? fields : [...fields, ["content-type", "application/json"]],
    body: body === undefined ? undefined : JSON.stringify(body),
  });
const get = async (target: string, fields: Fields): Promise<Readonly<Record<string, unknown>>> =>
  membersOf(JSON.parse((await send("GET", target, fields)).text));
const schemasIn = (tools: unknown, member: string): readonly unknown[] =>
  (tools as readonly Readonly<Record<string, unknown>>[]).map(
    (tool) => memberOf(tool, member) ?? memberOf(tool["function"], member),
  );

const WHOLE = {
  type: "object",
  properties: { name: { type: "string", maxLength: 20 }, size: { type: "integer" }, colour: { type: "string" } },
  required: ["name"],
  additionalProperties: false,
};

describe("GET /tools", () => {
  const FORMS = [
    ["/tools", "inputSchema"],
    ["/tools?format=mcp", "inputSchema"],
    ["/tools?format=openai", "parameters"],
    ["/tools?format=anthropic", "input_schema"],
  ] as const;

  it.each(FORMS)("%s shows what a grant leaves, without what it pins", async (target, member) => {
    const { tools } = await get(target, asRun());
    const [create, ...others] = schemasIn(tools, member);
    expect(others).toHaveLength(1);
    expect(create).toMatchObject({
      properties: { name: { type: "string", enum: ["a", "b"] }, size: { type: "integer", maximum: 5 } },
      additionalProperties: false,
    });
    expect(memberOf(memberOf(create, "properties"), "colour")).toBeUndefined();
    expect(new Set(memberOf(create, "required") as string[])).toEqual(new Set(["name", "size"]));
  });

  it.each(FORMS)(
    "%s shows the whole to whom nothing narrows, but for what comes from claims",
    async (target, member) => {
      const [create, ...others] = schemasIn((await get(target, asKey("bot")))["tools"], member);
      expect(others).toHaveLength(3);
      expect(create).toMatchObject(WHOLE);
      expect(memberOf(memberOf(create, "properties"), "tenant")).toBeUndefined();
    },
  );
});

describe("what pages and versions of lists are bound to", () => {
  it("is another wherever the list may be, and the contracts alone where nothing narrows it", () => {
    const { catalog } = app.app;
    const runOf = (...grants: Run["grants"]): Run => ({ id: "r", lineage: ["r"], grants, expiresAt: undefined });
    const runs = [runOf({ tools: ["a"] }), runOf({ tools: ["b"] }), runOf({ tools: ["a"] }, { tools: ["b"] })];
    expect(new Set([catalog.digest, ...runs.map((run) => surfaceDigest(catalog, run))]).size).toBe(4);
    // As callers without a restriction of their own come in, and the runs that are opened for them.
    for (const whole of [runOf(), runOf({}), runOf({}, {}), runOf({ limits: [], messages: [] })]) {
      expect(surfaceDigest(catalog, whole)).toBe(catalog.digest);
      expect(surfaceOf(catalog.contracts, whole)).toBe(surfaceOf(catalog.contracts, runOf()));
      expect(describeApi(catalog, whole, false)).toBe(describeApi(catalog, runOf(), false));
    }
    expect(surfaceDigest(catalog, runOf({ limits: [{ calls: 1 }] }))).not.toBe(catalog.digest);
    expect(describeApi(catalog, runOf({ tools: [] }), false)).not.toBe(describeApi(catalog, runOf(), false));
  });
});

describe("tools/list", () => {
  it("shows the same schema as GET /tools", async () => {
    const shown = async (fields: Fields): Promise<readonly unknown[]> => {
      const answer = await sendMcp(app.port, modern("tools/list", {}, { headers: Object.fromEntries(fields) }));
      return schemasIn(resultOf(answer)["tools"], "inputSchema");
    };
    for (const fields of [asRun(), asKey("bot"), asKey("reader")])
      expect(await shown(fields)).toEqual(schemasIn((await get("/tools", fields))["tools"], "inputSchema"));
  });
});

describe("GET /openapi.json", () => {
  const bodyOf = (document: unknown): unknown => {
    const post = memberOf(memberOf(memberOf(document, "paths"), "/api/items"), "post");
    return memberOf(memberOf(memberOf(memberOf(post, "requestBody"), "content"), "application/json"), "schema");
  };

  it("has the paths that the grants leave, with their narrowing, and its own version", async () => {
    const [narrow, whole] = [await get("/openapi.json", asRun()), await get("/openapi.json", asKey("bot"))];
    expect(Object.keys(membersOf(narrow["paths"]))).toEqual(["/api/items", "/api/items/{id}"]);
    expect(Object.keys(membersOf(memberOf(narrow["paths"], "/api/items")))).toEqual(["post"]);
    expect(Object.keys(membersOf(memberOf(whole["paths"], "/api/items")))).toEqual(["post", "get"]);
    expect(bodyOf(narrow)).toEqual({
      type: "object",
      properties: {
        name: { type: "string", maxLength: 20, enum: ["a", "b"] },
        size: { type: "integer", minimum: Number.MIN_SAFE_INTEGER, maximum: 5 },
      },
      required: ["name", "size"],
      additionalProperties: false,
    });
    expect(bodyOf(whole)).toMatchObject({ properties: { colour: { type: "string" } }, required: ["name"] });
    expect(JSON.stringify([bodyOf(narrow), bodyOf(whole)])).not.toContain("tenant");
    expect(memberOf(narrow["info"], "version")).not.toBe(memberOf(whole["info"], "version"));
    expect(narrow["servers"]).toBeUndefined();
  });
});

describe("a tool that the grants leave out", () => {
  it("is unknown by name, and its path is one that no tool has", async () => {
    for (const path of ["/call", "/check"]) {
      const answer = await send("POST", path, asKey("reader"), { tool: "create_item", arguments: { name: "a" } });
      const unknown = await send("POST", path, asKey("reader"), { tool: "delete_item", arguments: { name: "a" } });
      expect([answer.status, answer.code]).toEqual([404, "unknown_tool"]);
      expect(JSON.parse(answer.text).detail).toBe(JSON.parse(unknown.text).detail);
    }
    const there = await send("POST", "/api/items", asKey("reader"), { name: 1 });
    const nowhere = await send("POST", "/api/nowhere", asKey("reader"), { name: 1 });
    const { call: _id, ...told } = JSON.parse(there.text);
    expect(JSON.parse(nowhere.text)).toMatchObject(told);
    expect(there.code).toBe("not_found");
    expect(app.backend.requests()).toHaveLength(0);
  });

  it("is no method of a path that others have", async () => {
    const answer = await send("GET", "/api/items", asRun());
    expect([answer.status, answer.headers["allow"]]).toEqual([405, "POST"]);
    expect(answer.text).not.toContain("list_items");
    expect((await send("PUT", "/api/items", asRun())).headers["allow"]).toBe("POST");
    expect((await send("PUT", "/api/items", asKey("bot"))).headers["allow"]).toBe("POST, GET");
    expect((await send("PUT", "/api/items", asKey("reader"))).code).toBe("not_found");
  });
});

describe("what a grant or a claim sets", () => {
  it("is sent, however the call comes", async () => {
    await send("POST", "/api/items", asRun(), { name: "a", size: 1 });
    await send("POST", "/call", asRun(), { tool: "create_item", arguments: { name: "a", size: 1 } });
    await send("POST", "/call", asKey("other"), { tool: "create_item", arguments: { name: "c" } });
    expect(app.backend.requests().map(({ body }) => JSON.parse(String(body)))).toEqual([
      { name: "a", size: 1, tenant: "acme", colour: "red" },
      { name: "a", size: 1, tenant: "acme", colour: "red" },
      { name: "c", tenant: "umbrella" },
    ]);
  });

  it("refuses what is beyond it, with what is accepted", async () => {
    const answer = await send("POST", "/api/items", asRun(), { name: "c", size: 6 });
    expect(answer.code).toBe("invalid_arguments");
    expect(JSON.parse(answer.text).issues).toMatchObject([
      { path: "/name", accepts: { enum: ["a", "b"] } },
      { path: "/size", accepts: { maximum: 5 } },
    ]);
    expect(app.backend.requests()).toHaveLength(0);
  });
});

describe("what is told of an argument that is none", () => {
  it.each<[string, Fields, readonly string[]]>([
    ["with a claim", asKey("bot"), ["name", "size", "colour"]],
    ["with a grant", [], ["name", "size"]],
  ])("names no argument that the sidecar sets %s", async (_with, fields, names) => {
    const own = fields.length === 0 ? asRun() : fields;
    const wrong = { name: "a", size: 1, extra: true };
    const body = { tool: "create_item", arguments: wrong };
    const headers = Object.fromEntries(own);
    const byRest = JSON.parse((await send("POST", "/api/items", own, wrong)).text).issues;
    const byCall = JSON.parse((await send("POST", "/call", own, body)).text).issues;
    const overMcp = await sendMcp(app.port, legacy("tools/call", { ...body, name: "create_item" }, { headers }));
    const accepted = `accepted: ${names.join(", ")}`;
    expect(byRest).toEqual([{ path: "/extra", code: "unknown", message: expect.stringMatching(`${accepted}$`) }]);
    expect(byCall).toMatchObject([
      {
        path: "/extra",
        code: "unknown",
        message: expect.stringMatching(`${accepted}$`),
        accepts: { properties: names },
      },
    ]);
    expect(overMcp.text).toContain(accepted);
    expect(overMcp.text).not.toContain(`${accepted},`);
  });
});

describe("the agent's own key", () => {
  it("is no argument, even where the backend's document has a header of that name", async () => {
    const answer = await send("GET", "/api/items", asKey("bot"));
    expect(answer.status).toBe(200);
    expect(app.backend.requests()).toHaveLength(1);
    expect(JSON.stringify(app.backend.requests())).not.toContain(KEYS.bot);
    const list = ((await get("/tools", asKey("bot")))["tools"] as object[]).find(
      (tool) => memberOf(tool, "name") === "list_items",
    );
    expect(memberOf(memberOf(list, "inputSchema"), "properties")).toEqual({});
  });
});

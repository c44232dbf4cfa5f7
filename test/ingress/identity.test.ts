// Who may call: every path with every kind of credential, in both directions, and that a refusal tells nothing.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { AgentAnswer, AgentRequest } from "../support/running-app.ts";
import { always } from "../support/socket-backend.ts";
import { type IdentityApp, KEYS, type OpenedRun, startIdentityApp } from "./identity-app.ts";
import { initialize, legacy, modern } from "./mcp-wire.ts";

let app: IdentityApp;
let run: OpenedRun;
let foreign: OpenedRun;
beforeAll(async () => {
  app = await startIdentityApp();
  [run, foreign] = [await app.open({ caller: "bot" }), await app.open({ caller: "other" })];
});
afterAll(() => app.stop());
beforeEach(() => app.backend.play(always(200, '{"id":"a"}')));

type Fields = readonly (readonly [string, string])[];
const JSON_TYPE = ["content-type", "application/json"] as const;
const call = { tool: "get_item", arguments: { id: "a" } };

/** What an agent can do on the data port, each in a request that a good credential makes succeed. */
const mcpRequest = (post: ReturnType<typeof modern>, path: string): AgentRequest => ({
  method: "POST",
  target: path,
  headers: [
    JSON_TYPE,
    ["accept", "application/json, text/event-stream"],
    ...Object.entries(post.headers ?? {}).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    ),
  ],
  body: post.body,
});
const PATHS: readonly (readonly [string, AgentRequest])[] = [
  ["REST", { method: "GET", target: "/api/items/a", headers: [], body: undefined }],
  ["POST /call", { method: "POST", target: "/call", headers: [JSON_TYPE], body: JSON.stringify(call) }],
  ["POST /check", { method: "POST", target: "/check", headers: [JSON_TYPE], body: JSON.stringify(call) }],
  ["GET /tools", { method: "GET", target: "/tools?format=openai", headers: [], body: undefined }],
  ["GET /openapi.json", { method: "GET", target: "/openapi.json", headers: [], body: undefined }],
  ["modern tools/call", mcpRequest(modern("tools/call", { name: "get_item", arguments: { id: "a" } }), "/mcp")],
  ["modern tools/list", mcpRequest(modern("tools/list"), "/mcp/api")],
  ["initialize", mcpRequest(initialize(), "/mcp")],
  ["legacy tools/call", mcpRequest(legacy("tools/call", { name: "get_item", arguments: { id: "a" } }), "/mcp/api")],
];

const send = (request: AgentRequest, fields: Fields, prefix = ""): Promise<AgentAnswer> =>
  app.send({ ...request, target: prefix + request.target, headers: [...request.headers, ...fields] });
const bearer = (token: string): Fields => [["authorization", `Bearer ${token}`]];
const apiKey = (key: string): Fields => [["x-api-key", key]];
const isMcp = (what: string): boolean => !/^(REST|POST|GET)/.test(what);

describe.each(PATHS)("%s", (what, request) => {
  it.each<[string, () => Fields | Promise<Fields>]>([
    ["a key in Authorization", () => bearer(KEYS.bot)],
    ["a key in x-api-key", () => apiKey(KEYS.bot)],
    ["the same key in both", () => [...bearer(KEYS.bot), ...apiKey(KEYS.bot)]],
    ["a token of an issuer", async () => bearer(await app.jwt())],
    ["a token of an issuer in x-api-key", async () => apiKey(await app.jwt())],
    ["the token of a run", () => bearer(run.token)],
    ["the token of a run in x-api-key", () => apiKey(run.token)],
    ["the token of a run, beside the key of its caller", () => [...bearer(run.token), ...apiKey(KEYS.bot)]],
  ])("is open with %s", async (_with, fields) => {
    const answer = await send(request, await fields());
    expect([answer.status, answer.headers["www-authenticate"]]).toEqual([200, undefined]);
  });

  it.each<[string, () => Fields]>([
    ["the run alone", () => []],
    ["the key of its caller", () => apiKey(KEYS.bot)],
    ["a credential of somebody else's world", () => bearer("an-old-token-for-the-backend")],
  ])("is open below a run URL with %s", async (_with, fields) => {
    expect((await send(request, fields(), `/r/${run.token}`)).status).toBe(200);
  });

  it.each<[string, () => Fields | Promise<Fields>]>([
    ["nothing", () => []],
    ["an unknown key", () => bearer("canary-unknown-key-012345")],
    ["an empty bearer", () => bearer("")],
    ["another scheme", () => [["authorization", `Basic ${Buffer.from(`bot:${KEYS.bot}`).toString("base64")}`]]],
    ["two keys of two callers", () => [...bearer(KEYS.bot), ...apiKey(KEYS.other)]],
    ["a token of an issuer that is over", async () => bearer(await app.jwt({ exp: 1 }))],
    ["a token of another issuer", async () => bearer(await app.jwt({ iss: "https://evil.example.com" }))],
    [
      "a token of a run that was changed",
      () => bearer(`${run.token.slice(0, -1)}${run.token.endsWith("A") ? "B" : "A"}`),
    ],
    ["a token of a run that was cut", () => bearer(run.token.slice(0, -1))],
    ["a run beside the key of another caller", () => [...bearer(foreign.token), ...apiKey(KEYS.bot)]],
  ])("is closed with %s", async (_with, fields) => expectUnknown(await send(request, await fields())));

  it.each<[string, () => string, () => Fields]>([
    ["that nobody was given", () => `/r/crr_${"a".repeat(200)}.${"a".repeat(43)}`, () => []],
    ["that nobody was given, beside a good key", () => "/r/crr_a.b", () => bearer(KEYS.bot)],
    ["of another caller", () => `/r/${foreign.token}`, () => bearer(KEYS.bot)],
    ["of another run", () => `/r/${foreign.token}`, () => bearer(run.token)],
    ["with a key in it", () => `/r/${KEYS.bot}`, () => []],
  ])("is closed with a run URL %s", async (_with, prefix, fields) =>
    expectUnknown(await send(request, fields(), prefix())),
  );

  const expectUnknown = (answer: AgentAnswer): void => {
    const body = JSON.parse(answer.text);
    const { call: id, ...told } = isMcp(what) ? body.error.data : body;
    expect([answer.status, answer.headers["www-authenticate"]]).toEqual([401, "Bearer"]);
    expect(answer.headers["content-type"]).toContain(isMcp(what) ? "application/json" : "application/problem+json");
    expect(answer.headers["checkrein-call"]).toBe(id);
    expect(told).toEqual({
      type: "urn:checkrein:refusals/unauthenticated",
      title: "The caller is not known",
      status: 401,
      detail: expect.stringContaining("are missing, not known here, or not valid any more"),
      code: "unauthenticated",
      class: "stop",
      forwarded: "no",
    });
    expect(app.backend.requests()).toHaveLength(0);
  };
});

describe("anybody", () => {
  it("may call where the operator says so, and whoever says who they are has to be that", async () => {
    const open = await startIdentityApp(["--anonymous=true"]);
    try {
      for (const [, request] of PATHS) {
        expect((await open.send(request)).status).toBe(200);
        const wrong = { ...request, headers: [...request.headers, ["x-api-key", "not-a-key-of-anybody"] as const] };
        expect((await open.send(wrong)).status).toBe(401);
      }
      expect(await open.written()).toContain('"caller":"anonymous","run":"caller:anonymous"');
    } finally {
      await open.stop();
    }
  });
});

describe("a caller", () => {
  it("is known by name in the journal, with its run", async () => {
    await send(PATHS[1]?.[1] as AgentRequest, bearer(await app.jwt({ sub: "ben" }))); // POST /call
    await send(PATHS[1]?.[1] as AgentRequest, [], `/r/${run.token}`); // as above
    const written = await app.written();
    expect(written).toContain('"caller":"people/ben","run":"caller:people/ben"');
    expect(written).toContain(`"caller":"bot","run":"${run.run}"`);
  });

  it("is asked to wait while the keys of its issuer cannot be had", async () => {
    const fresh = await startIdentityApp();
    fresh.issuer.publish(500);
    try {
      for (const [what, request] of PATHS) {
        const answer = await fresh.send({ ...request, headers: [...request.headers, ...bearer(await app.jwt())] });
        const body = JSON.parse(answer.text);
        expect([what, answer.status, (isMcp(what) ? body.error.data : body).code]).toEqual([what, 503, "not_ready"]);
        expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
      }
    } finally {
      await fresh.stop();
    }
  });
});

describe("a request that is no good in its form", () => {
  it("is refused for that, whoever sends it, and a body is not read for anybody unknown", async () => {
    const forms: readonly [AgentRequest, string][] = [
      [
        { method: "GET", target: "/api/items/a", headers: [["origin", "https://evil.test"]], body: undefined },
        "forbidden_origin",
      ],
      [{ method: "GET", target: `/${"a".repeat(9000)}`, headers: [], body: undefined }, "target_too_long"],
      [{ method: "GET", target: `/r/${"%61".repeat(3000)}`, headers: [], body: undefined }, "target_too_long"],
      [{ method: "GET", target: "/r/a#b/tools", headers: [], body: undefined }, "malformed_target"],
      [{ method: "POST", target: "/call", headers: [["content-length", "2000000"]], body: undefined }, "too_large"],
    ];
    for (const [request, code] of forms) expect((await app.send(request)).code).toBe(code);
    const large = { method: "POST", target: "/call", headers: [], body: "x".repeat(1_000_000) };
    expect((await app.send(large)).code).toBe("unauthenticated");
  });
});

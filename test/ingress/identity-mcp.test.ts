// MCP sessions belong to the caller and the run that began them: for everybody else they are not there, whatever is tried.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listOf, memberOf, membersOf } from "../support/json.ts";
import { type IdentityApp, KEYS, startIdentityApp } from "./identity-app.ts";
import {
  type McpPost,
  type McpReplied,
  errorOf,
  initialize,
  legacy,
  modern,
  openMcp,
  rejectionOf,
  resultOf,
  sendMcp,
} from "./mcp-wire.ts";

let app: IdentityApp;
beforeAll(async () => void (app = await startIdentityApp()));
afterAll(() => app.stop());

type Fields = Readonly<Record<string, string>>;
const key = (who: keyof typeof KEYS): Fields => ({ "x-api-key": KEYS[who] });
const send = (post: McpPost, fields: Fields, path = "/mcp"): Promise<McpReplied> =>
  sendMcp(app.port, { ...post, path, headers: { ...post.headers, ...fields } });

const begin = async (fields: Fields, path = "/mcp"): Promise<Fields> => {
  const id = (await send(initialize(), fields, path)).headers.get("mcp-session-id");
  if (id === null) throw new Error("no session");
  return { "mcp-session-id": id, "mcp-protocol-version": "2025-11-25" };
};

const USES: readonly (readonly [string, McpPost])[] = [
  ["tools/list", legacy("tools/list")],
  ["tools/call", legacy("tools/call", { name: "get_item", arguments: { id: "a" } })],
  ["ping", legacy("ping")],
  ["a notification", { body: '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}' }],
  ["an answer", { body: '{"jsonrpc":"2.0","id":"checkrein-1","result":{}}' }],
  ["the GET stream", { method: "GET" }],
  ["a resumed stream", { method: "GET", headers: { "last-event-id": "s1.1" } }],
  ["DELETE", { method: "DELETE" }],
];

const withoutCall = ({ status, text, headers }: McpReplied): readonly unknown[] => [
  status,
  text.replace(/"call":"[\w-]+"/, ""),
  headers.get("www-authenticate"),
];

describe("a session", () => {
  it.each(USES)("is for %s of another caller, or another run, exactly one that never was", async (_use, post) => {
    const run = await app.open({ caller: "bot" });
    const inRun: Fields = { authorization: `Bearer ${run.token}` };
    const session = await begin(key("bot"));
    const ofRun = await begin(inRun);
    const unknown = { ...session, "mcp-session-id": "A".repeat(32) };
    const nothing = withoutCall(await send(post, { ...key("other"), ...unknown }));
    expect(nothing[0]).toBe(404);
    const strangers: readonly (readonly [Fields, Fields, string?])[] = [
      [key("other"), session],
      [inRun, session],
      [key("bot"), ofRun],
      [{ authorization: `Bearer ${(await app.open({ caller: "bot" })).token}` }, ofRun],
      [key("bot"), session, "/mcp/api"],
    ];
    for (const [who, fields, path] of strangers)
      expect(withoutCall(await send(post, { ...who, ...fields }, path))).toEqual(nothing);
    // It is there for its own caller all the same.
    for (const [who, fields, path] of [
      [key("bot"), session],
      [inRun, ofRun],
      [{}, ofRun, `/r/${run.token}/mcp`],
    ] as const)
      expect((await send(legacy("ping"), { ...who, ...fields }, path)).status).toBe(200);
  });

  it.each(USES)("is for %s of nobody a request without credentials", async (_use, post) => {
    const session = await begin(key("bot"));
    const answer = await send(post, session);
    expect([answer.status, memberOf(errorOf(answer)["data"], "code")]).toEqual([401, "unauthenticated"]);
    expect((await send(legacy("ping"), { ...key("bot"), ...session })).status).toBe(200);
  });

  it("is one in every answer to its own caller, until it is deleted", async () => {
    const session = { ...key("bot"), ...(await begin(key("bot"))) };
    for (const [, post] of USES.slice(0, 3)) expect((await send(post, session)).status).toBe(200);
    const leaving = new AbortController();
    const stream = await openMcp(app.port, { method: "GET", headers: session, signal: leaving.signal });
    expect(stream.headers.get("content-type")).toBe("text/event-stream");
    leaving.abort();
    expect((await send({ method: "DELETE" }, session)).status).toBe(200);
    expect((await send(legacy("ping"), session)).status).toBe(404);
  });

  it("of a caller goes on with a renewed token of its issuer, for the same subject alone", async () => {
    const bearer = async (more: object): Promise<Fields> => ({ authorization: `Bearer ${await app.jwt({ ...more })}` });
    const session = await begin(await bearer({}));
    expect((await send(legacy("ping"), { ...session, ...(await bearer({ jti: "2" })) })).status).toBe(200);
    expect((await send(legacy("ping"), { ...session, ...(await bearer({ sub: "ben" })) })).status).toBe(404);
  });

  it("is pushed out by none that anybody begins", async () => {
    const mine = await begin(key("other"));
    const old = await begin(key("bot"));
    for (let count = 0; count < 100; count += 1) await begin(key("bot"));
    expect((await send(legacy("ping"), { ...key("other"), ...mine })).status).toBe(200);
    expect((await send(legacy("ping"), { ...key("bot"), ...old })).status).toBe(200);
  });
});

describe("a tool that the caller may not use", () => {
  const paths = ["/mcp", "/mcp/api"];

  it.each(paths)("is one that does not exist, at %s in both eras", async (path) => {
    for (const make of [modern, legacy]) {
      const tried = async (name: string): Promise<string> => {
        const post = make("tools/call", { name, arguments: { name: "a" } });
        const answer = await send(post, key("reader"), path);
        expect(rejectionOf(answer)).toEqual([make === modern ? answer.status : 200, -32_602, "unknown_tool"]);
        return answer.text.replace(/"call":"[\w-]+"/, "").replaceAll(name, "it");
      };
      expect(await tried("create_item")).toBe(await tried("delete_item"));
    }
  });

  it.each(paths)("is not listed at %s, and others are", async (path) => {
    const namesOf = async (who: keyof typeof KEYS, make: typeof modern | typeof legacy): Promise<unknown> =>
      listOf(resultOf(await send(make("tools/list"), key(who), path))["tools"]).map((tool) => membersOf(tool)["name"]);
    for (const make of [modern, legacy]) {
      expect(await namesOf("reader", make)).toEqual(["get_item"]);
      expect(await namesOf("bot", make)).toEqual(["create_item", "get_item", "list_items", "save_thing"]);
    }
  });
});

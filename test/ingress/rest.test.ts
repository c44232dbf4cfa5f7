// The REST ingress: the wire form of every style read into arguments, and what it cannot map. Seen from both ends: what an agent
// sends over a raw socket, and what arrives at the backend.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { REQUEST_TOOLS, requestDocument } from "../check/probe.ts";
import { type RunningApp, startRunningApp } from "../support/running-app.ts";
import { exchangeRaw } from "../support/raw-http.ts";
import { type SocketBackend, always, startSocketBackend } from "../support/socket-backend.ts";
import { type ToolFolder, writeToolFolder } from "../support/tool-folder.ts";

let backend: SocketBackend;
let folder: ToolFolder;
let running: RunningApp;
beforeAll(async () => {
  backend = await startSocketBackend(always(200, ""));
  folder = writeToolFolder({ document: requestDocument, tools: REQUEST_TOOLS });
  running = await startRunningApp({
    contracts: folder.path,
    environment: { API_URL: backend.url, API_TOKEN: "canary-77b4-token-of-the-api" },
  });
});
afterAll(async () => {
  await running.stop();
  await backend.close();
  folder.remove();
});

interface Wire {
  readonly line: string;
  readonly fields?: readonly string[];
  readonly body?: string;
}
/** What arrived (target, the given header, body), or the refusal: status, code, its places. */
const send = async ({ line, fields = [], body = "" }: Wire): Promise<readonly unknown[]> => {
  backend.play(always(200, ""));
  const length = body === "" ? [] : [`Content-Length: ${Buffer.byteLength(body)}`];
  const head = [`${line} HTTP/1.1`, "Host: localhost", "Connection: close", ...fields, ...length].join("\r\n");
  const { answers } = await exchangeRaw(
    [Buffer.from(`${head}\r\n\r\n`, "latin1"), ...(body === "" ? [] : [Buffer.from(body)])],
    { port: running.port },
  );
  const [answer] = answers;
  const [request] = backend.requests();
  if (answer?.status === 200 && request !== undefined) return [request.target, String(request.body)];
  expect(request).toBeUndefined();
  const refusal = JSON.parse(String(answer?.body));
  return [
    answer?.status,
    refusal.code,
    ...(refusal.issues ?? []).map(({ path, code }: { path: string; code: string }) => `${path} ${code}`),
  ];
};
const get = (target: string, ...fields: readonly string[]): Promise<readonly unknown[]> =>
  send({ line: `GET ${target}`, fields });
const post = (target: string, type: string, body: string, ...fields: readonly string[]): Promise<readonly unknown[]> =>
  send({ line: `POST ${target}`, fields: [`Content-Type: ${type}`, ...fields], body });

describe("a path", () => {
  it.each([
    ["/api/items/a%20b", "/items/a%20b"],
    ["/api/items/a+b", "/items/a%2Bb"],
    ["/api/items/%61", "/items/a"],
    ["/api/items/%252e", "/items/%252e"],
    ["/api/items/a;b=c", "/items/a%3Bb%3Dc"],
    ["/api/files/a%2Fb", "/files/a%2Fb"],
    ["/api/compare/a...b", "/compare/a...b"],
  ])("%s arrives as %s", async (target, want) => {
    expect(await get(target)).toEqual([want, ""]);
  });
  it.each<[string, readonly unknown[]]>([
    ["/api/items/a%2Fb", [422, "invalid_arguments", "/id unsendable"]],
    ["/api/items/..", [422, "invalid_arguments", "/id unsendable"]],
    ["/api/items/%2e%2e", [422, "invalid_arguments", "/id unsendable"]],
    ["/api/items/.", [422, "invalid_arguments", "/id unsendable"]],
    ["/api/items/all", [404, "not_found"]],
    ["/api/items/%61ll", [404, "not_found"]],
    ["/api/files/a%2F..", [422, "invalid_arguments", "/path unsendable"]],
    ["/api/items/%C3%28", [400, "malformed_target"]],
    ["/api/items/%", [400, "malformed_target"]],
    ["/api/compare/a...b...c", [400, "malformed_target"]],
  ])("%s is refused", async (target, want) => {
    expect(await get(target)).toEqual(want);
  });
});

describe("a query", () => {
  it.each([
    ["q=a+b", "q=a%20b"],
    ["q=a%2Bb", "q=a%2Bb"],
    ["q=", "q="],
    ["q", "q="],
    ["q=a=b", "q=a%3Db"],
    ["%71=x", "q=x"],
    ["limit=-12", "limit=-12"],
    ["ratio=1.50", "ratio=1.5"],
    ["exact=true", "exact=true"],
    ["tags=a&limit=1&tags=b", "limit=1&tags=a&tags=b"],
    ["tags=a%2Cb", "tags=a%2Cb"],
    ["ids=1,2", "ids=1,2"],
    ["pipes=a|b", "pipes=a%7Cb"],
    ["pipes=a%7Cb", "pipes=a%7Cb"],
    ["spaces=a+b%20c", "spaces=a%20b%20c"],
    ["deep[k]=a&deep%5Bn%5D=1", "deep%5Bk%5D=a&deep%5Bn%5D=1"],
    ["json=%7B%22n%22:1%7D", "json=%7B%22n%22%3A1%7D"],
  ])("%s arrives as %s", async (query, want) => {
    expect(await get(`/api/search?${query}`)).toEqual([`/search?${want}`, ""]);
  });

  it.each<[string, readonly unknown[]]>([
    ["x=1", [422, "invalid_arguments", "/x unknown"]],
    ["Q=1", [422, "invalid_arguments", "/Q unknown"]],
    ["x+y=1", [422, "invalid_arguments", "/x y unknown"]],
    ["__proto__=1", [422, "invalid_arguments", "/__proto__ unknown"]],
    ["q=a&q=a", [400, "duplicate_parameter"]],
    ["limit=1&%6Cimit=2", [400, "duplicate_parameter"]],
    ["deep[k]=a&deep[k]=b", [400, "duplicate_parameter"]],
    ["limit=", [422, "invalid_arguments", "/limit type"]],
    ["limit=0x10", [422, "invalid_arguments", "/limit type"]],
    ["limit=1e1", [422, "invalid_arguments", "/limit type"]],
    ["limit=01", [422, "invalid_arguments", "/limit type"]],
    ["limit=+1", [422, "invalid_arguments", "/limit type"]],
    ["limit=9007199254740993", [422, "invalid_arguments", "/limit type"]],
    ["exact=TRUE", [422, "invalid_arguments", "/exact type"]],
    ["exact=1", [422, "invalid_arguments", "/exact type"]],
    ["exact", [422, "invalid_arguments", "/exact type"]],
    ["ids=1,,2", [422, "invalid_arguments", "/ids/1 type"]],
    ["ids=1&ids=2", [400, "duplicate_parameter"]],
    ["deep[other]=a", [422, "invalid_arguments", "/deep/other unknown"]],
    ["deep=a", [422, "invalid_arguments", "/deep unknown"]],
    ["json=%7B%22n%22:1,%22n%22:2%7D", [400, "duplicate_key", "/json/n duplicate_key"]],
    ["json=%7B", [400, "malformed_json", "/json malformed_json"]],
    ["q=%zz", [400, "malformed_target"]],
    ["q=%ff", [400, "malformed_target"]],
    ["&q=a", [400, "malformed_target"]],
    ["=a", [400, "malformed_target"]],
  ])("%s is refused", async (query, want) => {
    expect(await get(`/api/search?${query}`)).toEqual(want);
  });
});

describe("a header argument", () => {
  const noteSent = (): string | undefined =>
    backend.requests()[0]?.headers.find(([name]) => name.toLowerCase() === "x-note")?.[1];
  it.each(["plain", "a b", "a, b", '"quoted"', "12"])("%s arrives as it is", async (note) => {
    expect(await get("/api/search", `x-nOtE: ${note}`)).toEqual(["/search", ""]);
    expect(noteSent()).toBe(note);
  });
  it.each<[string, readonly string[], readonly unknown[]]>([
    ["non-ASCII", ["X-Note: caf\u00e9"], [422, "invalid_arguments", "/X-Note unsendable"]],
    ["given twice", ["X-Note: a", "x-note: a"], [400, "ambiguous_request"]],
  ])("is refused when it is %s", async (_what, fields, want) => {
    expect(await get("/api/search", ...fields)).toEqual(want);
  });
  it("that is no argument may be anything, and is not sent", async () => {
    expect(await get("/api/search", "X-Other: caf\u00e9", "X-Other: b")).toEqual(["/search", ""]);
    expect(backend.requests()[0]?.headers.some(([name]) => name.toLowerCase() === "x-other")).toBe(false);
  });
});

describe("a cookie argument", () => {
  const cookieSent = (): string | undefined =>
    backend.requests()[0]?.headers.find(([name]) => name.toLowerCase() === "cookie")?.[1];
  it.each([
    ["seen=a", "seen=a"],
    ["other=1; seen=a%20b; more=2", "seen=a%20b"],
    ["bad%=1; seen=a; %ff=2", "seen=a"],
    ["seen=a+b", "seen=a%2Bb"],
    ["other=1", undefined],
  ])("of %s arrives as %s", async (cookie, want) => {
    expect(await get("/api/search", `Cookie: ${cookie}`)).toEqual(["/search", ""]);
    expect(cookieSent()).toBe(want);
  });
  it("given twice is refused", async () => {
    expect(await get("/api/search", "Cookie: seen=a; seen=b")).toEqual([400, "duplicate_parameter"]);
  });
});

describe("a JSON body", () => {
  const order = (body: string, ...fields: readonly string[]): Promise<readonly unknown[]> =>
    post("/api/orders", "application/json", body, ...fields);
  it.each([
    ['{"amount":1}', '{"amount":1,"currency":"EUR"}'],
    ['{"currency":"EUR","amount":1}', '{"amount":1,"currency":"EUR"}'],
    ["{}", '{"currency":"EUR"}'],
    ["", '{"currency":"EUR"}'],
    ['{"free":[1,{"a":null}]}', '{"currency":"EUR","free":[1,{"a":null}]}'],
  ])("%s arrives as %s", async (body, want) => {
    expect(await order(body)).toEqual(["/orders", want]);
  });
  it.each<[string, readonly unknown[]]>([
    ['{"currency":"USD"}', [422, "invalid_arguments", "/currency pinned"]],
    ['{"currency":null}', [422, "invalid_arguments", "/currency pinned"]],
    ['{"X-Key":"through the body"}', [422, "invalid_arguments", "/X-Key unknown"]],
    ['{"__proto__":{"a":1}}', [400, "invalid_request", "/__proto__ invalid_request"]],
    ["[]", [422, "invalid_arguments", " type"]],
    ["null", [422, "invalid_arguments", " type"]],
    ['{"amount":1,"amount":1}', [400, "duplicate_key", "/amount duplicate_key"]],
    ['{"amount":1.0e400}', [400, "unsafe_number", "/amount unsafe_number"]],
  ])("%s is refused", async (body, want) => {
    expect(await order(body)).toEqual(want);
  });
  it("cannot be given to a tool that takes none", async () => {
    expect(await send({ line: "POST /api/items/a", body: "{}" })).toEqual([405, "method_not_allowed"]);
  });
});

describe("a form", () => {
  const form = (body: string): Promise<readonly unknown[]> =>
    post("/api/form", "application/x-www-form-urlencoded", body);
  it.each([
    ["name=a+b&count=1", "name=a%20b&count=1"],
    ["count=1&tags=x&name=%C3%A9&tags=y", "name=%C3%A9&count=1&tags=x&tags=y"],
  ])("%s arrives as %s", async (body, want) => {
    expect(await form(body)).toEqual(["/form", want]);
  });
  it.each<[string, readonly unknown[]]>([
    ["name=a&other=1", [422, "invalid_arguments", "/other unknown"]],
    ["name=a&name=b", [400, "duplicate_parameter"]],
    ["name=a&count=x", [422, "invalid_arguments", "/count type"]],
    ["name=%zz", [400, "invalid_encoding"]],
    ["name=%ff", [400, "invalid_encoding"]],
    ["%zz=1&name=a", [400, "invalid_encoding"]],
  ])("%s is refused", async (body, want) => {
    expect(await form(body)).toEqual(want);
  });
});

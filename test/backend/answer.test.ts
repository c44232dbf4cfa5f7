// SAFETY F09 and F12, and DESIGN 4 "Wire": what of a backend's answer reaches the agent. Status and projected body; declared
// headers alone; links in the sidecar's own terms; of an error what the contract declares.
import { type Server, createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AgentAnswer } from "../support/running-app.ts";
import { API_TOKEN, type Probe, startProbe } from "../support/probe.ts";
import { always } from "../support/socket-backend.ts";

let probe: Probe;
let canary: Server;
let canaryHits = 0;
beforeAll(async () => {
  probe = await startProbe({ script: always(200, '{"id":"a"}'), basePath: "/v1" });
  canary = createServer((_request, response) => {
    canaryHits += 1;
    response.end();
  }).listen(0, "127.0.0.1");
  await once(canary, "listening");
});
afterAll(async () => {
  canary.close();
  await probe.stop();
});

const get = (target: string): Promise<AgentAnswer> =>
  probe.send({ method: "GET", target, headers: [], body: undefined });

describe("F09 a redirect", () => {
  it.each([300, 301, 302, 303, 305, 307, 308])(
    "refuses status %i, follows nothing and passes no place on",
    async (status) => {
      const location = `http://127.0.0.1:${(canary.address() as AddressInfo).port}/canary`; // it listens
      probe.backend.play(always(status, "", { location }));
      const answer = await get("/api/items/a");
      expect([answer.status, answer.code]).toEqual([502, "upstream_redirect"]);
      expect(JSON.parse(answer.text)).toMatchObject({ forwarded: "yes" });
      expect(answer.headers.location).toBeUndefined();
      expect(answer.text).not.toContain("canary");
      expect(canaryHits).toBe(0);
    },
  );

  it("tells the agent not to repeat a write that was answered with a redirect", async () => {
    probe.backend.play(always(303, "", { location: "/items/a" }));
    const answer = await probe.call("create_item", { name: "a" });
    expect(JSON.parse(answer.text)).toMatchObject({ code: "upstream_redirect", class: "stop" });
    expect(JSON.parse(answer.text).detail).toContain("do not repeat");
  });

  it("never passes Refresh or Content-Location on", async () => {
    probe.backend.play(always(200, '{"id":"a"}', { refresh: "0; url=/x", "content-location": "/x" }));
    const { status, headers } = await get("/api/items/a");
    expect([status, headers["refresh"], headers["content-location"]]).toEqual([200, undefined, undefined]);
  });
});

describe("F12 an error of the backend", () => {
  it.each([
    [400, 400, "fix_arguments"],
    [401, 401, "fix_arguments"],
    [403, 403, "fix_arguments"],
    [404, 404, "fix_arguments"],
    [409, 409, "fix_arguments"],
    [418, 418, "fix_arguments"],
    [429, 429, "wait"],
    [500, 500, "not_your_fault"],
    [502, 502, "not_your_fault"],
    [503, 503, "wait"],
    [599, 599, "not_your_fault"],
  ])("status %i is %i and %s", async (status, shown, refusalClass) => {
    probe.backend.play(always(status, '{"message":"m","stack":"at secret"}'));
    for (const answer of [await get("/api/items/a"), await probe.call("get_item", { id: "a" })]) {
      expect([answer.status, answer.code]).toEqual([shown, "backend_error"]);
      expect(JSON.parse(answer.text)).toMatchObject({ class: refusalClass, forwarded: "yes", backend: { status } });
      expect(answer.text).not.toContain("stack");
    }
  });

  it("shows of the body what the document declares for the status, and nothing where it declares nothing", async () => {
    probe.backend.play(always(409, '{"message":"order closed","stack":"at secret"}'));
    expect(JSON.parse((await get("/api/items/a")).text).backend).toEqual({
      status: 409,
      body: { message: "order closed" },
    });
    probe.backend.play(always(400, '{"message":"order closed"}'));
    expect(JSON.parse((await get("/api/items/a")).text).backend).toEqual({ status: 400 });
  });

  it.each([
    ["7", 7],
    ["0", 0],
    ["999999999", 86_400],
    [new Date(Date.now() + 60_000).toUTCString(), 60],
    ["soon", undefined],
    ["-5", undefined],
  ])("passes Retry-After %s on in seconds", async (given, seconds) => {
    probe.backend.play(always(429, "", { "retry-after": given }));
    const { retryAfter } = JSON.parse((await get("/api/items/a")).text);
    if (seconds === undefined) expect(retryAfter).toBeUndefined();
    else expect(Math.abs(retryAfter - seconds)).toBeLessThanOrEqual(1);
  });
});

describe("headers of an answer", () => {
  const headers = {
    "x-total": "5",
    "x-other": "6",
    "set-cookie": "a=b",
    "x-powered-by": "p",
    server: "s",
    "checkrein-call": "forged",
  };

  it("passes declared ones on, never a cookie, nothing else", async () => {
    probe.backend.play(always(200, '{"id":"a"}', headers));
    const answer = await get("/api/items/a");
    expect(answer.headers["x-total"]).toBe("5");
    expect(answer.headers["checkrein-call"]).toMatch(/^[0-9a-f-]{36}$/);
    for (const name of ["x-other", "set-cookie", "x-powered-by", "server"])
      expect(answer.headers[name]).toBeUndefined();
  });

  it("passes none on where none is declared", async () => {
    probe.backend.play(
      always(200, '{"id":"a"}', { ...headers, location: "/v1/items/a", link: "</v1/items/b>; rel=next" }),
    );
    const answer = await get("/api/plain/a");
    for (const name of ["x-total", "location", "link"]) expect(answer.headers[name]).toBeUndefined();
  });

  it("never sends the agent's own headers to the backend, and never its credential back", async () => {
    probe.backend.play(always(200, '{"id":"a"}'));
    const sent = [
      ["authorization", "Bearer agent"],
      ["cookie", "a=b"],
      ["x-forwarded-for", "1.2.3.4"],
      ["x-total", "1"],
    ] as const;
    const answer = await probe.send({ method: "GET", target: "/api/items/a", headers: sent, body: undefined });
    const [request] = probe.backend.requests();
    const names = request?.headers.map(([name]) => name.toLowerCase()).sort();
    expect(names).toEqual(["accept", "accept-encoding", "authorization", "connection", "host", "user-agent"]);
    expect(request?.headers.find(([name]) => name.toLowerCase() === "authorization")?.[1]).toBe(`Bearer ${API_TOKEN}`);
    expect(JSON.stringify([answer.headers, answer.text])).not.toContain(API_TOKEN);
  });
});

describe("links of an answer", () => {
  const self = (): string => `${probe.backend.url}/v1`;
  const shown = async (name: "location" | "link", value: string): Promise<unknown> => {
    probe.backend.play(always(200, '{"id":"a"}', { [name]: value }));
    return (await get("/api/items/a?")).headers[name];
  };

  it.each([
    ["/v1/items/b", "/api/items/b"],
    ["b", "/api/items/b"],
    ["../items/b?x=1#f", "/api/items/b?x=1#f"],
    ["SELF/items/b", "/api/items/b"],
    ["SELF", "/api"],
    ["/v2/items/b", undefined],
    ["/v1x/items", undefined],
    ["/v1/../admin", undefined],
    ["/v1/%2e%2e/admin", undefined],
    ["//elsewhere.test/v1/items", undefined],
    ["https://elsewhere.test/v1/items/b", undefined],
    ["http://user:pass@127.0.0.1/v1/items/b", undefined],
    ["javascript:alert(1)", undefined],
    ["http://[", undefined],
  ])("rewrites Location %s to %s", async (given, want) => {
    expect(await shown("location", given.replace("SELF", self()))).toBe(want);
  });

  it.each([
    [
      '<SELF/items?page=2>; rel="next", <SELF/items?page=9>; rel="last"',
      '</api/items?page=2>; rel="next", </api/items?page=9>; rel="last"',
    ],
    ["</v1/items/b>;rel=next", "</api/items/b>;rel=next"],
    ['<https://elsewhere.test/>; rel="help", </v1/items/b>; rel="next"', '</api/items/b>; rel="next"'],
    ['</v1/items/b>; rel="next"; title="a, <b>; c"', '</api/items/b>; rel="next"; title="a, <b>; c"'],
    ['</v1/items/b>; anchor="https://inner.test/"; rel="next"', undefined],
    ["<https://elsewhere.test/>; rel=next", undefined],
    ["no link at all", undefined],
    ["</v1/items/b>; rel=next, broken", undefined],
  ])("rewrites Link %s to %s", async (given, want) => {
    expect(await shown("link", given.replaceAll("SELF", self()))).toBe(want);
  });
});

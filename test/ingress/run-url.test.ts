// Run URLs: which targets are some, what stays of them, and that their token stands in nothing that the sidecar writes.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { takeRunToken, withinRunUrl } from "../../src/ingress/run-url.ts";
import { exchangeRaw } from "../support/raw-http.ts";
import { memberOf, membersOf } from "../support/json.ts";
import type { AgentAnswer } from "../support/running-app.ts";
import { always } from "../support/socket-backend.ts";
import { type IdentityApp, KEYS, type OpenedRun, startIdentityApp } from "./identity-app.ts";

describe("a target", () => {
  it.each([
    ["/r/abc/call", "abc", "/call"],
    ["/r/crr_a-b.c_d/mcp/docs?x=/y", "crr_a-b.c_d", "/mcp/docs?x=/y"],
    ["/r/abc/", "abc", "/"],
    ["/r/abc", "abc", "/"],
    ["/r/abc?x=1", "abc", "/?x=1"],
    ["/r/abc/r/def/call", "abc", "/r/def/call"],
    ["/r/abc//call", "abc", "//call"],
    ["/r/", "", "/"],
    ["/r//call", "", "/call"],
    ["/r/a%62c/call", "", "/r/a%62c/call"],
    ["/r/a b/call", "", "/r/a b/call"],
    ["/r/a#b/call", "", "/r/a#b/call"],
    ["/r", undefined, "/r"],
    ["/r?x", undefined, "/r?x"],
    ["/R/abc/call", undefined, "/R/abc/call"],
    ["/%72/abc/call", undefined, "/%72/abc/call"],
    ["//r/abc/call", undefined, "//r/abc/call"],
    ["/call", undefined, "/call"],
    ["http://host/r/abc/call", undefined, "http://host/r/abc/call"],
  ])("%s has the token %s and leaves %s", (whole, token, target) => {
    expect(takeRunToken(whole)).toEqual({ token, target });
  });
});

describe("a reference of ours below a run URL", () => {
  it.each([
    ["/api/items", "location", "/api/items/a"],
    ["/api/items/a/b", "location", "/other?x=1#y"],
    ["/items", "location", "/items/a:b"],
    ["/a//b", "location", "/x"],
    ["/a/", "location", "/"],
  ])("from %s, as %s: %s leads to the same place", (path, name, value) => {
    const base = `http://host/r/token${path}`;
    expect(new URL(withinRunUrl(path, name, value), base).href).toBe(`http://host/r/token${value}`);
  });

  it("is found in each link, and nowhere else", () => {
    const link = '</api/items?page=2>; rel="next"; title="</api/x>", </api/items>; rel=first';
    expect(withinRunUrl("/api/items", "link", link)).toBe(
      '<../api/items?page=2>; rel="next"; title="</api/x>", <../api/items>; rel=first',
    );
    expect(withinRunUrl("/api/items", "x-total", "/7")).toBe("/7");
  });
});

let app: IdentityApp;
let run: OpenedRun;
beforeAll(async () => {
  app = await startIdentityApp();
  run = await app.open({ caller: "bot" });
});
afterAll(() => app.stop());
const headers = { location: "/items/b?x=1", link: '</items?page=2>; rel="next"' };
beforeEach(() => app.backend.play(always(200, '{"id":"a"}', headers)));

const get = (target: string): Promise<AgentAnswer> => app.send({ method: "GET", target, headers: [], body: undefined });

describe("below a run URL", () => {
  it("the URL that the operator was given leads there", async () => {
    expect(run.url).toBe(`${app.app.dataUrl}/r/${run.token}`);
    const answer = await fetch(`${run.url}/api/items/a`);
    expect([answer.status, await answer.json()]).toEqual([200, { id: "a" }]);
  });

  it("links of a backend stay there, without the token, and as they are outside", async () => {
    const within = (await get(`/r/${run.token}/api/items/a`)).headers;
    expect([within["location"], within["link"]]).toEqual([
      "../../api/items/b?x=1",
      '<../../api/items?page=2>; rel="next"',
    ]);
    const request = { method: "GET", target: "/api/items/a", headers: [["x-api-key", KEYS.bot]] as const };
    const outside = (await app.send({ ...request, body: undefined })).headers;
    expect([outside["location"], outside["link"]]).toEqual(["/api/items/b?x=1", '</api/items?page=2>; rel="next"']);
  });

  it("the API's document says that its paths stand beside it", async () => {
    const document = JSON.parse((await get(`/r/${run.token}/openapi.json`)).text);
    expect(document.servers).toEqual([{ url: "." }]);
    expect(Object.keys(document.paths)).toContain("/api/items/{id}");
  });

  it.each(["", "/", "?x", "/nowhere", "/r/x/tools", "//tools", "/%2e%2e/tools"])(
    "%j is no path of ours",
    async (rest) => {
      expect((await get(`/r/${run.token}${rest}`)).code).toBe("not_found");
    },
  );

  it.each(["/r/", "/r/x", "/r//tools", "/r/x?y", "/%72/x/tools", "/R/x/tools", "/r%2fx/tools", "/r/x%2ftools", "/r"])(
    "%s is refused as an unknown token is",
    async (target) => {
      const answer = await get(target);
      expect([answer.status, answer.code]).toEqual([401, "unauthenticated"]);
    },
  );

  it("what cannot be read is answered in the form of where it went", async () => {
    const bad = `POST /r/${run.token}/mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n`;
    const { answers } = await exchangeRaw([Buffer.from(bad)], { port: app.port, patienceMs: 1500, isHead: false });
    expect(JSON.parse(String(answers[0]?.body))).toMatchObject({ jsonrpc: "2.0", error: { code: -32_600 } });
  });

  it("the limit of a target's length counts what is behind the prefix", async () => {
    const large = await app.open({ caller: "bot", claims: { note: "x".repeat(3000) } });
    expect((await get(`/r/${large.token}/api/items/${"a".repeat(5000)}`)).status).toBe(200);
    expect((await get(`/r/${large.token}/api/items/${"a".repeat(9000)}`)).status).toBe(414);
  });
});

describe("the token of a run", () => {
  it("stands in no answer, no log line and no journal, whatever is done with it", async () => {
    const answers = [
      ...(await Promise.all(
        [
          "/api/items/a",
          "/tools",
          "/openapi.json",
          "/nowhere",
          "/mcp",
          "/api/items/%zz",
          "/api/items/a?x=1",
          "#",
          "",
        ].map((rest) => get(`/r/${run.token}${rest}`)),
      )),
      await get(`/r/${run.token.slice(0, -1)}/tools`),
      await get(`/R/${run.token}/tools`),
      await get(`/api/items/${run.token}/x`),
      await app.send({
        method: "POST",
        target: `/r/${run.token}/call`,
        headers: [["content-type", "application/json"]],
        body: JSON.stringify({ tool: "create_item", arguments: { name: "a", x: 1 } }),
      }),
      await app.send({
        method: "GET",
        target: "/tools",
        headers: [["authorization", `Bearer ${run.token}`]],
        body: undefined,
      }),
    ];
    app.backend.play((socket) => void socket.destroy());
    answers.push(await get(`/r/${run.token}/api/items/a`));
    await app.end(run.run);
    await new Promise((resolve) => setTimeout(resolve, 1100)); // calls without state hear of it within a second
    answers.push(await get(`/r/${run.token}/api/items/a`));
    expect(answers.at(-1)).toMatchObject({ status: 401, code: "unauthenticated" });
    const [payload = "", signature = ""] = run.token.split(".");
    const written = await app.written();
    expect(written).toContain(run.run); // something was written
    for (const secret of [payload, signature, KEYS.bot]) {
      expect(written).not.toContain(secret);
      for (const { text, headers: fields } of answers) expect(text + JSON.stringify(fields)).not.toContain(secret);
    }
    expect(memberOf(membersOf(JSON.parse(answers[0]?.text ?? "")), "id")).toBe("a");
  });
});

// SAFETY section 2, rule 1: what an HTTP request must be before anyone looks at its meaning. Over raw sockets: a client library
// would mend the very requests that this is about.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Probe } from "../support/probe.ts";
import { fieldValues } from "../support/raw-http.ts";
import { always } from "../support/socket-backend.ts";
import { type Line, OK, answerTo, post, request, sendRaw, startIngress, withHost } from "./raw.ts";

let probe: Probe;
beforeAll(async () => {
  probe = await startIngress();
});
afterAll(() => probe.stop());

describe("a request", () => {
  it.each<readonly [string, Line, readonly unknown[]]>([
    ["as it should be", {}, OK],
    ["HTTP/1.0", { version: "HTTP/1.0" }, [400, "ambiguous_request"]],
    ["HTTP/2.0", { version: "HTTP/2.0" }, [400, "ambiguous_request"]],
    ["absolute form", { target: "http://localhost/api/items/a" }, [421, "misdirected"]],
    ["absolute form of another scheme", { target: "ftp://localhost/api/items/a" }, [421, "misdirected"]],
    ["asterisk form", { method: "OPTIONS", target: "*" }, [400, "malformed_target"]],
    ["a fragment", { target: "/api/items/a#b" }, [400, "malformed_target"]],
    ["a target without /", { target: "api/items/a" }, [400, "ambiguous_request"]],
    ["a target of the limit", { target: `/api/items/${"a".repeat(189)}` }, OK],
    ["a target over the limit", { target: `/api/items/${"a".repeat(190)}` }, [414, "target_too_long"]],
    ["bad percent-encoding in the path", { target: "/api/items/%zz" }, [400, "malformed_target"]],
    ["bad UTF-8 in the path", { target: "/api/items/%ff" }, [400, "malformed_target"]],
    ["an unfinished percent-encoding", { target: "/api/items/a%2" }, [400, "malformed_target"]],
    ["bad percent-encoding in the query", { target: "/api/items/a?x=%zz" }, [422, "invalid_arguments"]],
    ["bad percent-encoding in a query name", { target: "/api/items/a?%zz=1" }, [400, "malformed_target"]],
    ["100 fields", { fields: withHost(...Array.from({ length: 98 }, (_, index) => `X-${index}: 1`)) }, OK],
    [
      "101 fields",
      { fields: withHost(...Array.from({ length: 99 }, (_, index) => `X-${index}: 1`)) },
      [431, "headers_too_large"],
    ],
    ["fields over the size", { fields: withHost(`X: ${"a".repeat(9000)}`) }, [431, "headers_too_large"]],
    ["a GET with a body", { fields: withHost("Content-Length: 2"), body: "{}" }, [400, "ambiguous_request"]],
    ["a GET with an empty body", { fields: withHost("Content-Length: 0") }, OK],
    [
      "a GET with chunks",
      { fields: withHost("Transfer-Encoding: chunked"), body: "0\r\n\r\n" },
      [400, "ambiguous_request"],
    ],
    [
      "a body with Content-Encoding",
      {
        ...post("application/json"),
        fields: withHost("Content-Type: application/json", "Content-Encoding: gzip", "Content-Length: 12"),
      },
      [415, "unsupported_media_type"],
    ],
    [
      "a body in gzip chunks",
      {
        ...post("application/json"),
        fields: withHost("Content-Type: application/json", "Transfer-Encoding: gzip, chunked"),
        body: "0\r\n\r\n",
      },
      [400, "ambiguous_request"],
    ],
    ["a body over the limit", post("application/json", `{"name":"${"a".repeat(1000)}"}`), [413, "too_large"]],
    ["an unknown field", { fields: withHost("X-Forwarded-Host: evil", "Forwarded: for=1") }, OK],
    ["an unknown expectation", { fields: withHost("Expect: 200-ok") }, [417, "invalid_request"]],
  ])("with %s", async (_what, line, want) => {
    expect(await answerTo(probe, request(line))).toEqual(want);
  });

  it.each([
    "Host: localhost",
    "Content-Type: text/plain",
    "Content-Length: 0",
    "Origin: https://good.test",
    "Authorization: a",
    "X-Api-Key: a",
    "Mcp-Method: a",
    "MCP-Anything: a",
  ])("with two fields %s is ambiguous", async (field) => {
    const name = field.split(":")[0] ?? "";
    const host = name === "Host" ? [] : ["Host: localhost"];
    expect(await answerTo(probe, request({ fields: [...host, field] }))).toEqual(OK); // no key means anything here
    expect(await answerTo(probe, request({ fields: [...host, field, field.toUpperCase()] }))).toEqual([
      400,
      "ambiguous_request",
    ]);
  });

  it("whose chunks are well made is read like any other", async () => {
    const body = 'c\r\n{"name":"a"}\r\n0\r\n\r\n';
    probe.backend.play(always(201, '{"id":"a"}'));
    const { answers } = await sendRaw(
      probe,
      request({
        method: "POST",
        target: "/api/items",
        fields: withHost("Content-Type: application/json", "Transfer-Encoding: chunked"),
        body,
      }),
    );
    expect(answers[0]?.status).toBe(201);
    const [arrived] = probe.backend.requests();
    expect([String(arrived?.body), fieldValues(arrived?.headers ?? [], "content-length")]).toEqual([
      '{"name":"a"}',
      ["12"],
    ]);
  });
});

describe("the Host of a request", () => {
  it.each([
    "localhost",
    "localhost:8080",
    "LOCALHOST",
    "127.0.0.1",
    "127.0.0.1:1",
    "[::1]:8080",
    "checkrein.test",
    "CheckRein.Test:80",
  ])("may be %s", async (host) => {
    expect(await answerTo(probe, request({ fields: [`Host: ${host}`] }))).toEqual(OK);
  });
  it.each(["evil.test", "localhost.evil.test", "checkrein.test.", "xcheckrein.test", "10.0.0.1", "[::2]"])(
    "is misdirected with %s",
    async (host) => {
      expect(await answerTo(probe, request({ fields: [`Host: ${host}`] }))).toEqual([421, "misdirected"]);
    },
  );
  it.each([
    "a b",
    "localhost@evil.test",
    "localhost/x",
    "localhost:8080:1",
    "localhost:x",
    "",
    "localhost, evil.test",
    "localhost:999999",
  ])("is no host as %j", async (host) => {
    expect(await answerTo(probe, request({ fields: [`Host: ${host}`] }))).toEqual([400, "ambiguous_request"]);
  });
  it("cannot be left out", async () => {
    expect(await answerTo(probe, request({ fields: [] }))).toEqual([400, "ambiguous_request"]);
  });
});

describe("the Origin of a request", () => {
  it("may be one that is allowed, and absent", async () => {
    expect(await answerTo(probe, request({ fields: withHost("Origin: https://good.test") }))).toEqual(OK);
  });
  it("may be the sidecar's own", async () => {
    expect(await answerTo(probe, request({ fields: withHost("Origin: http://localhost") }))).toEqual(OK);
    expect(
      await answerTo(probe, request({ fields: ["Host: 127.0.0.1:8080", "Origin: http://127.0.0.1:8080"] })),
    ).toEqual(OK);
  });
  it.each([
    "https://evil.test",
    "http://good.test",
    "https://good.test.evil.test",
    "null",
    "http://localhost:1",
    "https://localhost",
    "",
  ])("is forbidden as %j", async (origin) => {
    expect(await answerTo(probe, request({ fields: withHost(`Origin: ${origin}`) }))).toEqual([
      403,
      "forbidden_origin",
    ]);
  });
});

// SAFETY row method-media and "Fastify defaults": which method goes where, which media types are read, and that no setting of
// the server is left to its default.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createDataServer } from "../../src/ingress/data-server.ts";
import { createTraffic } from "../../src/ingress/traffic.ts";
import type { Probe } from "../support/probe.ts";
import { fieldValues } from "../support/raw-http.ts";
import { always } from "../support/socket-backend.ts";
import { answerTo, post, request, sendRaw, startIngress } from "./raw.ts";
import { wideAdmission } from "../support/wide-admission.ts";

let probe: Probe;
beforeAll(async () => {
  probe = await startIngress();
});
afterAll(() => probe.stop());

describe("the media type of a body", () => {
  it.each([
    "application/json",
    "Application/JSON",
    "application/json;charset=utf-8",
    'application/json; charset="UTF-8"',
    "application/json ; charset=utf-8",
    "application/json; version=1",
  ])("may be %s", async (type) => {
    probe.backend.play(always(201, '{"id":"a"}'));
    const { answers } = await sendRaw(probe, request(post(type)));
    expect(answers[0]?.status).toBe(201);
  });
  it.each([
    "",
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=a",
    "application/jsonx",
    "application/json5",
    "application/vnd.api+json",
    "application/json; charset=latin1",
    "application/json; charset=utf-8; charset=utf-16",
    "application/json, text/plain",
    "application /json",
    "application/json x",
    "application/json;charset",
    "*/*",
    "json",
    "application/json\u00a0",
  ])("is not accepted as %j", async (type) => {
    expect(await answerTo(probe, request(post(type)))).toEqual([415, "unsupported_media_type"]);
    expect(await answerTo(probe, request({ ...post(type), target: "/call" }))).toEqual([415, "unsupported_media_type"]);
  });
});

describe("the method and the route", () => {
  const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"];
  const ROUTES: readonly (readonly [string, string])[] = [
    ["/call", "POST"],
    ["/check", "POST"],
    ["/tools", "GET"],
    ["/openapi.json", "GET"],
    ["/api/items/a", "GET"],
    ["/api/items", "POST"],
  ];
  it.each(
    ROUTES.flatMap(([target, right]) =>
      METHODS.filter((method) => method !== right).map((method) => [method, target, right] as const),
    ),
  )("%s %s is not allowed, and says that %s is", async (method, target, right) => {
    const { answers } = await sendRaw(probe, request({ method, target }), method === "HEAD");
    expect(answers[0]?.status).toBe(405);
    expect(fieldValues(answers[0]?.headers ?? [], "allow")).toEqual([right]);
  });
  it.each([
    "/",
    "/api",
    "/api/",
    "/api/items/",
    "/api//items/a",
    "/api/items/a/",
    "/API/items/a",
    "/api/Items/a",
    "/api/%69tems/a",
    "/%61pi/items/a",
    "/api/./items/a",
    "/api/../api/items/a",
    "/api/items/a/b",
    "/call/",
    "/CALL",
    "/livez",
    "/readyz",
    "/metrics",
    "/tools/",
    "//call",
    "/api;x/items/a",
  ])("GET %s is not found", async (target) => {
    expect(await answerTo(probe, request({ target }))).toEqual([404, "not_found"]);
  });
});

describe("the server's own settings", () => {
  it("are written down, not left to defaults", () => {
    const options = {
      maxBodyBytes: 1000,
      maxHeaderBytes: 8000,
      maxDepth: 8,
      requestTimeoutMs: 1234,
      keepAliveTimeoutMs: 4321,
      maxConnections: 1000,
      stallTimeoutMs: 30_000,
      maxHeaders: 100,
      maxTargetBytes: 200,
      allowedHosts: new Set<string>(),
      allowedOrigins: new Set<string>(),
    };
    const telemetry = { fault: () => undefined, warn: () => undefined, unread: () => undefined };
    const server = createDataServer({
      served: () => ({}) as never, // no request is sent to it
      sessions: { listen: () => undefined } as never, // as above
      traffic: createTraffic(),
      admission: wideAdmission(),
      telemetry,
      options,
    });
    expect(server.initialConfig).toMatchObject({
      bodyLimit: 1000,
      requestTimeout: 1234,
      keepAliveTimeout: 4321,
      connectionTimeout: 0,
      exposeHeadRoutes: false,
    });
    expect(server.server.maxHeadersCount).toBe(0);
    expect(server.server.requestTimeout).toBe(1234);
    expect(server.server.headersTimeout).toBe(1234);
  });
});

// The export itself: what it sends and when, that nothing of it is there where nobody asked for it, and that a collector that is
// away, or takes nothing, does no call any harm.
import { once } from "node:events";
import { createServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { attributes, durations, metrics } from "../../src/telemetry/names.ts";
import { modern, sendMcp } from "../ingress/mcp-wire.ts";
import { startChild } from "../support/child-server.ts";
import { scrape, valueOf } from "./exposition.ts";
import { type OtlpReceiver, startOtlpReceiver } from "./otlp-receiver.ts";
import { type TracedApp, type TracedOptions, makeTraceparent, startTracedApp } from "./traced-app.ts";

const open: { stop?(): Promise<void>; close?(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await (one.stop ?? one.close)?.();
});

const start = async (options: TracedOptions = {}): Promise<TracedApp> => {
  const app = await startTracedApp(options);
  open.push(app);
  return app;
};

const receive = async (options?: { answers: boolean }): Promise<OtlpReceiver> => {
  const receiver = await startOtlpReceiver(options);
  open.push(receiver);
  return receiver;
};

const callItem = (app: TracedApp, field?: string) =>
  app.send({
    method: "GET",
    target: "/api/items/a",
    headers: field === undefined ? [] : [["traceparent", field]],
    body: undefined,
  });

const traceparentAt = ({ backend }: TracedApp): string | undefined =>
  backend
    .requests()
    .at(-1)
    ?.headers.find(([name]) => name.toLowerCase() === "traceparent")?.[1];

describe("metrics over OTLP", () => {
  it("are those that the conventions for MCP name, and those of /metrics", async () => {
    const app = await start();
    await callItem(app);
    await sendMcp(app.port, modern("tools/call", { name: "read", arguments: { path: "x" } }));
    const find = (name: string) => app.receiver.metrics().find((metric) => metric.name === name);
    await expect.poll(() => find(durations.client)?.points[0]?.value, { timeout: 5000 }).toBe(1);
    const [server] = find(durations.server)?.points ?? [];
    expect(server).toMatchObject({
      value: 1,
      attributes: { [attributes.tool]: "read", [attributes.method]: "tools/call" },
    });
    const scraped = await scrape(app);
    for (const { labels, value } of scraped.filter(({ name }) => name === metrics.calls.name)) {
      const point = find(metrics.calls.name)?.points.find(
        (one) => one.attributes["tool"] === labels["tool"] && one.attributes["ingress"] === labels["ingress"],
      );
      expect(point).toEqual({ attributes: labels, value });
    }
    const name = metrics.backendSeconds.name;
    const counted = find(name)?.points.reduce((sum, { value }) => sum + value, 0);
    expect(counted).toBe(valueOf(scraped, `${name}_count`));
  });

  it("are left out where traces alone have somewhere to go", async () => {
    const receiver = await receive();
    const app = await start({
      receiver,
      variables: {
        OTEL_EXPORTER_OTLP_ENDPOINT: "",
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${receiver.url}/v1/traces`,
      },
    });
    const { traceId, field } = makeTraceparent();
    await callItem(app, field);
    await app.spans(traceId, 2);
    expect(new Set(receiver.requests.map(({ path }) => path))).toEqual(new Set(["/v1/traces"]));
  });
});

describe("standard variables", () => {
  it("choose protobuf where nothing is said", async () => {
    const app = await start({ variables: { OTEL_EXPORTER_OTLP_PROTOCOL: "" } });
    await callItem(app);
    const sent = () => app.receiver.requests.find(({ path }) => path === "/v1/traces");
    await expect.poll(sent, { timeout: 5000 }).toBeDefined();
    expect(sent()?.headers["content-type"]).toBe("application/x-protobuf");
    expect(sent()?.body.includes("execute_tool get_item")).toBe(true);
  });

  it("give headers and the name of the service", async () => {
    const app = await start({
      variables: {
        OTEL_EXPORTER_OTLP_HEADERS: "x-team=agents",
        OTEL_SERVICE_NAME: "refunds",
        OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=test",
      },
    });
    const { traceId, field } = makeTraceparent();
    await callItem(app, field);
    await app.spans(traceId, 2);
    expect(app.receiver.requests[0]?.headers["x-team"]).toBe("agents");
    expect(app.receiver.resource()).toMatchObject({
      "service.name": "refunds",
      "deployment.environment.name": "test",
    });
  });

  it("let no agent hide where the sampler does not ask its flag", async () => {
    const app = await start({ variables: { OTEL_TRACES_SAMPLER: "always_on" } });
    const { traceId, field } = makeTraceparent("00");
    await callItem(app, field);
    expect(await app.spans(traceId, 2)).toHaveLength(2);
  });

  it.each(["parentbased_always_on", "parentbased_traceidratio"])("ask its flag by name: %s", async (sampler) => {
    const app = await start({ variables: { OTEL_TRACES_SAMPLER: sampler } });
    const [hidden, shown] = [makeTraceparent("00"), makeTraceparent("01")];
    await callItem(app, hidden.field);
    expect(traceparentAt(app)).toMatch(new RegExp(`^00-${hidden.traceId}-[0-9a-f]{16}-00$`));
    await callItem(app, shown.field);
    expect(await app.spans(shown.traceId, 2)).toHaveLength(2);
    expect(app.receiver.spans().filter((span) => span.traceId === hidden.traceId)).toEqual([]);
  });

  it("let no agent ask for spans where the sampler does not ask its flag", async () => {
    const app = await start({ variables: { OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "0" } });
    const { traceId, field } = makeTraceparent("01");
    await callItem(app, field);
    expect(traceparentAt(app)).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`));
    await app.stop();
    expect(app.receiver.requests.filter(({ path }) => path === "/v1/traces")).toEqual([]);
    open.pop();
  });

  it("keep trace context out, both ways", async () => {
    const app = await start({ variables: { OTEL_PROPAGATORS: "none" } });
    const { traceId, field } = makeTraceparent();
    await callItem(app, field);
    await expect.poll(() => app.receiver.spans().length, { timeout: 5000 }).toBe(2);
    expect(app.receiver.spans().some((span) => span.traceId === traceId)).toBe(false);
    expect(traceparentAt(app)).toBeUndefined();
  });
});

describe("without an export", () => {
  it("nothing is passed on, whatever an agent brings", async () => {
    const app = await start({ variables: { OTEL_SDK_DISABLED: "true" }, allow: { resources: ["**"] } });
    await callItem(app, makeTraceparent().field);
    expect(traceparentAt(app)).toBeUndefined();
    const meta = { traceparent: makeTraceparent().field, tracestate: "vendor=word", baggage: "key=word" };
    await sendMcp(app.port, modern("tools/call", { name: "read", arguments: { path: "x" }, _meta: meta }));
    await sendMcp(app.port, modern("resources/list", { _meta: meta }, { path: "/mcp/files" }));
    for (const method of ["tools/call", "resources/list"]) {
      const request = app.files.requests().findLast(({ body }) => body.includes(method));
      expect(request).toBeDefined();
      expect(`${JSON.stringify(request?.headers)} ${request?.body}`).not.toMatch(/traceparent|word/);
    }
    expect(app.receiver.requests).toEqual([]);
  });

  const HOOK = `data:text/javascript,${encodeURIComponent(
    `import { registerHooks } from "node:module";
     registerHooks({ load: (url, context, next) => {
       if (url.includes("/@opentelemetry/")) process.stdout.write("loaded " + url + "\\n");
       return next(url, context);
     } });`,
  )}`;

  it.each([
    ["without its variables", {}, false],
    ["disabled", { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9", OTEL_SDK_DISABLED: "true" }, false],
    ["configured", { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9" }, true],
  ])("no module of OpenTelemetry is loaded: %s", async (_name, environment, isLoaded) => {
    const flags = ["--contracts", "contracts/shop", "--anonymous", "true", "--state", "memory", "--journal", "none"];
    const ports = ["--port", "0", "--admin-port", "0"];
    const child = await startChild({
      arguments: ["--import", HOOK, "src/main.ts", "serve", ...flags, ...ports],
      environment: { SHOP_URL: "http://127.0.0.1:9", SHOP_TOKEN: "x", ...environment },
    });
    open.push({ stop: child.kill });
    expect((await fetch(`${String(child.ready["admin"])}/metrics`)).status).toBe(200);
    expect(child.log.some((line) => line.startsWith("loaded "))).toBe(isLoaded);
  });
});

describe("a collector", () => {
  const unusedPort = async (): Promise<number> => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    server.close();
    await once(server, "close");
    return typeof address === "object" ? (address?.port ?? 0) : 0;
  };

  it("that is away costs no call, is told once and counted", async () => {
    const away = `http://127.0.0.1:${await unusedPort()}`;
    const variables = { OTEL_EXPORTER_OTLP_ENDPOINT: away, OTEL_EXPORTER_OTLP_TIMEOUT: "300" };
    const app = await start({ variables });
    for (let index = 0; index < 20; index += 1) expect((await callItem(app)).status).toBe(200);
    const failures = async (): Promise<number | undefined> => valueOf(await scrape(app), metrics.exportFailures.name);
    await expect.poll(failures, { timeout: 5000 }).toBeGreaterThan(1);
    expect(app.lines.filter(({ msg }) => msg === "telemetry is not exported as it should be")).toHaveLength(1);
  });

  it("that takes nothing fills a bounded queue, and keeps neither calls nor the end", async () => {
    const receiver = await receive({ answers: false });
    const bounds = { OTEL_BSP_MAX_QUEUE_SIZE: "40", OTEL_BSP_MAX_EXPORT_BATCH_SIZE: "10" };
    const app = await start({ receiver, variables: bounds });
    for (let index = 0; index < 300; index += 1) expect((await callItem(app)).status).toBe(200);
    const begun = performance.now();
    await app.stop();
    open.pop();
    expect(performance.now() - begun).toBeLessThan(4000);
    const spans = receiver.spans().length;
    expect(spans).toBeGreaterThan(10);
    expect(spans).toBeLessThanOrEqual(50);
  });

  it("gets what is left when the sidecar stops", async () => {
    const receiver = await receive();
    const app = await start({ receiver, variables: { OTEL_BSP_SCHEDULE_DELAY: "60000" } });
    await callItem(app);
    expect(receiver.spans()).toEqual([]);
    await app.stop();
    open.pop();
    expect(receiver.spans().map(({ name }) => name)).toEqual(["GET /items/{id}", "execute_tool get_item"]);
  });

  it("that takes nothing does not keep the process", async () => {
    const receiver = await receive({ answers: false });
    const flags = ["--contracts", "contracts/shop", "--anonymous", "true", "--state", "memory", "--journal", "none"];
    const child = await startChild({
      arguments: ["src/main.ts", "serve", ...flags, "--port", "0", "--admin-port", "0"],
      environment: {
        SHOP_URL: "http://127.0.0.1:9",
        SHOP_TOKEN: "x",
        OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
        OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      },
    });
    open.push({ stop: child.kill });
    await fetch(`${String(child.ready["data"])}/orders/none`);
    const begun = performance.now();
    child.process.kill("SIGTERM");
    const [code] = await once(child.process, "exit");
    expect(code).toBe(0);
    expect(performance.now() - begun).toBeLessThan(6000);
    expect(receiver.requests.length).toBeGreaterThan(0);
  });
});

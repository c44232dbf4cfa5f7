// What a scrape says of calls that were made, over the wire; and what it never says: any word that an agent has chosen.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { metrics } from "../../src/telemetry/names.ts";
import { modern, sendMcp } from "../ingress/mcp-wire.ts";
import type { RunningApp } from "../support/running-app.ts";
import { type ScriptedBackend, startScriptedBackend } from "../support/scripted-backend.ts";
import { startToolApp } from "../support/tool-app.ts";
import { scrape, valueOf } from "./exposition.ts";
import { startTracedApp } from "./traced-app.ts";

const answers = {
  responses: { "200": { description: "Done", content: { "application/json": { schema: { type: "object" } } } } },
};
const id = { name: "id", in: "path", required: true, schema: { type: "string" } };
const document = {
  openapi: "3.1.0",
  info: { title: "Items", version: "1" },
  paths: {
    "/items/{id}": { parameters: [id], get: answers },
    "/pages/{id}": {
      parameters: [id],
      get: {
        responses: { "200": { description: "Done", content: { "application/octet-stream": { schema: {} } } } },
      },
    },
  },
};
const input = "input: z.strictObject({ id: z.string().max(3) })";
const tools = {
  get_item: `operation: api.get("/items/{id}"), ${input}`,
  get_seen: `operation: api.get("/items/{id}"), rest: false, ${input}, rules: [lookup("get_item", ({ args }) => ({ id: args.id }))]`,
  get_page: `operation: api.get("/pages/{id}"), ${input}`,
};

let backend: ScriptedBackend;
let app: RunningApp;
beforeAll(async () => {
  backend = await startScriptedBackend();
  app = await startToolApp({ document, tools, backendUrl: backend.url, flags: ["--observe", "get_page"] });
});
afterAll(async () => {
  await app.stop();
  await backend.close();
});
beforeEach(() => backend.reset());

/** How much more of it there is after the step. */
const grows = async (
  name: string,
  labels: Readonly<Record<string, string>>,
  step: () => Promise<unknown>,
): Promise<number> => {
  const before = valueOf(await scrape(app), name, labels) ?? 0;
  await step();
  return (valueOf(await scrape(app), name, labels) ?? 0) - before;
};

/** Of a sidecar in front of an MCP server, that was sent what is no call. */
const scrapeRelaying = async (): ReturnType<typeof scrape> => {
  const relaying = await startTracedApp({ variables: { OTEL_SDK_DISABLED: "true" } });
  try {
    await sendMcp(relaying.port, modern("resources/list", {}, { path: "/mcp/files" }));
    return await scrape(relaying);
  } finally {
    await relaying.stop();
  }
};

const CALLS = metrics.calls.name;

describe("/metrics", () => {
  it("is served without a token, as Prometheus reads it", async () => {
    const answer = await fetch(`${app.app.adminUrl}/metrics`);
    expect([answer.status, answer.headers.get("content-type")]).toEqual([
      200,
      "text/plain; version=0.0.4; charset=utf-8",
    ]);
  });

  it("is not served to agents", async () => {
    const answer = await app.send({ method: "GET", target: "/metrics", headers: [], body: undefined });
    expect(answer.code).toBe("not_found");
  });

  it("exposes every metric of the table, with its labels", async () => {
    await app.call("get_item", { id: "a" });
    await app.call("get_page", { id: "long" });
    await app.send({ method: "GET", target: "/nowhere", headers: [], body: undefined });
    const series = [...(await scrape(app)), ...(await scrapeRelaying())];
    for (const { name, kind, labels } of Object.values(metrics)) {
      const full = kind === "histogram" ? `${name}_count` : name;
      const found = series.find((one) => one.name === full);
      expect(found, name).toBeDefined();
      expect(Object.keys(found?.labels ?? {}).toSorted(), name).toEqual(labels.toSorted());
    }
    const names = new Set<string>(Object.values(metrics).map(({ name }) => name));
    const strangers = series.filter(({ name }) => !names.has(name.replace(/_(?:bucket|sum|count)$/, "")));
    expect(strangers.filter(({ name }) => !names.has(name))).toEqual([]);
  });

  it.each([
    ["ok", "/call", "get_item", { id: "a" }, { class: "none", blame: "none", forwarded: "yes", ingress: "call" }],
    ["ok", "/check", "get_item", { id: "a" }, { class: "none", blame: "none", forwarded: "no", ingress: "check" }],
    ["invalid_arguments", "/call", "get_item", {}, { class: "fix_arguments", blame: "agent", forwarded: "no" }],
    ["unknown_tool", "/call", "get_itam", {}, { class: "fix_tool", tool: "(unknown)", forwarded: "no" }],
  ] as const)("counts a call that ends as %s over %s", async (code, path, tool, given, labels) => {
    const step = (): Promise<unknown> => app.call(tool, given, path);
    expect(await grows(CALLS, { tool, code, ...labels }, step)).toBe(1);
  });

  it("counts what a backend is to blame for", async () => {
    backend.reset({ status: 200, headers: [["Content-Type", "text/html"]], body_text: "<p>" });
    const labels = { tool: "get_item", code: "invalid_output", blame: "backend", forwarded: "yes" };
    expect(await grows(CALLS, labels, () => app.call("get_item", { id: "a" }))).toBe(1);
  });

  it("counts a streamed call when it has ended", async () => {
    backend.reset({ headers: [["Content-Type", "application/octet-stream"]], body_text: "x", body_repeat: 70_000 });
    const labels = { tool: "get_page", code: "ok", forwarded: "yes" };
    expect(await grows(CALLS, labels, () => app.call("get_page", { id: "a" }))).toBe(1);
  });

  it("counts what an observed tool lets through, by what it is refused with", async () => {
    const labels = { tool: "get_page", code: "invalid_arguments" };
    backend.reset({ headers: [["Content-Type", "application/octet-stream"]], body_text: "x" });
    expect(await grows(metrics.observed.name, labels, () => app.call("get_page", { id: "long" }))).toBe(1);
  });

  it("counts what a rule looks up apart from the call that it judges", async () => {
    const step = (): Promise<unknown> => app.call("get_seen", { id: "a" });
    expect(await grows(CALLS, { tool: "get_item", ingress: "lookup" }, step)).toBe(1);
    expect(await grows(CALLS, { tool: "get_seen", ingress: "call" }, step)).toBe(1);
    expect(await grows(`${metrics.sidecarSeconds.name}_count`, { ingress: "lookup" }, step)).toBe(0);
  });

  it("counts requests that are no calls by what is wrong with them", async () => {
    const step = (): Promise<unknown> =>
      app.send({ method: "POST", target: "/call", headers: [["content-type", "application/json"]], body: "{" });
    expect(await grows(metrics.unread.name, { code: "malformed_json" }, step)).toBe(1);
    expect(await grows(CALLS, {}, step)).toBe(0);
  });
});

describe("time", () => {
  const SLOW_MS = 150;
  const timesOf = async (step: () => Promise<unknown>): Promise<readonly number[]> => {
    const names = [metrics.sidecarSeconds.name, metrics.backendSeconds.name].map((name) => `${name}_sum`);
    const before = await scrape(app);
    await step();
    const after = await scrape(app);
    return names.map((name) => (valueOf(after, name) ?? 0) - (valueOf(before, name) ?? 0));
  };

  it("of a backend is not the sidecar's", async () => {
    backend.reset({ headers: [["Content-Type", "application/json"]], body_text: "{}", delayMs: SLOW_MS });
    const [own = NaN, upstream = NaN] = await timesOf(() => app.call("get_item", { id: "a" }));
    expect(upstream).toBeGreaterThanOrEqual(SLOW_MS / 1000 - 0.002);
    expect(own).toBeLessThan(SLOW_MS / 1000);
  });

  it("of what a rule looks up is not the sidecar's either", async () => {
    backend.reset({ headers: [["Content-Type", "application/json"]], body_text: "{}", delayMs: SLOW_MS });
    const [own = NaN, upstream = NaN] = await timesOf(() => app.call("get_seen", { id: "a" }));
    expect(upstream).toBeGreaterThanOrEqual((2 * SLOW_MS) / 1000 - 0.004);
    expect(own).toBeLessThan(SLOW_MS / 1000);
  });

  it("counts what waits for a backend, and lets go", async () => {
    // Longer than a scrape may have to wait for its turn.
    backend.reset({ headers: [["Content-Type", "application/json"]], body_text: "{}", delayMs: 10 * SLOW_MS });
    const calls = [1, 2, 3].map(() => app.call("get_item", { id: "a" }));
    await expect.poll(() => backend.requests().length).toBe(3);
    const during = await scrape(app);
    expect(valueOf(during, metrics.backendCalls.name, { backend: "api" })).toBe(3);
    expect(valueOf(during, metrics.requestsInFlight.name)).toBe(3);
    expect(valueOf(during, metrics.admitted.name, { kind: "call" })).toBe(3);
    await Promise.all(calls);
    const after = await scrape(app);
    expect(valueOf(after, metrics.backendCalls.name, { backend: "api" })).toBe(0);
  });
});

describe("words of an agent", () => {
  it("add no series: a thousand names, paths and headers", async () => {
    const make = async (some: number): Promise<void> => {
      for (let index = 0; index < some; index += 50)
        await Promise.all(
          Array.from({ length: 50 }, async (_, offset) => {
            const word = `canary_${index + offset}`;
            await app.call(word, { [word]: word });
            await app.send({ method: "GET", target: `/${word}?${word}=1`, headers: [[word, word]], body: undefined });
          }),
        );
    };
    await make(50);
    const before = await scrape(app);
    await make(1000);
    const after = await scrape(app);
    const nameOf = ({ name, labels }: (typeof after)[number]): string => `${name} ${JSON.stringify(labels)}`;
    expect(after.map(nameOf)).toEqual(before.map(nameOf));
    expect(JSON.stringify(after)).not.toContain("canary");
    expect(valueOf(after, CALLS, { tool: "(unknown)" })).toBeGreaterThanOrEqual(1050);
  });
});

describe("a breaker", () => {
  it("shows the one state that it is in", async () => {
    const nobody = await startToolApp({ document, tools, backendUrl: "http://127.0.0.1:9" });
    try {
      const states = async (): Promise<readonly (number | undefined)[]> => {
        const series = await scrape(nobody);
        return ["closed", "open", "half_open"].map((state) => valueOf(series, metrics.breakers.name, { state }));
      };
      expect(await states()).toEqual([1, 0, 0]);
      for (let index = 0; index < 8; index += 1) await nobody.call("get_item", { id: "a" });
      expect(await states()).toEqual([0, 1, 0]);
    } finally {
      await nobody.stop();
    }
  });
});

describe("two sidecars in one process", () => {
  it("count each for itself", async () => {
    const other = await startToolApp({ document, tools, backendUrl: backend.url });
    try {
      await other.call("get_item", { id: "a" });
      expect(valueOf(await scrape(other), CALLS)).toBe(1);
    } finally {
      await other.stop();
    }
  });
});

// The SDK's own client in front of two sidecars on one Redis, with a balancer that sends each of its requests to the other one than
// the last: it lists, calls, is asked by the server in the middle of a call, hears of progress, and ends its session.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { initMcp } from "../../src/cli/init-mcp.ts";
import { callCommand } from "../cli/command.ts";
import { type ConformanceServer, startConformanceServer } from "../support/conformance-server.ts";
import { type RedisServer, isRedisExpected, startRedis } from "../support/redis-server.ts";
import { type RunningApp, startRunningApp } from "../support/running-app.ts";
import { type Balancer, startBalancer } from "./balancer.ts";

const CALLS = 6;

describe.runIf(isRedisExpected)("the SDK's client over two sidecars", () => {
  const folder = mkdtempSync(join(tmpdir(), "checkrein-replicas-"));
  let server: ConformanceServer;
  let redis: RedisServer;
  let sidecars: readonly RunningApp[];
  let balancer: Balancer;

  beforeAll(async () => {
    server = await startConformanceServer();
    redis = await startRedis();
    const contracts = join(folder, "contracts");
    const drafted = ["--mcp", server.url, "--name", "all", "--contracts", contracts, "--as-is"];
    expect((await callCommand(initMcp, drafted)).exitCode).toBe(0);
    const file = join(contracts, "all", "backend.ts");
    const allow = "defineMcpBackend({\n  allow: { elicitation: true, logging: true },\n";
    writeFileSync(file, readFileSync(file, "utf8").replace("defineMcpBackend({\n", allow));
    const shared = ["--state", redis.url, "--signing-key", "canary-5166-signing-key-of-both-sidecars"];
    const start = (name: string): Promise<RunningApp> =>
      startRunningApp({
        contracts,
        environment: { ALL_URL: server.url },
        flags: [...shared, "--state-directory", join(folder, name)],
      });
    sidecars = [await start("one"), await start("other")];
    balancer = await startBalancer(sidecars.map(({ port }) => ({ port: () => port })));
  }, 60_000);
  afterAll(async () => {
    await balancer?.stop();
    await Promise.all((sidecars ?? []).map((sidecar) => sidecar.stop()));
    await server?.close();
    await redis?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Each request over a connection of its own. */
  const fetchAlone = (url: string | URL, options: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(options.headers);
    headers.set("connection", "close");
    return fetch(url, { ...options, headers });
  };

  const connect = async (era: "legacy" | "modern"): Promise<Client> => {
    const negotiation = era === "modern" ? { versionNegotiation: { mode: "auto" } as const } : {};
    const client = new Client(
      { name: "test", version: "1" },
      { capabilities: { elicitation: { form: {} } }, ...negotiation },
    );
    client.setRequestHandler("elicitation/create", () => ({ action: "accept", content: { response: "canary yes" } }));
    const url = new URL(`http://127.0.0.1:${balancer.port}/mcp/all`);
    await client.connect(new StreamableHTTPClientTransport(url, { fetch: fetchAlone }));
    return client;
  };

  it.each(["legacy", "modern"] as const)("works in the %s era", async (era) => {
    const client = await connect(era);
    const { tools } = await client.listTools();
    expect(tools.length).toBeGreaterThan(5);
    for (let call = 0; call < CALLS; call += 1) {
      const text = await client.callTool({ name: "test_simple_text", arguments: {} });
      expect(text.isError).not.toBe(true);
    }
    await client.close();
  });

  it("is asked on one of them, and answers on whichever it comes to", async () => {
    const client = await connect("legacy");
    for (let call = 0; call < CALLS; call += 1) {
      const answered = await client.callTool({ name: "test_elicitation", arguments: { message: "Well?" } });
      expect(JSON.stringify(answered.content)).toContain("canary yes");
    }
    const transport = client.transport as StreamableHTTPClientTransport; // as it was connected
    await transport.terminateSession();
    await client.close();
    expect(String(await redis.ask("ZRANGE", "checkrein:{state}:letters", "0", "-1"))).not.toContain("canary");
  });
});

// The gateway shape, shown: agents, gateways, their Redis and the backends in network namespaces of their own, between which
// passes what the NetworkPolicies leave. An agent tries every way around; each is first walked without the policies, where
// it leads somewhere.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isRedisExpected } from "../../support/redis-server.ts";
import type { Attempt } from "./agent-program.ts";
import { ping } from "./attempts.ts";
import { inside, missing } from "./cluster.ts";
import { createGatewayPods, secrets } from "./gateway-pods.ts";

const lacking = missing ?? (isRedisExpected ? undefined : "there is no redis-server on the PATH");
if (lacking !== undefined) process.stdout.write(`left out: the demonstration of the gateway: ${lacking}\n`);

describe.skipIf(lacking !== undefined)("agents before a shared gateway", { timeout: 60_000 }, () => {
  let pods: Awaited<ReturnType<typeof createGatewayPods>>;
  let ways: Readonly<Record<string, Attempt>>;

  const waysAround = (): Readonly<Record<string, Attempt>> => {
    const at = (name: string): string => pods.stage.pod(name).address;
    return {
      "the shop": { tcp: at("shop"), port: 3000 },
      "the shop, by IPv6": { tcp: pods.stage.pod("shop").address6, port: 3000 },
      "another backend": { tcp: at("ledger"), port: 3000 },
      "the Redis": { tcp: at("redis"), port: 6379 },
      "the admin port of a gateway": { tcp: at("gateway-a"), port: 8081 },
      "the admin port of the other": { tcp: at("gateway-b"), port: 8081 },
      "the name server, by its other port": { tcp: at("dns"), port: 8080 },
      "an echo of the shop's machine": ping(at("shop")),
    };
  };

  const walk = async (): Promise<Readonly<Record<string, string>>> => {
    const results = await pods.tryAsAgent(Object.values(ways));
    return Object.fromEntries(Object.keys(ways).map((name, index) => [name, results[index] ?? ""]));
  };

  const ask = async (
    replica: "a" | "b",
    body: unknown,
    key: string | undefined = secrets.agentKey,
  ): Promise<string> => {
    const host = replica === "a" ? "gateway.checkrein" : "gateway.checkrein.svc";
    const [result = ""] = await pods.tryAsAgent([
      { http: `http://${host}:8080/call`, body, ...(key === "" ? {} : { key }) },
    ]);
    return result;
  };

  let unenforced: Readonly<Record<string, string>>;
  beforeAll(async () => {
    pods = await createGatewayPods();
    ways = waysAround();
    unenforced = await walk();
    pods.enforcePolicies();
  }, 120_000);
  afterAll(() => pods?.close());

  it("would get around it everywhere without the policies", () => {
    expect(new Set(Object.values(unenforced))).toEqual(new Set(["connected", "answered"]));
  });

  it("reach nothing but the gateway's data port and names with them", async () => {
    expect(new Set(Object.values(await walk()))).toEqual(new Set(["silence"]));
    const at = (name: string): string => pods.stage.pod(name).address;
    const open = [
      { tcp: at("gateway-a"), port: 8080 },
      { tcp: at("gateway-b"), port: 8080 },
      { udp: at("dns"), port: 53 },
    ];
    expect(await pods.tryAsAgent(open)).toEqual(["connected", "connected", "answered"]);
    const dropped = inside(pods.stage.cluster.node, "nft", "list", "table", "inet", "policies");
    expect(Number(/packets (\d+).*nobody's/.exec(dropped)?.[1])).toBeGreaterThanOrEqual(Object.keys(ways).length);
  });

  it("call their tools through any replica, with a key of their own and no credential of the shop", async () => {
    const order = { tool: "get_order", arguments: { orderId: "ord_100002" } };
    expect(await ask("a", order)).toMatch(/^200 .*"id":"ord_100002"/);
    expect(await ask("b", { ...order, arguments: { orderId: 2 } })).toMatch(/^422 .*"code":"invalid_arguments"/);
    expect(await ask("a", order, "")).toMatch(/^401 /);
    expect(await ask("b", order, secrets.token)).toMatch(/^401 /);
  });

  it("are held to one limit by both replicas", async () => {
    const refund = { tool: "create_refund", arguments: { orderId: "ord_100002", amount: 700, reason: "late" } };
    const results = [await ask("a", refund), await ask("b", refund)].map((text) => text.replace(/"call":"[^"]*"/, ""));
    expect(results[0]).toMatch(/^200 .*"amount":700/);
    expect(results[1]).toBe(results[0]); // the recorded result: it was paid once
    pods.shop.signal("SIGUSR2");
    expect(await pods.shop.said('"requests"')).toBe('{"requests":2}'); // the look and the refund
  });

  it("show a run's token, opened at one replica, to the other", async () => {
    const open = { http: `http://${pods.stage.pod("gateway-a").address}:8081/runs`, body: { caller: "agent" } };
    const [opened = ""] = await pods.tryFrom("prometheus", [{ ...open, key: secrets.adminToken }]);
    const { token, url }: { token: string; url: string } = JSON.parse(opened.replace(/^201 /, ""));
    expect(url).toMatch(/^http:\/\/gateway\.checkrein:8080\/r\//);
    expect(await ask("b", { tool: "get_order", arguments: { orderId: "ord_100003" } }, token)).toMatch(/^200 /);
  });

  it("are the only ones at the data port; the admin port is the monitoring's, and the node's probes pass", async () => {
    const { address } = pods.stage.pod("gateway-a");
    const both: readonly Attempt[] = [
      { tcp: address, port: 8080 },
      { tcp: address, port: 8081 },
    ];
    expect(await pods.tryFrom("stranger", both)).toEqual(["silence", "silence"]);
    expect(await pods.tryFrom("prometheus", both)).toEqual(["silence", "connected"]);
    expect(await pods.tryFrom("shop", both)).toEqual(["silence", "silence"]);
    const probe = `fetch("http://${address}:8081/readyz").then(async (answer) => console.log(await answer.text()))`;
    expect(inside(pods.stage.cluster.node, process.execPath, "--eval", probe)).toContain('"ready":true');
  });

  it("are shown other contracts by both replicas when the ConfigMap has changed", async () => {
    const tools = ["gateway.checkrein", "gateway.checkrein.svc"].map((host) => ({
      http: `http://${host}:8080/tools`,
      key: secrets.agentKey,
    }));
    pods.changeContracts((text) => text.replace("Pay back part or all of an order", "Refund part or all of an order"));
    const shown = async () =>
      (await pods.tryAsAgent(tools)).map((text) => text.includes("Refund part or all of an order"));
    await expect.poll(shown, { timeout: 45_000, interval: 1000 }).toEqual([true, true]);
  });

  it("go on with the other replica when one stops", async () => {
    pods.replicas[0]?.signal("SIGTERM");
    expect(await pods.replicas[0]?.ended).toBe(0);
    expect(await ask("b", { tool: "get_order", arguments: { orderId: "ord_100001" } })).toMatch(/^200 /);
  });
});

// The sidecar shape, shown: an agent beside its sidecar, in one network namespace, tries every way around it that it has. Each
// way is first walked without the fence, where it leads somewhere. What got through is asked of the packet filter's counters,
// the shop and the name server, which the agent does not own.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Attempt } from "./agent-program.ts";
import { become, openSocket, ping, ptrace } from "./attempts.ts";
import { inside, missing } from "./cluster.ts";
import { TOKEN, createFencedPod } from "./fenced-pod.ts";
import { type Running, serve } from "./stage.ts";

if (missing !== undefined) process.stdout.write(`left out: the demonstration of the fence: ${missing}\n`);

/** runAsUser of checkrein in the manifest. */
const SIDECAR = 1000;

describe.skipIf(missing !== undefined)("an agent in the pod of its sidecar", { timeout: 60_000 }, () => {
  let pod: Awaited<ReturnType<typeof createFencedPod>>;
  let sidecar: Running;
  let ways: ReturnType<typeof waysAround>;

  /** By name: the network's ways around. */
  const waysAround = () => {
    const [shop, dns, own] = [pod.stage.pod("shop"), pod.stage.pod("dns"), pod.stage.pod("agent")];
    return {
      "the shop": { tcp: shop.address, port: 3000 },
      "the shop, by IPv6": { tcp: shop.address6, port: 3000 },
      "the admin port": { tcp: "127.0.0.1", port: 8081 },
      "the admin port, by the pod's address": { tcp: own.address, port: 8081 },
      "the sidecar's port elsewhere": { tcp: pod.stage.pod("other").address, port: 8080 },
      "another port of loopback": { tcp: "127.0.0.1", port: 7777 },
      "another port of loopback, by IPv6": { tcp: "::1", port: 7777 },
      "the name server": { udp: dns.address, port: 53 },
      "the name server, by IPv6": { udp: dns.address6, port: 53 },
      "an echo of the shop's machine": ping(shop.address),
      "an echo of loopback": ping("127.0.0.1"),
    } satisfies Readonly<Record<string, Attempt>>;
  };

  /** What others may want of the pod: the agent's own server, and the sidecar's two ports. */
  const visits = (): readonly Attempt[] => {
    const { address, address6 } = pod.stage.pod("agent");
    return [
      { tcp: address, port: 7777 },
      { tcp: address6, port: 7777 },
      { tcp: address, port: 8080 },
      { http: `http://${address}:8081/livez` },
    ];
  };

  const walk = async (): Promise<Readonly<Record<string, string>>> => {
    const results = await pod.tryAll(Object.values(ways));
    return Object.fromEntries(Object.keys(ways).map((name, index) => [name, results[index] ?? ""]));
  };

  const counted = (comment: string): number => {
    const rules = inside(pod.stage.pod("agent").netns, "nft", "list", "table", "inet", "fence").split("\n");
    const packets = rules
      .filter((rule) => rule.includes(`comment "${comment}"`))
      .map((rule) => Number(/packets (\d+)/.exec(rule)?.[1]));
    return packets.reduce((sum, one) => sum + one, 0);
  };

  const requestsAtShop = async (): Promise<number> => {
    const seen = pod.shop.lines.length;
    pod.shop.signal("SIGUSR2");
    await expect.poll(() => pod.shop.lines.length).toBe(seen + 1);
    const { requests }: { requests: number } = JSON.parse(pod.shop.lines.at(-1) ?? "");
    return requests;
  };

  let fromOutside: readonly string[];
  let unfenced: Readonly<Record<string, string>>;
  beforeAll(async () => {
    pod = await createFencedPod();
    ways = waysAround();
    const own = pod.startAgent(serve(7777));
    const other = pod.startOutside(serve(8080));
    sidecar = await pod.startSidecar();
    await Promise.all([own.said("open"), other.said("open")]);
    unfenced = await walk();
    fromOutside = await pod.tryFromOutside(visits());
    expect(await pod.setFence()).toBe(0);
  }, 120_000);
  afterAll(() => pod?.close());

  it("would get around it everywhere without the fence", () => {
    expect(new Set(Object.values(unfenced))).toEqual(new Set(["connected", "answered"]));
  });

  it("reaches nothing but the sidecar's data port with it", async () => {
    const results = await walk();
    expect(Object.entries(results).filter(([, result]) => result === "connected" || result === "answered")).toEqual([]);
    expect(results["the shop"]).toBe("ECONNREFUSED"); // at once, so that an agent does not hang
    expect(counted("the agent to anywhere else")).toBeGreaterThanOrEqual(Object.keys(ways).length);
    expect(counted("the agent to the sidecar")).toBe(0);
    expect(pod.dns.lines.filter((line) => line.includes("stolen-words")).length).toBe(2); // those of before
  });

  it("calls its tools through the sidecar, with no credential at all", async () => {
    const before = await requestsAtShop();
    const call = (body: unknown): Attempt => ({ http: "http://127.0.0.1:8080/call", body });
    const [good, bad] = await pod.tryAll([
      call({ tool: "get_order", arguments: { orderId: "ord_100001" } }),
      call({ tool: "get_order", arguments: { orderId: 1 } }),
    ]);
    expect(good).toMatch(/^200 .*"id":"ord_100001"/);
    expect(bad).toMatch(/^422 .*"code":"invalid_arguments"/);
    expect(await requestsAtShop()).toBe(before + 1);
    expect(counted("the sidecar")).toBeGreaterThan(0);
    expect(pod.dns.lines.filter((line) => line.includes("shop.backends.svc"))).not.toEqual([]);
  });

  it("does not slip through a flow that the sidecar has opened", async () => {
    const question: Attempt = { udp: pod.stage.pod("dns").address, port: 53, from: 40_000 };
    expect(await pod.tryAll([question], SIDECAR)).toEqual(["answered"]);
    expect(await pod.tryAll([question])).toEqual(["EPERM"]);
    expect(await pod.tryAll([question], 10_002)).toEqual(["EPERM"]);
  });

  it("is reached by nobody, while probes reach the admin port", async () => {
    const results = await pod.tryFromOutside(visits());
    expect(fromOutside).toEqual(["connected", "connected", "ECONNREFUSED", expect.stringMatching(/^200 /)]);
    expect(results).toEqual(["silence", "silence", "silence", expect.stringMatching(/^200 /)]);
    expect(counted("from outside")).toBeGreaterThan(0);
  });

  it("gets nowhere as another user than the two, either", async () => {
    const shop: Attempt = { tcp: pod.stage.pod("shop").address, port: 3000 };
    const sidecars: Attempt = { tcp: "127.0.0.1", port: 8080 };
    expect(await pod.tryAll([shop, sidecars], 10_002)).toEqual(["ECONNREFUSED", "ECONNREFUSED"]);
    expect(await pod.tryAll([shop, sidecars], 0)).toEqual(["ECONNREFUSED", "ECONNREFUSED"]);
  });

  it("is not in the way of a third container that the sidecar calls, and that calls nobody", async () => {
    const third = pod.startAgent(serve(7070), 10_003);
    await third.said("open");
    const attempt: Attempt = { tcp: "127.0.0.1", port: 7070 };
    expect(await pod.tryAll([attempt], SIDECAR)).toEqual(["connected"]);
    expect(await pod.tryAll([attempt])).toEqual(["ECONNREFUSED"]);
    expect(await pod.tryAll([attempt], 10_003)).toEqual(["ECONNREFUSED"]);
  });

  it("reads neither the sidecar's files nor its memory, and ends no process of it", async () => {
    const process = `/proc/${sidecar.pid}`;
    const reads = [
      `${process}/environ`,
      `${process}/root/run/secrets/shop/token`,
      `${process}/root/var/lib/checkrein/journal.sqlite`,
    ];
    const attempts: readonly Attempt[] = [
      ...reads.map((read) => ({ read })),
      ptrace(sidecar.pid),
      { read: "/run/secrets/shop/token" },
      { run: ["ls", "/run", "/var"] },
      { kill: sidecar.pid },
    ];
    const [environ, token, journal, traced] = await pod.tryAll(attempts.slice(0, 4), SIDECAR);
    expect([environ, token, journal, traced]).toEqual([
      expect.stringContaining("SHOP_TOKEN_FILE=/run/secrets/shop/token"),
      TOKEN,
      expect.stringContaining("SQLite format 3"),
      "traced",
    ]);
    const denied = "EACCES";
    const results = await pod.tryAll(attempts);
    expect(results).toEqual([
      denied,
      denied,
      denied,
      "Operation not permitted",
      "ENOENT",
      expect.stringContaining("cannot access '/var'"),
      "EPERM",
    ]);
  });

  it("takes no fence down, opens no raw socket and becomes nobody else", async () => {
    const attempts: readonly Attempt[] = [
      { run: ["nft", "flush", "ruleset"] },
      { run: ["ip", "link", "set", "eth0", "down"] },
      { run: ["nsenter", "--net=/proc/1/ns/net", "true"] },
      openSocket("raw ICMP"),
      openSocket("packets"),
      become(SIDECAR),
      { run: ["unshare", "--user", "--map-root-user", ...openSocket("packets").run] },
    ];
    const results = await pod.tryAll(attempts);
    expect(results).toEqual([
      expect.stringContaining("Operation not permitted"),
      expect.stringContaining("Operation not permitted"),
      expect.stringContaining("Permission denied"),
      "Operation not permitted",
      "Operation not permitted",
      expect.stringContaining("Operation not permitted"),
      "Operation not permitted",
    ]);
    expect(await pod.setFence()).toBe(0); // and loaded again, it is the same
    expect((await walk())["the shop"]).toBe("ECONNREFUSED");
  });
});

describe.skipIf(missing !== undefined)("an operator's additions to the fence", { timeout: 60_000 }, () => {
  it("let the agent to one address and port more, and others to one port of the agent", async () => {
    const more =
      "add element inet fence agent_reaches { 10.77.4.2 . 4000 }\nadd element inet fence agent_serves { 9000, 9002 }\n";
    const pod = await createFencedPod({ "more.nft": more });
    try {
      expect(await pod.setFence()).toBe(0);
      await Promise.all([
        pod.startAgent(`${serve(9000)}; ${serve(9001)}`).said("open"),
        pod.startOutside(`${serve(4000)}; ${serve(4001)}`).said("open"),
      ]);
      const [{ address }, shop] = [pod.stage.pod("other"), pod.stage.pod("shop")];
      const tries: readonly Attempt[] = [
        { tcp: address, port: 4000 },
        { tcp: address, port: 4001 },
        { tcp: shop.address, port: 3000 },
        { tcp: shop.address, port: 3000, from: 9002 },
      ];
      expect(await pod.tryAll(tries)).toEqual(["connected", "ECONNREFUSED", "ECONNREFUSED", "ECONNREFUSED"]);
      const own = pod.stage.pod("agent").address;
      expect(
        await pod.tryFromOutside([
          { tcp: own, port: 9000 },
          { tcp: own, port: 9001 },
        ]),
      ).toEqual(["connected", "silence"]);
    } finally {
      await pod.close();
    }
  });

  it("fail as a whole where they are wrong, so that the pod does not start", async () => {
    const pod = await createFencedPod({ "more.nft": "add element inet fence no_such_set { 1 }" });
    try {
      expect(await pod.setFence()).not.toBe(0);
    } finally {
      await pod.close();
    }
  });
});

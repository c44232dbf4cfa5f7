// Loops stop: the stories over every ingress, and what is no story: other runs, names that no tool has, replicas, restarts, a
// store in trouble.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type RedisServer, isRedisExpected, startRedis } from "../support/redis-server.ts";
import { type Agent, type Seen, WAYS, agentOf, openAgent, openRun } from "./agent.ts";
import { loopStories, loopTools } from "./loop-stories.ts";
import { type Sidecar, startSidecar } from "./sidecar.ts";
import { playStory } from "./story.ts";

const STORIES = Object.entries(loopStories);
const THREE = ["--max-attempts", "3"];
const start = (flags: readonly string[] = THREE): Promise<Sidecar> =>
  startSidecar({ flags, tools: loopTools, callers: 20 + STORIES.length * WAYS.length });
const GOOD = { orderId: "o1" };

const codesOf = async (count: number, call: () => Promise<Seen>): Promise<readonly string[]> => {
  const codes: string[] = [];
  for (let index = 0; index < count; index += 1) codes.push((await call()).code);
  return codes;
};
const attemptsOf = ({ refusal }: Seen): unknown => refusal["attempts"];

describe("a loop", () => {
  let sidecar: Sidecar;
  beforeAll(async () => {
    sidecar = await start();
  });
  afterAll(() => sidecar.stop());
  const open = (way: Partial<(typeof WAYS)[number]> = {}): Promise<Agent> =>
    openAgent(sidecar, { ingress: "call", proof: "bearer", ...way });

  describe.each(WAYS)("over $ingress, proven by $proof", (way) => {
    it.each(STORIES)("%s", (_name, story) => playStory(sidecar, way, story));
  });

  it("is one, over whatever ingress it goes", async () => {
    const agent = await open();
    for (const ingress of ["rest", "modern", "session"] as const)
      expect((await (await agent.over(ingress)).call("plain", {})).code).toBe("invalid_arguments");
    for (const ingress of ["call", "rest", "legacy"] as const)
      expect((await (await agent.over(ingress)).call("plain", GOOD)).code).toBe("stopped");
  });

  it("stops its own run alone", async () => {
    const [one, other] = [await open(), await open()];
    await codesOf(3, () => one.call("plain", {}));
    expect((await one.call("plain", GOOD)).code).toBe("stopped");
    expect((await other.call("plain", GOOD)).code).toBe("ok");
    expect((await one.call("plain", GOOD)).code).toBe("stopped");
  });

  it.each(["call", "modern", "session", "legacy"] as const)(
    "over %s stops at names that no tool has",
    async (ingress) => {
      const agent = await open({ ingress });
      // The modern era has the name in a header, too, which such a one does not fit into.
      for (const name of ["no_tool", ...(ingress === "modern" ? [] : ["x".repeat(5000), "odd\u0000name"])]) {
        expect(await codesOf(4, () => agent.call(name, {}))).toEqual([
          ...Array.from({ length: 3 }, () => "unknown_tool"),
          "stopped",
        ]);
        expect((await agent.check(name, {})).code).toBe("stopped");
      }
      expect((await agent.call("no_other", {})).code).toBe("unknown_tool");
    },
  );

  it("is not made of requests that cannot be read, nor of paths that no tool has", async () => {
    const agent = await open({ ingress: "rest" });
    expect(await codesOf(5, () => agent.call("plain/more", {}))).toEqual(Array.from({ length: 5 }, () => "not_found"));
    expect(attemptsOf(await agent.call("plain/more", {}))).toBeUndefined();
    expect(attemptsOf(await agent.call("plain", {}))).toEqual({ used: 1, left: 2 });
  });

  it("is not made of dry runs, which say how it stands", async () => {
    const agent = await open();
    for (let index = 0; index < 5; index += 1)
      expect(attemptsOf(await agent.check("plain", {}))).toEqual({ used: 0, left: 3 });
    await codesOf(3, () => agent.call("plain", {}));
    expect(attemptsOf(await agent.check("plain", GOOD))).toEqual({ used: 3, left: 0 });
    expect((await agent.check("get_order", GOOD)).code).toBe("ok");
    expect((await agent.check("plain", GOOD)).code).toBe("stopped");
  });

  it("is not made of what rules look up", async () => {
    const agent = await open();
    sidecar.backend.give("get_order", { status: 404 });
    await codesOf(3, () => agent.call("pay", { ...GOOD, amount: 1 }));
    expect((await agent.check("get_order", GOOD)).code).toBe("ok");
    for (const status of [400, 422]) {
      sidecar.backend.give("get_order", { status });
      for (let index = 0; index < 4; index += 1)
        expect((await agent.call("pay", { ...GOOD, amount: 1 })).refusal).toMatchObject({
          code: "backend_error",
          class: "not_your_fault",
          forwarded: "no",
          attempts: { used: 0, left: 3 },
        });
    }
    sidecar.backend.give("get_order", undefined);
    expect((await agent.call("get_order", GOOD)).code).toBe("ok");
  });

  it.each(["call", "modern", "session", "legacy"] as const)(
    "over %s is not made of calls of a tool that runs in the agent",
    async (ingress) => {
      const agent = await open({ ingress });
      for (const given of [GOOD, {}, GOOD, {}])
        expect((await agent.call("here", given)).refusal).toMatchObject({
          code: "invalid_request",
          class: "stop",
          detail: "here runs in the agent: it can be checked, not called.",
          attempts: { used: 0, left: 3 },
        });
      expect((await agent.check("here", GOOD)).code).toBe("ok");
    },
  );

  it("counts calls that come at once exactly, and forwards none", async () => {
    const agent = await open();
    sidecar.backend.take();
    const seen = await Promise.all(Array.from({ length: 50 }, () => agent.call("patient", {})));
    const codes = seen.map(({ code }) => code);
    expect(codes.filter((code) => code === "invalid_arguments")).toHaveLength(5);
    expect(codes.filter((code) => code === "stopped")).toHaveLength(45);
    expect(sidecar.backend.take()).toEqual([]);
  });

  it("of a caller ends when it has waited long enough", async () => {
    const agent = await open({ proof: "whole" });
    await codesOf(3, () => agent.call("plain", {}));
    sidecar.clock.pass(86_400_000 - 1);
    expect((await agent.call("plain", GOOD)).code).toBe("stopped");
    sidecar.clock.pass(1);
    expect((await agent.call("plain", GOOD)).code).toBe("ok");
  });

  it("at a tool that the run may not use looks like one at a name that no tool has", async () => {
    const agent = await openAgent(sidecar, { ingress: "call", proof: "bearer" }, { grant: { tools: ["plain"] } });
    for (const tool of ["strict", "patient", "no_tool"]) {
      const seen = [];
      for (let index = 0; index < 4; index += 1) seen.push(await agent.call(tool, {}));
      expect(seen.map(attemptsOf)).toEqual([
        { used: 1, left: 2 },
        { used: 2, left: 1 },
        { used: 3, left: 0 },
        { used: 3, left: 0 },
      ]);
    }
    await agent.call("no_other", {});
    const { body } = await sidecar.admin("GET", `/attempts?run=${agent.run}`);
    const stopped = { used: 3, left: 0, stopped: true };
    expect(body).toMatchObject({
      attempts: [
        {
          tools: [
            { tool: "no_other", used: 1, left: 2, stopped: false },
            { tool: "strict", ...stopped },
            { tool: "patient", ...stopped },
            { tool: "no_tool", ...stopped },
          ],
        },
      ],
    });
  });
});

describe("an operator", () => {
  it.each(["bearer", "whole"] as const)(
    "lifts what is stopped, of an agent with proof %s, for one tool or all",
    async (proof) => {
      const sidecar = await start();
      const agent = await openAgent(sidecar, { ingress: "modern", proof });
      const who = agent.run ?? "c1";
      for (const tool of ["plain", "ship"]) await codesOf(3, () => agent.call(tool, {}));
      const stopped = { used: 3, left: 0, stopped: true };
      const listed = (await sidecar.admin("GET", `/attempts?run=${who}`)).body;
      expect(listed).toMatchObject({
        attempts: [
          {
            tools: [
              { tool: "plain", ...stopped },
              { tool: "ship", ...stopped },
            ],
          },
        ],
      });
      expect((await sidecar.admin("POST", "/attempts/clear", { run: who, tool: "ship" })).status).toBe(200);
      expect(attemptsOf(await agent.check("ship", {}))).toEqual({ used: 0, left: 3 });
      expect((await agent.call("plain", GOOD)).code).toBe("stopped");
      expect((await sidecar.admin("POST", "/attempts/clear", { run: who })).status).toBe(200);
      expect((await agent.call("plain", GOOD)).code).toBe("ok");
      expect((await sidecar.admin("GET", "/attempts")).body).toEqual({ attempts: [] });
      await sidecar.stop();
    },
  );
});

describe("without an allowance", () => {
  it("nothing is stopped and nothing is counted, whatever contracts say", async () => {
    const sidecar = await start(["--max-attempts", "0"]);
    const agent = await openAgent(sidecar, { ingress: "call", proof: "bearer" });
    for (let index = 0; index < 8; index += 1) expect(attemptsOf(await agent.call("strict", {}))).toBeUndefined();
    expect((await agent.call("strict", GOOD)).code).toBe("ok");
    await sidecar.stop();
  });
});

describe("what is counted", () => {
  const folder = mkdtempSync(join(tmpdir(), "checkrein-loops-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  it("outlives a restart with a file", async () => {
    const flags = [...THREE, "--state", `sqlite:${join(folder, "state.sqlite")}`];
    const sidecar = await start(flags);
    const agent = await openAgent(sidecar, { ingress: "call", proof: "whole" });
    await codesOf(2, () => agent.call("plain", {}));
    await sidecar.stop();
    const restarted = await start(flags);
    const again = await openAgent(restarted, { ingress: "call", proof: "whole" });
    expect(attemptsOf(await again.call("plain", {}))).toEqual({ used: 3, left: 0 });
    expect((await again.call("plain", GOOD)).code).toBe("stopped");
    await restarted.stop();
  });

  describe.skipIf(!isRedisExpected)("in a Redis", () => {
    const key = ["--signing-key", "canary-5162-signing-key-of-both-sidecars"];
    let redis: RedisServer;
    const sidecars: Sidecar[] = [];
    beforeAll(async () => {
      redis = await startRedis();
      for (const name of ["a", "b"])
        sidecars.push(await start([...THREE, ...key, "--state", redis.url, "--state-directory", join(folder, name)]));
    });
    afterAll(async () => {
      for (const sidecar of sidecars) await sidecar.stop();
      await redis.stop();
    });
    const openBoth = async (): Promise<readonly [Agent, Agent]> => {
      const [one, other] = sidecars;
      if (one === undefined || other === undefined) throw new Error("two sidecars");
      const proof = await openRun(one, "bearer", { caller: "c0" });
      return [await agentOf(one, "call", proof), await agentOf(other, "call", proof)];
    };
    it("is lifted by an operator of either", async () => {
      const [one, other] = await openBoth();
      await codesOf(3, () => one.call("plain", {}));
      expect((await one.call("plain", GOOD)).code).toBe("stopped");
      expect((await sidecars[1]?.admin("POST", "/attempts/clear", { run: one.run }))?.status).toBe(200);
      expect((await one.call("plain", GOOD)).code).toBe("ok");
      expect((await other.call("plain", GOOD)).code).toBe("ok");
    });

    const passSecond = (): void => sidecars.forEach(({ clock }) => clock.pass(1000));

    it("is shared: attempts, stops, and what lifts them", async () => {
      const [one, other] = await openBoth();
      expect(attemptsOf(await one.call("plain", {}))).toEqual({ used: 1, left: 2 });
      expect(attemptsOf(await other.call("plain", {}))).toEqual({ used: 2, left: 1 });
      expect(attemptsOf(await one.call("plain", {}))).toEqual({ used: 3, left: 0 });
      expect((await one.call("plain", GOOD)).code).toBe("stopped");
      expect((await other.call("plain", {})).code).toBe("stopped"); // asked at the store
      expect((await other.call("plain", GOOD)).code).toBe("stopped");
      expect((await other.call("get_order", GOOD)).code).toBe("ok");
      expect((await one.call("plain", GOOD)).code).toBe("ok");
    });

    it("is known to a sidecar that had no part in it within a second", async () => {
      const [one, other] = await openBoth();
      expect((await other.call("plain", GOOD)).code).toBe("ok");
      await codesOf(3, () => one.call("plain", {}));
      passSecond();
      await vi.waitFor(async () => expect((await other.check("plain", GOOD)).code).toBe("stopped"));
      expect((await other.call("plain", GOOD)).code).toBe("stopped");
    });

    it("goes on in each sidecar while the Redis is down, and refuses nothing else", async () => {
      const [one] = await openBoth();
      await one.call("plain", {});
      await redis.kill();
      expect(attemptsOf(await one.call("plain", {}))).toEqual({ used: 2, left: 1 });
      expect(await codesOf(2, () => one.call("plain", {}))).toEqual(["invalid_arguments", "stopped"]);
      expect((await one.call("small", { ...GOOD, amount: 1 })).code).toBe("ok");
      expect((await one.call("plain", GOOD)).code).toBe("ok");
      await redis.restart();
    });
  });
});

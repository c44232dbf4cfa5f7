// A deadline that passes while a call waits in the sidecar, for a connection that other calls hold or for room for its answer, says
// nothing about the backend: the agent is told what it waited for, and no breaker opens.
import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AnswerRoom } from "../../src/call.ts";
import { type Guard, createGuard } from "../../src/backend/guard.ts";
import { type HostileMcpServer, type McpScript, startHostileMcpServer } from "../support/hostile-mcp-server.ts";
import {
  type CallOptions,
  type TestBackend,
  definitionOf,
  openBackend,
  permitCall,
  sendCall,
} from "../support/mcp-backend.ts";
import { scriptServer, textResult } from "../support/mcp-script.ts";
import { type Probe, startProbe } from "../support/probe.ts";
import { type SocketScript, always } from "../support/socket-backend.ts";

const DEADLINE = 400;
const ECHO = definitionOf("echo");
const GOOD = always(200, '{"id":"a"}');

describe("over REST", () => {
  let probe: Probe;
  const start = async (flags: readonly string[] = []): Promise<void> => {
    probe = await startProbe({
      script: GOOD,
      deadlineMs: DEADLINE,
      maxConnections: 1,
      flags,
      maxResponseBytes: 1_000_000,
    });
  };
  afterEach(() => probe.stop());
  const call = async (tool = "get_item"): Promise<string> => {
    const { status, text } = await probe.call(tool, tool === "get_item" ? { id: "a" } : { name: "a" });
    const { code, forwarded, class: kind } = JSON.parse(text);
    return status === 200 ? "200" : [code, forwarded, kind].join(" ");
  };
  it("calls that wait until their deadline do not open the breaker", async () => {
    await start();
    probe.backend.play(() => undefined);
    const first = call();
    await expect.poll(() => probe.backend.requests().length).toBe(1);
    const told = await Promise.all(Array.from({ length: 8 }, () => call("create_item")));
    expect(await first).toBe("upstream_timeout unknown wait");
    expect(new Set(told)).toEqual(new Set(["overloaded no wait"]));
    expect(probe.backend.requests()).toHaveLength(1); // whoever gets a connection at the last moment has no time for it
    probe.backend.play(GOOD);
    expect(await call()).toBe("200");
  });

  it("a read that was torn, and whose repetition finds no connection, is told and counted as torn", async () => {
    await start();
    probe.backend.play(
      (socket, _request, index) => void (index === 0 && globalThis.setTimeout(() => socket.destroy(), 100)),
    );
    const torn = call();
    await expect.poll(() => probe.backend.requests().length).toBe(1);
    const next = call("create_item");
    expect(await torn).toBe("upstream_outcome_unknown unknown wait");
    expect(await next).toBe("upstream_timeout unknown ask_human");
  });

  it("a backend that does not answer opens it", async () => {
    await start();
    probe.backend.play(() => undefined);
    for (let made = 0; made < 5; made += 1) expect(await call()).toBe("upstream_timeout unknown wait");
    expect(await call()).toBe("upstream_unavailable no wait");
  });
});

it.each([1, 3])(
  "a backend that hangs is found silent behind %i connections, and few writes are sent to it",
  async (most) => {
    const probe = await startProbe({ script: () => undefined, deadlineMs: DEADLINE, maxConnections: most });
    const told: Promise<string>[] = [];
    for (let made = 0; made < 70; made += 1) {
      told.push(probe.call("create_item", { name: "a" }).then(({ text }) => JSON.parse(text).code));
      await setTimeout(DEADLINE / 7);
    }
    expect((await Promise.all(told)).at(-1)).toBe("upstream_unavailable");
    expect(probe.backend.requests().length).toBeLessThanOrEqual(5 + most + 4); // and those that were let in before
    await probe.stop();
  },
);

it("a backend that answers, slowly for so many calls, is not found silent", async () => {
  const slow: SocketScript = async (...asked) => {
    await setTimeout(50);
    GOOD(...asked);
  };
  const probe = await startProbe({ script: slow, deadlineMs: DEADLINE, maxConnections: 1 });
  const told: Promise<string>[] = [];
  for (let made = 0; made < 100; made += 1) {
    told.push(probe.call("get_item", { id: "a" }).then(({ status, text }) => JSON.parse(text).code ?? `${status}`));
    await setTimeout(10);
  }
  const codes = new Set(await Promise.all(told));
  expect(codes).toContain("200");
  expect(codes).toContain("overloaded");
  expect(codes).not.toContain("upstream_unavailable");
  await probe.stop();
});

describe("over MCP", () => {
  let server: HostileMcpServer;
  let backend: TestBackend;
  let guard: Guard;
  const serve = (answer: McpScript): void =>
    server.play(scriptServer({ era: "modern", tools: () => [ECHO], on: { "tools/call": answer } }));
  beforeEach(async () => {
    server = await startHostileMcpServer((talk) => talk.result({}));
    serve((talk) => talk.result(textResult("x".repeat(100_000))));
    backend = openBackend({ server: server.url, maxConnections: 1, expected: [ECHO] });
    guard = createGuard({ connections: 1, breakerMs: 5000, tell: () => {} });
    await backend.describe();
  });
  afterEach(async () => {
    await backend.close();
    await server.close();
  });
  const call = (options: Partial<CallOptions> = {}): Promise<unknown> =>
    sendCall(
      { ...guard.guardMcp(backend), declaration: backend.declaration },
      { tool: "echo", deadlineMs: DEADLINE, ...options },
    );
  const full: AnswerRoom = { take: () => new Promise(() => {}), arrived: () => {}, give: () => {} };

  it("an answer for which there is no room counts for nothing", async () => {
    for (let made = 0; made < 6; made += 1) expect(await call({ room: full })).toEqual(["overloaded", "yes"]);
    expect(guard.describe().breaker).toBe("closed");
    expect(await call()).toMatch(/^x+$/);
  });

  it("a call that waits for a connection counts for nothing", async () => {
    serve(() => undefined);
    const told = await Promise.all(Array.from({ length: 5 }, () => call()));
    expect(told[0]).toEqual(["upstream_timeout", "unknown"]);
    expect(new Set(told.slice(1).map(String))).toEqual(new Set(["overloaded,no"]));
    expect(guard.describe().breaker).toBe("closed");
  });

  it("a call tells when it has its connection, and not when it begins to wait for one", async () => {
    serve((talk) => void globalThis.setTimeout(() => talk.result(textResult("late")), 200));
    const begun = performance.now();
    const connected: number[] = [];
    const onConnection = (): void => void connected.push(performance.now() - begun);
    const send = () => backend.send(permitCall(backend, { tool: "echo" }), () => false, { onConnection });
    await Promise.all([send(), send()]);
    expect(connected).toHaveLength(2);
    expect(connected[0]).toBeLessThan(150);
    expect(connected[1]).toBeGreaterThanOrEqual(190);
  });

  it("a server that does not answer counts as silent", async () => {
    serve(() => undefined);
    for (let made = 0; made < 5; made += 1) expect(await call()).toEqual(["upstream_timeout", "unknown"]);
    expect(guard.describe().breaker).toBe("open");
  });
});

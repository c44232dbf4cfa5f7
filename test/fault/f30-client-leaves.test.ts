// F30: clients leave, at any moment of a call. What a call had of what is bounded is always given back; a read is torn off, a write
// that has begun is not; and the journal says what came of it.
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { httpAnswer } from "../support/socket-backend.ts";
import { isLong, seed } from "../support/seed.ts";
import { get, openAgent, post } from "./bounds/raw-agent.ts";
import { type Sidecar, startSidecar } from "./bounds/sidecar.ts";

/** Little of everything: what is not given back is missed soon. */
const MOST = { calls: 16, bytes: 16_384 };
const BACKEND_MS = 60;

let sidecar: Sidecar;
beforeAll(async () => {
  sidecar = await startSidecar({
    settings: {
      "max-in-flight": MOST.calls,
      "max-in-flight-bytes": MOST.bytes,
      "max-loop-delay-ms": 60_000,
      "breaker-ms": 0,
    },
  });
  sidecar.well.play((socket) => void globalThis.setTimeout(() => socket.write(httpAnswer(200, "{}")), BACKEND_MS));
});
afterAll(() => sidecar.stop());

const large = JSON.stringify({ id: "a", parts: Array.from({ length: 3000 }, () => ({})) });
const CHUNKED =
  "POST /well/things HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
const rpc = (method: string, params: object): string =>
  post("/mcp", JSON.stringify({ jsonrpc: "2.0", id: 1, method, params })).replace(
    "content-type",
    "accept: application/json, text/event-stream\r\nmcp-protocol-version: 2025-06-18\r\ncontent-type",
  );

/** What a client sends before it leaves. */
const DEEDS: Readonly<Record<string, string>> = {
  nothing: "",
  "half a head": "GET /well/thi",
  "half a body": post("/well/things", large.slice(0, 100), large.length),
  "most of a body": post("/well/things", large.slice(0, -1), large.length),
  "half a chunk": `${CHUNKED}40\r\n{"id"`,
  read: get("/well/things/a"),
  write: post("/well/things", '{"id":"a"}'),
  "large write": post("/well/things", large),
  "no call": post("/call", "{"),
  tool: rpc("tools/call", { name: "write_well", arguments: { id: "a" } }),
  list: rpc("tools/list", {}),
  several: get("/well/things/a").repeat(5),
};

interface Visit {
  readonly deed: string;
  readonly stayMs: number;
  /** A reset, or an end that is said. */
  readonly isRude: boolean;
}

const visit = async ({ deed, stayMs, isRude }: Visit): Promise<void> => {
  const { socket } = await openAgent(sidecar.port, DEEDS[deed]);
  await setTimeout(stayMs);
  if (isRude) socket.resetAndDestroy();
  else socket.destroy();
};

const visits = fc.array(
  fc.record({
    deed: fc.constantFrom(...Object.keys(DEEDS)),
    stayMs: fc.integer({ min: 0, max: 2 * BACKEND_MS }),
    isRude: fc.boolean(),
  }),
  { minLength: 5, maxLength: 40 },
);

/** Half of all calls are one caller's to have, and a body as large as all of it only where nothing is held. */
const expectNothingHeld = async (timeout = 5000): Promise<void> => {
  await expect.poll(sidecar.inFlight, { timeout, interval: 20 }).toBe(0);
  const all = await sidecar.many(MOST.calls / 2, "write_well");
  expect(all.map(({ status }) => status)).toEqual(all.map(() => 200));
  const body = JSON.stringify({ id: "a", parts: Array.from({ length: (4 * MOST.bytes) / 3 }, () => ({})) });
  const agent = await openAgent(sidecar.port, post("/well/things", body));
  await expect.poll(() => agent.text().slice(0, 12), { timeout: 5000, interval: 20 }).toBe("HTTP/1.1 200");
  agent.socket.destroy();
};

it(
  "gives back all that a call had, whenever its client leaves",
  async () => {
    const files = sidecar.openFiles();
    await fc.assert(
      fc.asyncProperty(visits, async (all) => {
        await Promise.all(all.map(visit));
        await expectNothingHeld();
      }),
      { seed, numRuns: isLong ? 300 : 15, endOnFailure: true },
    );
    await expect.poll(() => sidecar.openFiles(), { timeout: 6000 }).toBeLessThan(files + 40); // kept to the backend
  },
  isLong ? 600_000 : 60_000,
);

it("tears a read off, lets a write that has begun end, and records both", async () => {
  const recorded = (tool: string): readonly unknown[] =>
    sidecar.records("call").flatMap((record) => (record["tool"] === tool ? [record["forwarded"]] : []));
  sidecar.sick.play(() => undefined);
  const [reader, writer] = await Promise.all([
    openAgent(sidecar.port, get("/sick/things/a")),
    openAgent(sidecar.port, post("/sick/things", '{"id":"a"}')),
  ]);
  await expect.poll(() => sidecar.sick.requests().length).toBe(2);
  reader.socket.destroy();
  writer.socket.destroy();
  await expect.poll(() => sidecar.sick.openSockets(), { timeout: 3000 }).toBe(1);
  await expect.poll(() => recorded("read_sick"), { timeout: 3000 }).toEqual(["unknown"]);
  await expect.poll(() => recorded("write_sick"), { timeout: 8000 }).toEqual(["unknown"]); // at its deadline
  expect(await sidecar.inFlight()).toBe(0);
}, 15_000);

const WRITES: readonly string[] = [
  post("/sick/things", '{"id":"a"}'),
  post("/call", '{"tool":"write_sick","arguments":{"id":"a"}}'),
  rpc("tools/call", { name: "write_sick", arguments: { id: "a" } }),
];

describe("a write whose client has left", () => {
  it("is a call in flight until it has ended, so that clients who leave get no more than those who stay", async () => {
    sidecar.sick.play(() => undefined);
    const before = sidecar.sick.requests().length;
    const answers: string[] = [];
    for (let index = 0; index < 2 * MOST.calls; index += 1) {
      const sent = sidecar.sick.requests().length;
      const agent = await openAgent(sidecar.port, WRITES[index % WRITES.length]);
      await expect.poll(() => agent.text() !== "" || sidecar.sick.requests().length > sent, { interval: 5 }).toBe(true);
      answers.push(agent.text().slice(0, 12));
      agent.socket.destroy();
    }
    expect(sidecar.sick.requests().length - before).toBe(MOST.calls / 2); // one caller's part of all
    expect(answers.slice(MOST.calls / 2).every((answer) => answer === "HTTP/1.1 503")).toBe(true);
    expect(await sidecar.inFlight()).toBe(MOST.calls / 2);
    await expectNothingHeld(8000);
  }, 30_000);

  it.each([
    ["answers", 800, 5000, "yes"],
    ["hangs", undefined, 400, "unknown"],
  ])("is waited for by a stop, within the grace time: the backend %s", async (_what, answerMs, drainMs, forwarded) => {
    const stopped = await startSidecar({ settings: { "drain-ms": drainMs } });
    stopped.sick.play((socket) => {
      if (answerMs !== undefined) void setTimeout(answerMs).then(() => socket.write(httpAnswer(200, "{}")));
    });
    const agents = await Promise.all(WRITES.map((write) => openAgent(stopped.port, write)));
    await expect.poll(() => stopped.sick.requests().length).toBe(WRITES.length);
    for (const { socket } of agents) socket.destroy();
    const ended = once(stopped.child.process, "exit");
    stopped.child.process.kill("SIGTERM");
    expect(await ended).toEqual([0, null]);
    expect(stopped.records("call").map((record) => record["forwarded"])).toEqual(WRITES.map(() => forwarded));
    await stopped.stop();
  });
});

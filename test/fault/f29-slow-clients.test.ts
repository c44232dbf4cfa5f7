// F29: clients that send slowly, do not take their answers, or do nothing. Each is bounded on its own, and whoever calls is served.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { httpAnswer } from "../support/socket-backend.ts";
import { type Sidecar, startSidecar } from "./bounds/sidecar.ts";
import { type RawAgent, get, openAgent, openAgents, post } from "./bounds/raw-agent.ts";

let sidecar: Sidecar;
beforeAll(async () => {
  sidecar = await startSidecar({ settings: { "request-timeout-ms": 1500, "stall-timeout-ms": 1000 } });
  await sidecar.many(50, "read_well");
});
afterAll(() => sidecar.stop());

const closed = (agents: readonly RawAgent[]): number => agents.filter((agent) => agent.isClosed()).length;
const expectServed = async (): Promise<void> => {
  expect((await sidecar.many(20, "read_well")).filter(({ status }) => status !== 200)).toEqual([]);
};
const expectIdle = (): Promise<void> => expect.poll(sidecar.inFlight, { timeout: 5000 }).toBe(0);

describe("a client that is slow", () => {
  it("with its headers is cut off when the time for a request is over", async () => {
    const agents = await openAgents(200, sidecar.port, "POST /call HTTP/1.1\r\nhost: 127.0.0.1\r\nx-slow: ");
    const dripping = setInterval(() => agents.forEach(({ socket }) => socket.writable && socket.write("a")), 100);
    await expectServed();
    await expect.poll(() => closed(agents), { timeout: 8000 }).toBe(200);
    clearInterval(dripping);
    expect(agents.every((agent) => agent.text().startsWith("HTTP/1.1 400 "))).toBe(true);
    await expectIdle();
  });

  it("with its body is cut off as well, and gives back what it had", async () => {
    const agents = await openAgents(100, sidecar.port, post("/call", '{"tool":"read_well",', 1000));
    const dripping = setInterval(() => agents.forEach(({ socket }) => socket.writable && socket.write(" ")), 100);
    await expectServed();
    await expect.poll(() => closed(agents), { timeout: 8000 }).toBe(100);
    clearInterval(dripping);
    await expectIdle();
  });

  it("in taking its answer is cut off when nothing of it moves", async () => {
    const large = JSON.stringify({ text: "x".repeat(900_000) });
    sidecar.sick.play((socket) => void socket.write(httpAnswer(200, large)));
    const agent = await openAgent(sidecar.port);
    agent.socket.pause();
    agent.socket.write(get("/sick/things/a").repeat(40)); // more than the kernel keeps
    await expect.poll(sidecar.inFlight, { timeout: 5000 }).toBeGreaterThan(0);
    const before = sidecar.memory();
    await expectServed();
    await expectIdle();
    expect(sidecar.memory() - before).toBeLessThan(64);
    agent.socket.destroy();
  });

  it("and takes a long answer bit by bit is not cut off", async () => {
    const agent = await openAgent(sidecar.port);
    agent.socket.pause();
    agent.socket.write(get("/sick/things/a").repeat(20));
    const sips = setInterval(() => agent.socket.resume().once("data", () => agent.socket.pause()), 5);
    const whole = (): number => agent.text().split("HTTP/1.1 200 ").length - 1;
    await expect.poll(whole, { timeout: 20_000 }).toBe(20);
    clearInterval(sips);
    agent.socket.destroy();
  }, 30_000);
});

describe("clients that do nothing", () => {
  it("keep nobody out: the one that has been idle longest makes room", async () => {
    const before = sidecar.memory();
    const first = await openAgent(sidecar.port);
    const agents = await openAgents(5000, sidecar.port);
    await expectServed();
    expect(first.isClosed()).toBe(true);
    expect(sidecar.openFiles()).toBeLessThan(2048 + 200);
    expect(sidecar.memory() - before).toBeLessThan(100);
    expect((await sidecar.admin("/readyz")).status).toBe(200);
    for (const { socket } of agents) socket.destroy();
    await expect.poll(() => sidecar.openFiles(), { timeout: 5000 }).toBeLessThan(300);
  }, 60_000);
});

// Connections beyond the bound: the oldest of those that nobody uses make room, one for each that comes.
import { once } from "node:events";
import { type Server, createServer } from "node:http";
import { Socket } from "node:net";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type Connections, boundConnections } from "../../../src/ingress/admission/connections.ts";
import { type RawAgent, get, openAgent, openAgents } from "../../fault/bounds/raw-agent.ts";

const MOST = 10;
let server: Server;
let connections: Connections;
let port: number;
let agents: readonly RawAgent[];
beforeEach(async () => {
  server = createServer((request, response) => void (request.url === "/wait" || response.end("here")));
  connections = boundConnections(server, { maxConnections: MOST, stallTimeoutMs: 60_000 });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  port = Number(Object(server.address()).port);
  agents = [];
});
afterEach(() => {
  for (const { socket } of agents) socket.destroy();
  connections.close();
  server.close();
});

const left = (): readonly number[] => agents.flatMap((agent, index) => (agent.isClosed() ? [] : [index]));
const counted = (): Promise<number> =>
  new Promise((resolve) => server.getConnections((_error, count) => resolve(count)));

it("is kept by many that come at once", async () => {
  agents = await openAgents(10 * MOST, port);
  await expect.poll(left).toHaveLength(MOST);
  expect(await counted()).toBe(MOST);
  expect(connections.open()).toBe(MOST);
});

it("is kept by many that come in one turn of the loop", () => {
  const sockets = Array.from({ length: 3 * MOST }, () => new Socket());
  for (const socket of sockets) server.emit("connection", socket);
  expect(sockets.map(({ destroyed }) => destroyed)).toEqual(sockets.map((_socket, index) => index < 2 * MOST));
  for (const socket of sockets) socket.destroy();
});

it("takes nobody's connection who waits for an answer, and keeps out who comes while all do", async () => {
  agents = await openAgents(MOST - 1, port, get("/wait"));
  await vi.waitUntil(async () => (await counted()) === MOST - 1);
  const idle = await openAgent(port);
  const last = await openAgent(port, get("/wait"));
  agents = [...agents, idle, last];
  await expect.poll(left).toEqual([...Array.from({ length: MOST - 1 }, (_, index) => index), MOST]);
  const late = await openAgent(port, get("/now"));
  await expect.poll(() => late.isClosed()).toBe(true);
  expect([late.text(), left().length, connections.open()]).toEqual(["", MOST, MOST]);
});

it("forgets what is closed", async () => {
  agents = await openAgents(MOST, port, get("/now"));
  for (const { socket } of agents) socket.destroy();
  await expect.poll(() => connections.open()).toBe(0);
});

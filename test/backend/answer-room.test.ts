// Answers that share little memory: however they come, none waits for what another one only announces, and all of them end.
import { setTimeout } from "node:timers/promises";
import { afterEach, beforeAll, expect, it } from "vitest";
import { type Exchange, exchange } from "../../src/backend/exchange.ts";
import { createPool } from "../../src/backend/pool.ts";
import { type Rooms, createRooms } from "../../src/ingress/admission/rooms.ts";
import { type SocketBackend, type SocketScript, startSocketBackend } from "../support/socket-backend.ts";

const KIB = 1024;
const MAX = 1024 * KIB;
/** So much is taken at a time. */
const STEP = 64 * KIB;
const HEAD = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
const chunk = (bytes: number): string => `${bytes.toString(16)}\r\n${"x".repeat(bytes)}\r\n`;
const LAST = "0\r\n\r\n";

let backend: SocketBackend;
let pool: ReturnType<typeof createPool>;
beforeAll(async () => {
  backend = await startSocketBackend(() => undefined);
  pool = createPool({ url: new URL(backend.url), networks: undefined, connectTimeoutMs: 1000 }, undefined);
  return async () => {
    await pool.destroy();
    await backend.close();
  };
});
afterEach(() => backend.drop());

/** A call of its own, which ends when its answer was read. */
const read = async (rooms: Rooms, caller: string, deadlineMs = 20_000): Promise<Exchange> => {
  const room = rooms.open(caller);
  const answer = await exchange(
    pool,
    { method: "GET", path: "/" },
    { deadlineMs, maxResponseBytes: MAX, isHead: false, signal: undefined, tearsOff: true, room },
  );
  await setTimeout(20);
  room.close();
  return answer;
};
const bytesOf = (answer: Exchange): number =>
  answer.ok && answer.answer.body.kind === "bytes" ? answer.answer.body.bytes.length : 0;

it("lets an answer through beside many that have hardly begun", async () => {
  const rooms = createRooms({ most: MAX, isTakenInParts: true });
  const slow: SocketScript = (socket) =>
    void socket.write(`${HEAD}transfer-encoding: chunked\r\n\r\n${chunk(20 * KIB)}`);
  const quick: SocketScript = (socket) =>
    void socket.write(`${HEAD}transfer-encoding: chunked\r\n\r\n${chunk(60 * KIB)}${LAST}`);
  backend.play((socket, request, index) => (index < 8 ? slow : quick)(socket, request, index));
  const held = Array.from({ length: 8 }, (_, index) => read(rooms, `slow${index}`, 3000));
  await expect.poll(() => backend.requests().length).toBe(8);
  await expect.poll(() => rooms.used()).toBeGreaterThan(0);
  const begun = performance.now();
  expect(bytesOf(await read(rooms, "quick"))).toBe(60 * KIB);
  expect(performance.now() - begun).toBeLessThan(2000);
  backend.drop();
  await Promise.all(held);
});

it.each([
  ["without a length", `transfer-encoding: chunked\r\n\r\n`, chunk(100 * KIB), LAST],
  ["with a length", `content-length: ${300 * KIB}\r\n\r\n`, "x".repeat(100 * KIB), ""],
  ["that end with their connection", "connection: close\r\n\r\n", "x".repeat(100 * KIB), "end"],
])("reads many at once to their end, in little memory, %s", async (_name, head, part, last) => {
  const rooms = createRooms({ most: 256 * KIB, isTakenInParts: true });
  let most = 0;
  const watch = setInterval(() => (most = Math.max(most, rooms.used())), 1);
  backend.play(async (socket) => {
    socket.write(HEAD + head + part);
    await setTimeout(20);
    socket.write(part);
    await setTimeout(20);
    if (last === "end") socket.end(part);
    else socket.write(part + last);
  });
  const answers = await Promise.all(Array.from({ length: 40 }, (_, index) => read(rooms, `caller${index % 3}`)));
  clearInterval(watch);
  expect(new Set(answers.map(bytesOf))).toEqual(new Set([300 * KIB]));
  expect(most).toBeLessThanOrEqual(256 * KIB + 300 * KIB + STEP);
  expect(rooms.used()).toBe(0);
});

// What is refused before anybody has read it ends the connection where reading it would have: another reading of where the next
// request begins must not become a request. The story: the early refusal of an overload knew nothing of framing.
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { type RawAgent, get, openAgent } from "../fault/bounds/raw-agent.ts";
import { type Probe, startProbe } from "../support/probe.ts";
import { type RawExchange, exchangeRaw } from "../support/raw-http.ts";

const MAX_BODY_BYTES = 200_000;
const flags = ["--max-in-flight=1", `--max-body-bytes=${MAX_BODY_BYTES}`];
let probe: Probe;
let holder: RawAgent;
/** One call is all that may be in flight, and it is. */
beforeAll(async () => {
  probe = await startProbe({ script: () => undefined, deadlineMs: 60_000, flags });
  holder = await openAgent(probe.port, get("/api/items/held"));
  await vi.waitUntil(() => probe.backend.requests().length === 1);
});
afterAll(async () => {
  holder.socket.destroy();
  await probe.stop();
});

const HOST = "Host: localhost\r\n";
const FOLLOWING = `GET /api/items/b HTTP/1.1\r\n${HOST}\r\n`;

const send = (...texts: readonly string[]): Promise<RawExchange> =>
  exchangeRaw(texts.map(Buffer.from), { port: probe.port, patienceMs: 1000 });
const statuses = ({ answers }: RawExchange): readonly number[] => answers.map(({ status }) => status);
const connectionOf = ({ answers }: RawExchange): string | undefined =>
  answers[0]?.headers.find(([name]) => name.toLowerCase() === "connection")?.[1];

it.each([
  ["an upgrade", `GET /api/items/a HTTP/1.1\r\n${HOST}Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n`],
  ["a GET with a body", `GET /api/items/a HTTP/1.1\r\n${HOST}Content-Length: 2\r\n\r\n{}`],
  ["a GET with chunks", `GET /api/items/a HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  ["another coding", `POST /api/items HTTP/1.1\r\n${HOST}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
  ["two hosts", `GET /api/items/a HTTP/1.1\r\n${HOST}Host: elsewhere\r\n\r\n`],
  ["another version", `GET /api/items/a HTTP/1.0\r\n${HOST}Connection: keep-alive\r\n\r\n`],
  ["a target of another server", `GET http://elsewhere/items HTTP/1.1\r\n${HOST}\r\n`],
  ["a body over the limit", `POST /api/items HTTP/1.1\r\n${HOST}Content-Length: 1000000000000\r\n\r\n`],
  ["an unknown expectation", `POST /api/items HTTP/1.1\r\n${HOST}Expect: more\r\nContent-Length: 2\r\n\r\n{}`],
])("takes nothing behind %s", async (_what, request) => {
  for (const texts of [[request + FOLLOWING], [request, FOLLOWING]]) {
    const exchange = await send(...texts);
    expect([statuses(exchange), connectionOf(exchange), exchange.ended]).toEqual([[503], "close", true]);
  }
});

it.each([
  ["a call without a body", FOLLOWING],
  ["a body of a known length", `POST /api/items HTTP/1.1\r\n${HOST}Content-Length: 12\r\n\r\n{"name":"a"}`],
  [
    "a body in chunks",
    `POST /api/items HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\nc\r\n{"name":"a"}\r\n0\r\n\r\n`,
  ],
  ["a run URL", `GET /r/crr_none/api/items/a HTTP/1.1\r\n${HOST}\r\n`],
])("goes on behind %s", async (_what, request) => {
  const exchange = await send(request + FOLLOWING);
  expect([statuses(exchange), exchange.ended]).toEqual([[503, 503], false]);
  expect(probe.backend.requests()).toHaveLength(1);
});

it.each([
  ["an overload's refusal", HOST, 503],
  ["another refusal", "Host: elsewhere\r\n", 421],
])("reads no more of a body without an end behind %s than of one that is taken", async (_what, host, status) => {
  if (status !== 503) holder.socket.destroy(); // so that the sidecar looks at what comes
  await expect.poll(() => send(`GET / HTTP/1.1\r\n${host}Connection: close\r\n\r\n`).then(statuses)).toEqual([status]);
  const begin = `POST /api/items HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n`;
  const agent = await openAgent(probe.port, begin);
  const size = 65_536;
  const chunk = `${size.toString(16)}\r\n${"x".repeat(size)}\r\n`;
  let sent = 0;
  while (!agent.isClosed() && sent < 64 * MAX_BODY_BYTES) {
    agent.socket.write(chunk);
    sent += size;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(agent.text()).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect([agent.isClosed(), sent > MAX_BODY_BYTES]).toEqual([true, true]);
});

it("says while it drains that it stops, and ends the connection, however much there is to do", async () => {
  const other = await startProbe({ script: () => undefined, deadlineMs: 60_000, flags: [...flags, "--drain-ms=3000"] });
  const held = await openAgent(other.port, get("/api/items/held"));
  await vi.waitUntil(() => other.backend.requests().length === 1);
  const stopped = other.stop();
  const { answers, ended } = await exchangeRaw([Buffer.from(FOLLOWING + FOLLOWING)], { port: other.port });
  expect([answers.map(({ body }) => JSON.parse(String(body)).code), ended]).toEqual([["draining"], true]);
  expect(answers[0]?.headers).toContainEqual(["Connection", "close"]);
  held.socket.destroy();
  await stopped;
});

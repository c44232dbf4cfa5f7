// Requests on one connection, one behind the other. The story: Node hands out every pipelined request as soon as its bytes
// are there, so a call behind a refusal that closes the connection was forwarded all the same, and garbage behind a call in
// flight was answered in that call's place, as "not forwarded".
import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type CaseServer, startSidecar } from "../case/sidecar.ts";
import { type RawExchange, exchangeRaw } from "../support/raw-http.ts";
import { type ScriptedBackend, startScriptedBackend } from "../support/scripted-backend.ts";
import { FOLLOWING, bytes } from "./raw-streams.ts";

let backend: ScriptedBackend;
let sidecar: CaseServer;

beforeAll(async () => {
  backend = await startScriptedBackend();
  sidecar = await startSidecar(backend.url);
});

beforeEach(() => backend.reset());

afterAll(async () => {
  await sidecar?.kill();
  await backend?.close();
});

const send = async (...texts: readonly (Buffer | string)[]): Promise<RawExchange> => {
  const stream = Buffer.concat(texts.map((text) => (typeof text === "string" ? bytes(text) : text)));
  const exchange = await exchangeRaw([stream], { port: sidecar.port, patienceMs: 3000 });
  await new Promise((resolve) => setTimeout(resolve, 15)); // what is forwarded in spite of the answer is seen by now
  return exchange;
};

const statuses = ({ answers }: RawExchange): readonly number[] => answers.map(({ status }) => status);
const targets = (): readonly string[] => backend.requests().map(({ target }) => target);

const post = (path: string, fields: string, body: string): string =>
  `POST ${path} HTTP/1.1\r\nHost: checkrein.test\r\nContent-Type: application/json\r\n${fields}Content-Length: ${body.length}\r\n\r\n${body}`;
const note = (text: string): string => post("/notes", "", JSON.stringify({ text }));
const SLOW = { headers: [["Content-Type", "application/json"]], body_text: '{"ok":true}', delayMs: 150 } as const;

test("takes nothing behind a refusal that comes after the body was read", async () => {
  const keys = "Idempotency-Key: key-00000001\r\nIdempotency-Key: key-00000002\r\n";
  const refund = post("/orders/ord_A1b2C3d4/refunds", keys, '{"amount":1,"reason":"late"}');
  expect(statuses(await send(refund, FOLLOWING))).toEqual([400]);
  expect(targets()).toEqual([]);
});

test("takes nothing behind a body that is too large", async () => {
  const exchange = await send(note("a".repeat(40_000)), FOLLOWING);
  expect(exchange.answers.length).toBeLessThanOrEqual(1);
  expect(targets()).toEqual([]);
});

test("answers a call in flight before it ends the connection for garbage behind it", async () => {
  backend.reset(SLOW);
  expect(statuses(await send(note("a"), "GARBAGE\r\n\r\n"))).toEqual([200, 400]);
  expect(targets()).toEqual(["/notes"]);
});

test("answers a call in flight before it refuses the broken body behind it", async () => {
  backend.reset(SLOW);
  const broken =
    "POST /notes HTTP/1.1\r\nHost: checkrein.test\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
  expect(statuses(await send(note("a"), broken, "x\r\n"))).toEqual([200, 400]);
  expect(targets()).toEqual(["/notes"]);
});

test("sends pipelined calls one after the other, in order", async () => {
  backend.reset({ ...SLOW, delayMs: 30 });
  const exchange = await send(note("a"), note("b"), note("c"), FOLLOWING);
  expect(statuses(exchange)).toEqual([200, 200, 200, 200]);
  expect(backend.requests().map(({ body }) => JSON.parse(body.toString()).text)).toEqual(["a", "b", "c", "hi"]);
});

test("takes the next request behind a refusal that leaves no doubt where it begins", async () => {
  expect(statuses(await send(post("/notes", "", '{"text":1}'), FOLLOWING))).toEqual([422, 200]);
  expect(targets()).toEqual(["/notes"]);
});

test("drops the calls that wait behind one whose agent hung up", async () => {
  backend.reset({ ...SLOW, delayMs: 300 });
  await exchangeRaw([bytes(note("a") + note("b"))], { port: sidecar.port, patienceMs: 100 });
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(backend.requests().map(({ body }) => JSON.parse(body.toString()).text)).toEqual(["a"]);
});

// Node leaves off reading a packet behind the head of an upgrade that nobody takes: the rest of it was lost, and the next packet
// began in the middle of a request.
test("ends the connection with the answer to a request that wants another protocol", async () => {
  const upgrade =
    "GET /orders/ord_A1b2C3d4 HTTP/1.1\r\nHost: checkrein.test\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n";
  const head =
    "POST /notes HTTP/1.1\r\nHost: checkrein.test\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n";
  const exchange = await exchangeRaw([bytes(upgrade + head), FOLLOWING], { port: sidecar.port, patienceMs: 3000 });
  expect(statuses(exchange)).toEqual([200]);
  expect(exchange.ended).toBe(true);
  expect(targets()).toEqual(["/orders/ord_A1b2C3d4"]);
});

test("answers a call in flight before it ends the connection for a CONNECT behind it", async () => {
  backend.reset(SLOW);
  const exchange = await send(note("a"), "CONNECT checkrein.test:80 HTTP/1.1\r\nHost: checkrein.test\r\n\r\n");
  expect(statuses(exchange)).toEqual([200, 405]);
  expect(exchange.ended).toBe(true);
  expect(targets()).toEqual(["/notes"]);
});

test("takes nothing behind a framing that can be read in two ways, whatever else is wrong", async () => {
  const gzip = "POST /notes HTTP/1.1\r\nHost: elsewhere\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n";
  expect(statuses(await send(gzip, FOLLOWING))).toEqual([400]);
  const long = `GET /${"a".repeat(9000)} HTTP/1.1\r\nHost: checkrein.test\r\nHost: checkrein.test\r\n\r\n`;
  expect(statuses(await send(long, FOLLOWING))).toEqual([400]);
  expect(targets()).toEqual([]);
});

test("answers a method that the parser alone knows in the form of every refusal, and once", async () => {
  expect(statuses(await send("PRI /notes\r\n\r\n", FOLLOWING))).toEqual([400]);
  expect(targets()).toEqual([]);
});

test("answers CONNECT in the form of every refusal", async () => {
  const exchange = await send("CONNECT checkrein.test:80 HTTP/1.1\r\nHost: checkrein.test\r\n\r\n");
  expect(statuses(exchange)).toEqual([405]);
  expect(exchange.ended).toBe(true);
});

test.each([
  ["a request that cannot be read", "GARBAGE\r\n\r\n"],
  ["CONNECT", "CONNECT checkrein.test:80 HTTP/1.1\r\nHost: checkrein.test\r\n\r\n"],
])("does not keep the socket of an agent that never ends its side: %s", async (_what, text) => {
  const agent = connect({ port: sidecar.port, host: "127.0.0.1", allowHalfOpen: true });
  let hasReset = false;
  agent.on("error", () => (hasReset = true));
  agent.resume().write(text);
  await once(agent, "end");
  await expect.poll(() => (agent.write("x"), hasReset), { timeout: 5000 }).toBe(true); // nobody is there any more
  agent.destroy();
});

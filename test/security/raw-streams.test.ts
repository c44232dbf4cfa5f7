// The raw HTTP streams against the sidecar's own process, in the clear and over TLS: at most one answer to a refused one, nothing
// forwarded, and no second request read behind it. What is harmless works.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CaseServer, startSidecar } from "../case/sidecar.ts";
import { createAuthority } from "../support/authority.ts";
import { type RawExchange, exchangeRaw, fieldValues } from "../support/raw-http.ts";
import { type ScriptedBackend, startScriptedBackend } from "../support/scripted-backend.ts";
import { FOLLOWING, bytes, harmlessStreams, refusedStreams } from "./raw-streams.ts";

const authority = createAuthority();
authority.issue("own", "localhost", ["-days", "2"]);
const tls = { ca: readFileSync(authority.file), servername: "localhost" };

let backend: ScriptedBackend;
let plain: CaseServer;
let secure: CaseServer;

beforeAll(async () => {
  backend = await startScriptedBackend();
  plain = await startSidecar(backend.url);
  const certificate = { "tls-cert": authority.path("own.pem"), "tls-key": authority.path("own.key") };
  secure = await startSidecar(backend.url, certificate);
}, 30_000);

afterAll(async () => {
  await Promise.all([plain?.kill(), secure?.kill()]);
  await backend?.close();
  authority.remove();
});

let isSecure = false;
const send = async (...chunks: readonly Buffer[]): Promise<RawExchange> => {
  backend.reset();
  const target = isSecure ? { port: secure.port, tls } : { port: plain.port };
  const exchange = await exchangeRaw(chunks, { ...target, patienceMs: 2000 });
  await new Promise((resolve) => setTimeout(resolve, 15));
  return exchange;
};

const statuses = ({ answers }: RawExchange): readonly number[] => answers.map(({ status }) => status);
const targets = (): readonly string[] => backend.requests().map(({ target }) => target);

const expectRefused = (exchange: RawExchange, most = 1): void => {
  expect(targets()).toEqual([]);
  expect(exchange.answers.length).toBeLessThanOrEqual(most);
  expect(exchange.rest.toString("latin1")).toBe("");
  for (const status of statuses(exchange)) expect([400, 405, 413, 415, 417, 421, 422, 431]).toContain(status);
  expect(exchange.ended).toBe(true);
};

const half = (stream: Buffer): readonly Buffer[] => [
  stream.subarray(0, stream.length >> 1),
  stream.subarray(stream.length >> 1),
];

describe.each([
  ["in the clear", false],
  ["over TLS", true],
])("%s", (_where, isOverTls) => {
  beforeAll(() => void (isSecure = isOverTls));
  describe("refuses, and reads no second request behind it", () => {
    test("49 streams", () => expect(refusedStreams.length).toBe(49));

    test.each(refusedStreams)("%s", async (name, stream) => {
      const most = name === "a body without any length" ? 2 : 1; // it is a request of its own, which cannot be read
      expectRefused(await send(Buffer.concat([stream, FOLLOWING])), most);
      expectRefused(await send(stream, FOLLOWING), most);
      expectRefused(await send(...half(stream), FOLLOWING), most);
      expect(statuses(await send(FOLLOWING))).toEqual([200]); // the sidecar lives, and the stream alone was at fault
    });
  });

  const NOTE =
    "POST /notes HTTP/1.1\r\nHost: checkrein.test\r\nContent-Type: application/json\r\nConnection: close\r\n";
  const ORDER = "GET /orders/ord_A1b2C3d4 HTTP/1.1\r\nHost: checkrein.test\r\n";
  const CLOSE = "Connection: close\r\n";
  const BODY = '{"text":"hi"}';

  describe("takes what is harmless", () => {
    const expectNote = (exchange: RawExchange): void => {
      expect(statuses(exchange)).toEqual([200]);
      expect(backend.requests().map(({ body }) => body.toString())).toEqual([BODY]);
    };

    test.each(harmlessStreams)("%s", async (name, stream) => {
      const [first, ...others] = statuses(await send(Buffer.concat([stream, FOLLOWING])));
      expect([first, others]).toEqual([200, name === "an upgrade to h2c" ? [] : [200]]);
      expect(backend.requests()).toHaveLength(1 + others.length);
      for (const field of ["x-note-tag", "x-a", "x-b", "upgrade"])
        expect(fieldValues(backend.requests()[0]?.headers ?? [], field)).toEqual([]);
    });

    test("a trailer is never a header argument", async () => {
      const refund = `${NOTE.replace("/notes", "/orders/ord_A1b2C3d4/refunds")}Transfer-Encoding: chunked\r\n\r\n`;
      const chunk = '{"amount":1,"reason":"late"}';
      const body = `${chunk.length.toString(16)}\r\n${chunk}\r\n0\r\nIdempotency-Key: key-00000001\r\n\r\n`;
      expect(statuses(await send(bytes(refund + body)))).toEqual([422]);
      expect(targets()).toEqual([]);
    });

    test("pipelined requests are answered in order, each checked on its own", async () => {
      const other = ORDER.replace("ord_A1b2C3d4", "ord_B2c3D4e5");
      const invalid = ORDER.replace("ord_A1b2C3d4", "ord_!");
      const exchange = await send(bytes(`${ORDER}\r\n${invalid}\r\n${other}${CLOSE}\r\n`));
      expect(statuses(exchange)).toEqual([200, 422, 200]);
      expect(targets().toSorted()).toEqual(["/orders/ord_A1b2C3d4", "/orders/ord_B2c3D4e5"]);
    });

    test("an expected 100-continue is given", async () => {
      const [head = "", body = ""] = [`${NOTE}Expect: 100-continue\r\nContent-Length: 13\r\n\r\n`, BODY];
      expectNote(await send(bytes(head), bytes(body)));
    });

    test("é in a header argument is refused", async () => {
      const exchange = await send(bytes(`${NOTE}X-Note-Tag: caf\xe9\r\nContent-Length: 13\r\n\r\n${BODY}`));
      expect(statuses(exchange)).toEqual([422]);
      expect(targets()).toEqual([]);
    });
  });
});

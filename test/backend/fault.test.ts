// SAFETY section 6, F03 to F11: what a broken backend does to a call. Everywhere: the answer says truly whether the
// backend saw the call, a write is sent at most once, a read at most twice, and the next call works.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Probe, startProbe } from "../support/probe.ts";
import { type SocketScript, always, httpAnswer } from "../support/socket-backend.ts";

const DEADLINE = 500;
const GOOD = always(200, '{"id":"a"}');
const HEAD = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";
const reset: SocketScript = (socket) => void socket.resetAndDestroy();
const writeThen =
  (bytes: string, then: SocketScript): SocketScript =>
  (socket, request, index) => {
    socket.write(bytes);
    setTimeout(() => then(socket, request, index), 30);
  };
const end: SocketScript = (socket) => void socket.end();
const repeat =
  (bytes: string, everyMs: number): SocketScript =>
  (socket) => {
    const timer = setInterval(() => socket.write(bytes), everyMs);
    socket.once("close", () => clearInterval(timer));
  };

interface Fault {
  readonly name: string;
  readonly script: SocketScript;
  /** status, code, forwarded */
  readonly read: readonly [number, string, string];
  readonly write?: readonly [number, string, string];
  /** How often a read is sent. */
  readonly sent: number;
}

const lost = [502, "upstream_outcome_unknown", "unknown"] as const;
const broken = [502, "upstream_outcome_unknown", "yes"] as const;
const invalid = [502, "invalid_output", "yes"] as const;

const FAULTS: readonly Fault[] = [
  { name: "F03 never answers", script: () => undefined, read: [504, "upstream_timeout", "unknown"], sent: 1 },
  {
    name: "F04 one byte per 50 ms",
    script: writeThen(`${HEAD}content-length: 999\r\n\r\n{`, repeat(" ", 50)),
    read: [504, "upstream_timeout", "yes"],
    sent: 1,
  },
  {
    name: "F05 chunks without end",
    script: writeThen(`${HEAD}transfer-encoding: chunked\r\n\r\n`, repeat(`4000\r\n${"x".repeat(0x4000)}\r\n`, 5)),
    read: [502, "upstream_too_large", "yes"],
    sent: 1,
  },
  {
    name: "F05 a length of 1 TB",
    script: (socket) => void socket.write(`${HEAD}content-length: 1000000000000\r\n\r\n{`),
    read: [502, "upstream_too_large", "yes"],
    sent: 1,
  },
  { name: "F06 reset before the headers", script: reset, read: lost, sent: 2 },
  { name: "F06 half-close without an answer", script: end, read: lost, sent: 2 },
  {
    name: "F06 reset within the headers",
    script: writeThen("HTTP/1.1 200 OK\r\ncontent-", reset),
    read: broken,
    sent: 1,
  },
  {
    name: "F06 reset after the headers",
    script: writeThen(`${HEAD}content-length: 10\r\n\r\n`, reset),
    read: broken,
    sent: 1,
  },
  {
    name: "F06 end in the middle of the body",
    script: writeThen(`${HEAD}content-length: 10\r\n\r\n{"id"`, end),
    read: broken,
    sent: 1,
  },
  {
    name: "F06 end in the middle of a chunk",
    script: writeThen(`${HEAD}transfer-encoding: chunked\r\n\r\n20\r\n{"id"`, end),
    read: broken,
    sent: 1,
  },
  { name: "F08 HTML", script: always(200, "<html>", { "content-type": "text/html" }), read: invalid, sent: 1 },
  {
    name: "F08 JSON called something else",
    script: always(200, '{"id":"a"}', { "content-type": "application/octet-stream" }),
    read: invalid,
    sent: 1,
  },
  {
    name: "F08 no content type",
    script: (socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{"id":"a"}'),
    read: invalid,
    sent: 1,
  },
  { name: "F08 truncated JSON", script: always(200, '{"id":"a"'), read: invalid, sent: 1 },
  { name: "F08 duplicate keys", script: always(200, '{"id":"a","id":"b"}'), read: invalid, sent: 1 },
  { name: "F08 wrong type", script: always(200, '{"id":7}'), read: invalid, sent: 1 },
  { name: "F08 missing member", script: always(200, "{}"), read: invalid, sent: 1 },
  {
    name: "F08 no body",
    script: (socket, { method }) => void socket.write(httpAnswer(method === "GET" ? 200 : 201, "")),
    read: invalid,
    sent: 1,
  },
  { name: "F08 undeclared status", script: always(203, '{"id":"a"}'), read: invalid, sent: 1 },
  {
    name: "F08 bad UTF-8",
    script: (socket) =>
      void socket.write(
        Buffer.concat([
          Buffer.from(`${HEAD}content-length: 10\r\n\r\n{"id":"`),
          Buffer.from([0xff]),
          Buffer.from('"}'),
        ]),
      ),
    read: invalid,
    sent: 1,
  },
  {
    name: "F08 a number that a double cannot hold",
    script: always(200, '{"id":"a","count":9007199254740993}'),
    read: invalid,
    sent: 1,
  },
  {
    name: "F10 gzip that was not asked for",
    script: always(200, '{"id":"a"}', { "content-encoding": "gzip" }),
    read: invalid,
    sent: 1,
  },
  {
    name: "F10 chained encodings",
    script: always(200, '{"id":"a"}', { "content-encoding": "gzip, gzip" }),
    read: invalid,
    sent: 1,
  },
  {
    name: "F11 ten thousand headers",
    script: (socket) =>
      void socket.write(
        `${HEAD}${Array.from({ length: 10_000 }, (_, index) => `x-${index}: 1\r\n`).join("")}content-length: 10\r\n\r\n{"id":"a"}`,
      ),
    read: broken,
    sent: 1,
  },
  {
    name: "F11 100 Continue that nobody waits for",
    script: (socket) => void socket.write(`HTTP/1.1 100 Continue\r\n\r\n${httpAnswer(200, '{"id":"a"}')}`),
    read: broken,
    sent: 1,
  },
  {
    name: "F11 101 Switching Protocols",
    script: (socket) =>
      void socket.write("HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n"),
    read: broken,
    sent: 1,
  },
  {
    name: "F11 a NUL in a header",
    script: (socket) => void socket.write(`${HEAD}x: a\0b\r\ncontent-length: 10\r\n\r\n{"id":"a"}`),
    read: broken,
    sent: 1,
  },
];

let probe: Probe;
beforeAll(async () => {
  probe = await startProbe({ script: GOOD, deadlineMs: DEADLINE });
});
afterAll(() => probe.stop());

const call = async (
  tool: string,
  argumentsValue: unknown,
): Promise<{
  readonly answer: readonly unknown[];
  readonly body: Readonly<Record<string, unknown>>;
  readonly ms: number;
}> => {
  const begun = performance.now();
  const answer = await probe.call(tool, argumentsValue);
  const body = Object(JSON.parse(answer.text));
  return { answer: [answer.status, answer.code, body.forwarded], body, ms: performance.now() - begun };
};

const nextCallWorks = async (): Promise<void> => {
  probe.backend.play(GOOD);
  expect((await probe.call("get_item", { id: "next" })).status).toBe(200);
};

describe("a fault of the backend", () => {
  it.each(FAULTS)("$name: a read", async ({ script, read, sent }) => {
    probe.backend.play(script);
    const { answer, body, ms } = await call("get_item", { id: "a" });
    expect(answer).toEqual(read);
    expect(probe.backend.requests()).toHaveLength(sent);
    expect(["not_your_fault", "wait"]).toContain(body["class"]);
    expect(ms).toBeLessThan(DEADLINE + 400);
    await nextCallWorks();
  });

  it.each(FAULTS)(
    "$name: a write is sent once, and the agent must not repeat it",
    async ({ script, read, write = read }) => {
      probe.backend.play(script);
      const { answer, body } = await call("create_item", { name: "a" });
      expect(answer).toEqual(write);
      expect(probe.backend.requests()).toHaveLength(1);
      expect(["stop", "ask_human"]).toContain(body["class"]);
      expect(body["detail"]).toContain("do not repeat");
      await nextCallWorks();
    },
  );

  it.each([
    ["compressed", 500, always(500, "no", { "content-encoding": "gzip" })],
    ["compressed", 409, always(409, "no", { "content-encoding": "gzip" })],
    ["too long", 503, (socket) => void socket.write("HTTP/1.1 503 No\r\ncontent-length: 1000000000000\r\n\r\n{")],
    [
      "endless",
      404,
      writeThen(
        "HTTP/1.1 404 No\r\ntransfer-encoding: chunked\r\n\r\n",
        repeat(`4000\r\n${"x".repeat(0x4000)}\r\n`, 5),
      ),
    ],
  ] satisfies readonly (readonly [string, number, SocketScript])[])(
    "tells an error with a body that is %s (%i) as that error",
    async (_how, status, script) => {
      probe.backend.play(script);
      for (const [tool, given] of [
        ["get_item", { id: "a" }],
        ["create_item", { name: "a" }],
      ] as const) {
        const { answer, body } = await call(tool, given);
        expect(answer).toEqual([status, "backend_error", "yes"]);
        expect(body["backend"]).toEqual({ status });
        expect(body["detail"]).not.toContain("took place");
      }
      await nextCallWorks();
    },
  );

  it("closes the connection of an answer that it gave up", async () => {
    for (const script of [FAULTS[0], FAULTS[1], FAULTS[2], FAULTS[3]].map((fault) => fault?.script ?? GOOD)) {
      probe.backend.play(script);
      await probe.call("get_item", { id: "a" });
      await expect.poll(() => probe.backend.openSockets(), { timeout: 2000 }).toBe(0);
    }
  });
});

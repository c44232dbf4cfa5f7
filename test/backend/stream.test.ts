// Binary answers: handed on as they come, bounded in size and time; an answer that broke off is never taken for a whole one;
// the journal says how it ended.
import { type IncomingMessage, get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Probe, startProbe } from "../support/probe.ts";
import { ADMIN_TOKEN } from "../support/running-app.ts";
import { type SocketScript, httpAnswer } from "../support/socket-backend.ts";

const TYPE = { "content-type": "application/octet-stream" };
const HEAD = "HTTP/1.1 200 OK\r\ncontent-type: application/octet-stream\r\ntransfer-encoding: chunked\r\n\r\n";
const chunk = (bytes: string): string => `${Buffer.byteLength(bytes).toString(16)}\r\n${bytes}\r\n`;

interface Received {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
  /** Whether the answer came to its end, by its own framing. */
  readonly whole: boolean;
}

let probe: Probe;
beforeAll(async () => {
  probe = await startProbe({ script: () => undefined, deadlineMs: 700, maxResponseBytes: 100_000 });
});
afterAll(() => probe.stop());

const fetchFile = (target = "/api/files/a", leaveAfter = Number.POSITIVE_INFINITY): Promise<Received> =>
  new Promise((resolve, reject) => {
    const request = get({ port: probe.port, path: target, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (bytes: Buffer) => {
        chunks.push(bytes);
        if (Buffer.concat(chunks).length >= leaveAfter) request.destroy();
      });
      answer.on("error", () => undefined);
      answer.on("close", () =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          body: Buffer.concat(chunks),
          whole: answer.complete,
        }),
      );
    });
    request.on("error", reject);
  });

const lastRecord = async (): Promise<Readonly<Record<string, unknown>>> => (await probe.journal()).at(-1) ?? {};
const play = (script: SocketScript): void => probe.backend.play(script);

describe("a binary answer", () => {
  it("is handed on byte by byte, with its media type, over REST and /call", async () => {
    const bytes = "\0\x01\x7f".repeat(20_000);
    play((socket) => void socket.write(httpAnswer(200, bytes, TYPE)));
    const answer = await fetchFile();
    expect([answer.status, answer.headers["content-type"], answer.whole]).toEqual([
      200,
      "application/octet-stream",
      true,
    ]);
    expect(answer.body.equals(Buffer.from(bytes))).toBe(true);
    expect(answer.headers["x-content-type-options"]).toBe("nosniff");
    expect(await lastRecord()).toMatchObject({
      tool: "get_file",
      decision: "allow",
      status: 200,
      stream: { bytes: 60_000, end: "whole" },
    });
    const called = await probe.call("get_file", { name: "a" });
    expect([called.status, called.headers["content-type"], called.text.length]).toEqual([
      200,
      "application/octet-stream",
      60_000,
    ]);
  });

  it("comes while the backend still writes", async () => {
    play((socket) => {
      socket.write(HEAD + chunk("first"));
      setTimeout(() => socket.write(`${chunk("second")}0\r\n\r\n`), 300);
    });
    const begun = performance.now();
    const answer = await fetchFile("/api/files/a", 5);
    expect(performance.now() - begun).toBeLessThan(250);
    expect(answer.body.toString()).toBe("first");
  });

  it("may be empty", async () => {
    play((socket) => void socket.write(httpAnswer(200, "", TYPE)));
    expect(await fetchFile()).toMatchObject({ status: 200, whole: true });
    expect(await lastRecord()).toMatchObject({ stream: { bytes: 0, end: "whole" } });
  });
});

describe("a binary answer that breaks", () => {
  beforeEach(() => expect.poll(() => probe.backend.openSockets() < 5, { timeout: 2000 }).toBe(true));

  it.each<[string, SocketScript]>([
    ["ends in the middle", (socket) => void setTimeout(() => socket.end(), 50)],
    ["is reset", (socket) => void setTimeout(() => socket.resetAndDestroy(), 50)],
    ["never ends", () => undefined],
    ["grows over the limit", (socket) => void socket.write(chunk("x".repeat(120_000)))],
    ["breaks its own framing", (socket) => void setTimeout(() => socket.write("zz\r\n"), 50)],
  ])("because the backend %s ends the agent's connection without an end of the answer", async (_what, after) => {
    play((socket, request, index) => {
      socket.write(HEAD + chunk("first"));
      setTimeout(() => after(socket, request, index), 50);
    });
    const answer = await fetchFile();
    expect([answer.status, answer.whole]).toEqual([200, false]);
    expect(answer.body.subarray(0, 5).toString()).toBe("first");
    expect(await lastRecord()).toMatchObject({ tool: "get_file", forwarded: "yes", stream: { end: "broken" } });
    play((socket) => void socket.write(httpAnswer(200, "next", TYPE)));
    expect((await fetchFile()).body.toString()).toBe("next");
  });

  it.each<[string, SocketScript, number, string]>([
    [
      "the backend ends before the first byte",
      (socket) => void setTimeout(() => socket.end(), 30),
      502,
      "upstream_outcome_unknown",
    ],
    ["the first byte does not come in time", () => undefined, 504, "upstream_timeout"],
  ])("is a refusal when %s", async (_what, after, status, code) => {
    play((socket, request, index) => {
      socket.write(HEAD);
      after(socket, request, index);
    });
    const answer = await fetchFile();
    expect([answer.status, answer.whole]).toEqual([status, true]);
    expect(JSON.parse(answer.body.toString())).toMatchObject({ code, forwarded: "yes" });
    expect(await lastRecord()).toMatchObject({ code, forwarded: "yes" });
  });

  it("is refused before its first byte when its length is over the limit", async () => {
    play(
      (socket) =>
        void socket.write(
          "HTTP/1.1 200 OK\r\ncontent-type: application/octet-stream\r\ncontent-length: 100001\r\n\r\nabc",
        ),
    );
    expect(JSON.parse((await fetchFile()).body.toString())).toMatchObject({
      code: "upstream_too_large",
      forwarded: "yes",
    });
  });

  it("is torn off at the backend when the agent leaves, at once", async () => {
    let closedAfter = Number.NaN;
    play((socket) => {
      const begun = performance.now();
      socket.write(HEAD + chunk("first"));
      socket.once("close", () => (closedAfter = performance.now() - begun));
    });
    await fetchFile("/api/files/a", 5);
    await expect.poll(() => closedAfter, { timeout: 2000 }).toBeLessThan(400);
    expect(await lastRecord()).toMatchObject({ stream: { bytes: 5, end: "left" } });
  });
});

describe("a text answer", () => {
  it("is passed on as text with nothing that a browser would run", async () => {
    play((socket) => void socket.write(httpAnswer(200, "<script>é", { "content-type": "text/plain; charset=utf-8" })));
    const answer = await fetchFile("/api/texts/a");
    expect([answer.status, answer.headers["content-type"], answer.body.toString()]).toEqual([
      200,
      "text/plain; charset=utf-8",
      "<script>é",
    ]);
    expect([answer.headers["x-content-type-options"], answer.headers["content-security-policy"]]).toEqual([
      "nosniff",
      "sandbox",
    ]);
  });
  it("is refused as HTML, and in bad UTF-8", async () => {
    play((socket) => void socket.write(httpAnswer(200, "<p>", { "content-type": "text/html" })));
    expect((await fetchFile("/api/texts/a")).status).toBe(502);
    play(
      (socket) =>
        void socket.write(
          Buffer.concat([
            Buffer.from("HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 1\r\n\r\n"),
            Buffer.from([0xe9]),
          ]),
        ),
    );
    expect((await fetchFile("/api/texts/a")).status).toBe(502);
  });
});

describe("at its backend", () => {
  const inFlight = async (): Promise<number> => {
    const answer = await fetch(`${probe.app.adminUrl}/backends`, {
      headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    });
    return Object(await answer.json()).backends[0].inFlight;
  };

  it("a stream is a call in flight until its end", async () => {
    let end = (): void => {};
    play((socket) => {
      socket.write(HEAD + chunk("begun"));
      end = () => void socket.write(`0\r\n\r\n`);
    });
    const file = fetchFile();
    await sleep(100);
    expect(await inFlight()).toBe(1);
    end();
    expect((await file).whole).toBe(true);
    expect(await inFlight()).toBe(0);
  });

  it("one that is refused for its encoding is not left open until its deadline", async () => {
    play((socket) => {
      const head = HEAD.replace("\r\n\r\n", "\r\ncontent-encoding: gzip\r\n\r\n");
      socket.write(head + chunk("x".repeat(50)));
    });
    probe.backend.drop();
    expect((await fetchFile()).status).toBe(502);
    await expect.poll(() => probe.backend.openSockets(), { timeout: 400, interval: 20 }).toBe(0);
  });

  it("it is none any more when its reader has left", async () => {
    play((socket) => void socket.write(HEAD + chunk("begun")));
    await fetchFile("/api/files/a", 1);
    await expect.poll(inFlight, { timeout: 500 }).toBe(0);
  });
});

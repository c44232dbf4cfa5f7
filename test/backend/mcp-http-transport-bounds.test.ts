// SAFETY F03 to F16 for an MCP server over HTTP: whatever it does, an exchange ends in time and within its bounds, says truly
// what was sent, and the server sees that nobody waits any more.
import { describe, expect, it } from "vitest";
import type { McpScript, Talk } from "../support/hostile-mcp-server.ts";
import { ask, goodScript, replyTo, useHttpClient } from "../support/mcp-transport.ts";

const client = useHttpClient();
const play = (script: McpScript): void => client.server().play(script);
const answered = { ok: false, started: true, answered: true };

/** Writes again and again while the connection lives. */
const repeat = (talk: Talk, everyMs: number, write: () => void): void => {
  const timer = setInterval(write, everyMs);
  talk.socket.once("close", () => clearInterval(timer));
};

const FAULTS: readonly (readonly [string, McpScript, object])[] = [
  ["never answers", () => undefined, { ok: false, failure: "deadline", started: true, answered: false }],
  [
    "sends one byte per 100 ms",
    (talk) => {
      talk.socket.write("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 999\r\n\r\n{");
      repeat(talk, 100, () => talk.socket.write(" "));
    },
    { ...answered, failure: "deadline" },
  ],
  [
    "keeps a stream alive and never answers",
    (talk) => {
      talk.stream();
      repeat(talk, 20, () => talk.chunk(": still here\n\n"));
    },
    { ...answered, failure: "deadline" },
  ],
  [
    "streams notifications without end",
    (talk) => {
      talk.stream();
      const data = { jsonrpc: "2.0", method: "notifications/message", params: { data: "x".repeat(4000) } };
      repeat(talk, 1, () => talk.event({ data }));
    },
    { ...answered, failure: "too_large" },
  ],
  [
    "streams comments without end",
    (talk) => {
      talk.stream();
      repeat(talk, 1, () => talk.chunk(`: ${"x".repeat(10_000)}\n`));
    },
    { ...answered, failure: "too_large" },
  ],
  [
    "sends an event over the bound of a message",
    (talk) => {
      talk.stream();
      talk.chunk(`data: ${"x".repeat(60_000)}`);
      talk.chunk("x".repeat(60_000));
    },
    { ...answered, failure: "too_large" },
  ],
  [
    "sends an event of many lines over the bound",
    (talk) => {
      talk.stream();
      for (let n = 0; n < 40; n += 1) talk.chunk(`data: ${"x".repeat(4000)}\n`);
    },
    { ...answered, failure: "too_large" },
  ],
  ["sends JSON over the bound", (talk) => talk.result("x".repeat(120_000)), { ...answered, failure: "too_large" }],
  [
    "announces a terabyte",
    ({ socket }) =>
      void socket.write("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000000000000\r\n\r\n{"),
    { ...answered, failure: "too_large" },
  ],
  [
    "dies within an event",
    (talk) => {
      talk.stream();
      talk.chunk('data: {"jsonrpc":"2.0","id":1,');
      setTimeout(() => talk.socket.resetAndDestroy(), 30);
    },
    { ...answered, failure: "broken" },
  ],
  [
    "ends its stream without an answer",
    (talk) => {
      talk.stream();
      talk.end();
    },
    { ...answered, failure: "broken" },
  ],
  [
    "dies before it answers",
    (talk) => talk.socket.resetAndDestroy(),
    { ok: false, failure: "broken", started: true, answered: false },
  ],
  [
    "answers other requests alone",
    (talk) => {
      talk.stream();
      talk.event({ data: replyTo(99, {}) });
      talk.event({ data: replyTo(String(talk.message.id), {}) });
      talk.event({ data: { jsonrpc: "2.0", id: null, error: { code: -1, message: "" } } });
      talk.end();
    },
    { ...answered, failure: "broken" },
  ],
];

describe("an exchange with a server that", () => {
  it.each(FAULTS)("%s ends as it should, and the next one works", async (_what, script, wanted) => {
    play(script);
    expect(await client.transport().request(ask({ deadlineMs: 400 }))).toMatchObject(wanted);
    play(goodScript);
    expect(await client.transport().request(ask())).toMatchObject({ ok: true });
    await expect.poll(() => client.server().openSockets(), { timeout: 2000 }).toBeLessThanOrEqual(2);
  });

  it("answers twice is over with the first answer, and hears no more after a second", async () => {
    let isClosed = false;
    play((talk) => {
      talk.stream();
      talk.socket.once("close", () => (isClosed = true));
      talk.chunk(`data: ${JSON.stringify(replyTo(1, { n: 1 }))}\n\ndata: ${JSON.stringify(replyTo(1, { n: 2 }))}\n\n`);
      repeat(talk, 20, () => talk.event({ data: replyTo(1, { n: 3 }) }));
    });
    expect(await client.transport().request(ask())).toMatchObject({ ok: true, reply: { result: { n: 1 } } });
    await expect.poll(() => isClosed, { timeout: 2000 }).toBe(true);
  });

  it("says much before its answer takes little room for what is read by then", async () => {
    play((talk) => {
      talk.stream();
      let said = 0;
      const data = { jsonrpc: "2.0", method: "notifications/message", params: { data: "x".repeat(4000) } };
      repeat(talk, 2, () => talk.event({ data: (said += 1) <= 60 ? data : replyTo(1, {}) }));
    });
    const taken: number[] = [];
    const room = { take: (bytes: number) => void taken.push(bytes), arrived: () => {}, give: () => {} };
    expect(await client.transport().request(ask({ room }))).toMatchObject({ ok: true });
    expect(taken.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(131_072);
  });

  it("says something large before its answer gives back the room for it", async () => {
    play((talk) => {
      talk.stream();
      const data = { jsonrpc: "2.0", method: "notifications/message", params: { data: "x".repeat(90_000) } };
      let said = 0;
      repeat(talk, 20, () => talk.event({ data: (said += 1) <= 2 ? data : replyTo(1, {}) }));
    });
    let held = 0;
    let most = 0;
    const room = {
      take: (bytes: number) => void (most = Math.max(most, (held += bytes))),
      arrived: () => {},
      give: (bytes = held) => void (held -= bytes),
    };
    expect(await client.transport().request(ask({ room }))).toMatchObject({ ok: true });
    expect(most).toBeGreaterThan(90_000);
    expect(held).toBeLessThanOrEqual(80_000); // of its last piece, which may have been the begin of the next event
  });

  it("floods after its answer is cut off at once", async () => {
    let closedAfter = Number.NaN;
    play((talk) => {
      const begun = performance.now();
      talk.socket.once("close", () => (closedAfter = performance.now() - begun));
      talk.stream();
      talk.event({ data: replyTo(1, {}) });
      repeat(talk, 5, () => talk.chunk(`: ${"x".repeat(20_000)}\n`));
    });
    expect(await client.transport().request(ask())).toMatchObject({ ok: true });
    await expect.poll(() => closedAfter, { timeout: 2000 }).toBeLessThan(700);
  });

  it("streams for ever is bounded by the second where the request has no bound", async () => {
    play((talk) => {
      talk.stream();
      const one = 'data: {"jsonrpc":"2.0","method":"notifications/x"}\n\n';
      repeat(talk, 1, () => talk.chunk(one.repeat(1000)));
    });
    let heard = 0;
    const request = ask({ deadlineMs: undefined, maxBytes: undefined, receive: () => (heard += 1) });
    expect(await client.transport().request(request)).toMatchObject({ ok: false, failure: "too_large" });
    expect(heard).toBeLessThanOrEqual(20_000);
  });
});

describe("an agent that hangs up", () => {
  it.each<[string, McpScript]>([
    ["before an answer", () => undefined],
    [
      "within a stream",
      (talk) => {
        talk.stream();
        talk.event({ data: { jsonrpc: "2.0", method: "notifications/progress" } });
      },
    ],
  ])("ends the backend's request %s", async (_what, script) => {
    let closedAfter = Number.NaN;
    const hangUp = new AbortController();
    play((talk) => {
      script(talk);
      const begun = performance.now();
      talk.socket.once("close", () => (closedAfter = performance.now() - begun));
      setTimeout(() => hangUp.abort(), 50);
    });
    const answer = await client.transport().request(ask({ signal: hangUp.signal }));
    expect(answer).toMatchObject({ ok: false, failure: "hung_up", started: true });
    await expect.poll(() => closedAfter, { timeout: 1000 }).toBeLessThan(500);
    expect(client.server().requests()).toHaveLength(1);
  });

  it("sends nothing when it had hung up before", async () => {
    play(goodScript);
    const answer = await client.transport().request(ask({ signal: AbortSignal.abort() }));
    expect(answer).toMatchObject({ ok: false, failure: "hung_up", started: false });
    expect(client.server().requests()).toHaveLength(0);
  });

  it("is told to a legacy server, by the id of its request", async () => {
    const hangUp = new AbortController();
    play((talk) => {
      if (talk.message.method === "tools/call") setTimeout(() => hangUp.abort(), 30);
      else talk.answer(202, "");
    });
    await client.transport().request(ask({ signal: hangUp.signal, cancels: true }));
    await expect.poll(() => client.server().requests().length).toBe(2);
    expect(
      client
        .server()
        .requests()
        .map(({ body }) => JSON.parse(String(body))),
    ).toMatchObject([
      { id: 1, method: "tools/call" },
      { method: "notifications/cancelled", params: { requestId: 1 } },
    ]);
  });
});

describe("a deadline", () => {
  it("is told to a legacy server, an answer is not", async () => {
    play((talk) => talk.message.method !== "tools/call" && talk.answer(202, ""));
    await client.transport().request(ask({ deadlineMs: 50, cancels: true }));
    await expect.poll(() => client.server().requests().length).toBe(2);
    play(goodScript);
    await client.transport().request(ask({ cancels: true }));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(client.server().requests()).toHaveLength(1);
  });
});

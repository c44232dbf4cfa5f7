// SAFETY section 6, F01, F02, F07 and F11: connections that cannot be made, that end as they are used, or that carry more than
// one answer.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Probe, startProbe } from "../support/probe.ts";
import { type SocketScript, always, httpAnswer } from "../support/socket-backend.ts";

const GOOD = always(200, '{"id":"a"}');

let probe: Probe;
beforeAll(async () => {
  probe = await startProbe({ script: GOOD });
});
afterAll(() => probe.stop());

interface Called {
  /** status, code, forwarded */
  readonly answer: readonly unknown[];
  readonly body: Readonly<Record<string, unknown>>;
}

const call = async (tool: string, argumentsValue: unknown): Promise<Called> => {
  const answer = await probe.call(tool, argumentsValue);
  const body = Object(JSON.parse(answer.text));
  return { answer: [answer.status, answer.code, body.forwarded], body };
};

const nextCallWorks = async (): Promise<void> => {
  probe.backend.play(GOOD);
  expect((await probe.call("get_item", { id: "next" })).status).toBe(200);
};

describe("F07 a keep-alive connection that ends as the request is written", () => {
  const onceThen: SocketScript = (socket, _request, index) =>
    index === 0 ? socket.destroy() : void GOOD(socket, _request, index);
  it("sends a read again, on another connection", async () => {
    await nextCallWorks();
    probe.backend.play(onceThen);
    expect((await call("get_item", { id: "a" })).answer[0]).toBe(200);
    expect(probe.backend.requests()).toHaveLength(2);
  });
  it("does not send a write again", async () => {
    await nextCallWorks();
    probe.backend.play(onceThen);
    expect((await call("create_item", { name: "a" })).answer).toEqual([502, "upstream_outcome_unknown", "unknown"]);
    expect(probe.backend.requests()).toHaveLength(1);
  });
});

describe("F11 what may come before and after an answer", () => {
  it("passes over 103 Early Hints", async () => {
    const hints = "HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n";
    probe.backend.play((socket) => void socket.write(hints + httpAnswer(200, '{"id":"a"}')));
    expect((await call("get_item", { id: "a" })).answer[0]).toBe(200);
    await nextCallWorks();
  });
  it.each([
    ["a second answer", httpAnswer(200, '{"id":"smuggled"}')],
    ["surplus bytes", "surplus"],
  ])("never gives %s to the next call", async (_name, surplus) => {
    probe.backend.play((socket) => void socket.write(httpAnswer(200, '{"id":"a"}') + surplus));
    await call("get_item", { id: "a" });
    probe.backend.play(always(200, '{"id":"own"}'));
    const next = await call("get_item", { id: "b" });
    expect(next.body["result"]).toEqual({ id: "own" });
  });
  it("refuses an answer without a status line", async () => {
    probe.backend.play((socket) => void socket.end("hello"));
    expect((await call("create_item", { name: "a" })).answer[0]).toBe(502);
    expect(probe.backend.requests()).toHaveLength(1);
    await nextCallWorks();
  });
});

describe("a backend that cannot be reached", () => {
  it("F01 refused: nothing was sent", async () => {
    const lone = await startProbe({ script: GOOD, url: "http://127.0.0.1:1" });
    const answer = await lone.call("create_item", { name: "a" });
    expect([answer.status, answer.code, JSON.parse(answer.text).forwarded]).toEqual([
      502,
      "upstream_unavailable",
      "no",
    ]);
    expect(answer.text).not.toContain("127.0.0.1");
    await lone.stop();
  });

  it("F02 connect hangs: 504 within the connect timeout, nothing was sent", async () => {
    const source =
      "require('net').createServer().listen({port:0,host:'127.0.0.1',backlog:1},function(){require('fs').writeSync(1,String(this.address().port));Atomics.wait(new Int32Array(new SharedArrayBuffer(4)),0,0)})";
    const child = spawn(process.execPath, ["-e", source], { stdio: ["ignore", "pipe", "inherit"] });
    const [printed] = (await once(child.stdout, "data")) as [Buffer];
    const port = Number(printed.toString());
    const fillers = Array.from({ length: 4 }, () => connect(port, "127.0.0.1").on("error", () => undefined));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const lone = await startProbe({ script: GOOD, url: `http://127.0.0.1:${port}`, deadlineMs: 5000 });
    const begun = performance.now();
    const answer = await lone.call("create_item", { name: "a" });
    expect([answer.status, answer.code, JSON.parse(answer.text).forwarded]).toEqual([504, "upstream_timeout", "no"]);
    expect(performance.now() - begun).toBeLessThan(1500);
    for (const filler of fillers) filler.destroy();
    child.kill("SIGKILL");
    await lone.stop();
  });
});

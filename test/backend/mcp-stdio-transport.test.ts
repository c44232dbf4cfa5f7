// An MCP server as a child process, good and bad: answers, bounds and faults.
import { setTimeout as later } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { ECHO, PRELUDE, closeChildren, start, startCommand } from "../support/mcp-child.ts";
import { ask, keepMessages } from "../support/mcp-transport.ts";

closeChildren();

describe("a child", () => {
  it("answers each request by its id, in any order", async () => {
    const { transport } = start(`
      const asked = [];
      on((message) => { asked.push(message); if (asked.length === 3) for (const { id } of asked.reverse()) say({ id, result: { id } }); });
    `);
    const ids: number[] = [];
    const answers = await Promise.all([1, 2, 3].map(() => transport.request(ask({ issued: (id) => ids.push(id) }))));
    expect(answers.map((answer) => answer.ok && answer.reply)).toEqual(
      ids.map((id) => ({ kind: "result", result: { id } })),
    );
  });

  it("says what belongs to no request, gets notifications and answers", async () => {
    const { transport } = start(`
      on((message) => message.method === "go" ? (say({ id: "q", method: "roots/list" }), say({ method: "n", params: { a: 1 } }))
        : say({ method: "got", params: { message } }));
    `);
    const { heard, receive } = keepMessages();
    transport.listen([], receive);
    expect(await transport.send({ method: "go", params: {} }, [])).toBe(true);
    await expect.poll(() => heard.length).toBe(2);
    await transport.send({ id: "q", reply: { kind: "error", code: -32601, message: "no" } }, []);
    await expect.poll(() => heard[2]).toMatchObject({ params: { message: { id: "q", error: { code: -32601 } } } });
    expect(heard.slice(0, 2)).toEqual([
      { kind: "request", id: "q", method: "roots/list", params: {} },
      { kind: "notification", method: "n", params: { a: 1 } },
    ]);
  });

  it("has PATH, HOME and what is given, and nothing else of our environment; no shell reads its arguments", async () => {
    process.env["CHECKREIN_SECRET"] = "secret";
    const script = `${PRELUDE} on(({ id }) => say({ id, result: { env: process.env, argv: process.argv.slice(1), cwd: process.cwd() } }));`;
    const { transport } = startCommand([process.execPath, "-e", script, "$(id)", "a b; c"], { TOKEN: "t" }, "/");
    const answer = await transport.request(ask());
    delete process.env["CHECKREIN_SECRET"];
    const { PATH, HOME } = process.env;
    expect(answer).toEqual({
      ok: true,
      reply: { kind: "result", result: { env: { PATH, HOME, TOKEN: "t" }, argv: ["$(id)", "a b; c"], cwd: "/" } },
      status: 200,
      session: undefined,
      isUnread: false,
    });
  });

  it("takes a message that is larger than a pipe, both ways", async () => {
    const { transport } = start(ECHO);
    const text = "ä".repeat(45_000);
    const answer = await transport.request(ask({ params: { text } }));
    expect(answer).toMatchObject({ ok: true, reply: { result: { params: { text } } } });
  });

  it("has its standard error in the log, cut, and so many lines a second", async () => {
    const { transport, log } = start(
      `${ECHO} console.error("hello\\n" + "x".repeat(5000)); for (let n = 0; n < 500; n += 1) console.error(n);`,
    );
    await transport.request(ask());
    await expect.poll(() => log.length).toBeGreaterThanOrEqual(100);
    await later(100);
    expect([log[0], log[1]?.length]).toEqual(["hello", 1000]);
    expect(log.length).toBeLessThan(150);
  });
});

describe("a bad child", () => {
  it("that finds a mistake of ours ends, and not our process", async () => {
    const { transport } = start(`on(() => say({ method: "notifications/x" }));`);
    transport.listen([], () => {
      throw new TypeError("a mistake");
    });
    expect(await transport.request(ask())).toMatchObject({ ok: false, failure: "broken", started: true });
    await transport.ended;
  });

  it.each<[string, string]>([
    ["a result twice over", `process.stdout.write('{"jsonrpc":"2.0","id":1,"result":{"a":1,"a":2}}\\n')`],
    [
      "invalid UTF-8",
      `process.stdout.write(Buffer.concat([Buffer.from('{"jsonrpc":"2.0","id":1,"result":{"a":"'), Buffer.from([0xff]), Buffer.from('"}}\\n')]))`,
    ],
    ["a result that is no object", `say({ id: 1, result: 7 })`],
    ["another version", `process.stdout.write('{"jsonrpc":"1.0","id":1,"result":{}}\\n')`],
  ])("fails that request alone with %s", async (_what, write) => {
    const { transport, log } = start(
      `on(({ id }) => { if (id === 1) ${write}; else setTimeout(() => say({ id, result: {} }), 100); });`,
    );
    const [bad, good] = await Promise.all([transport.request(ask()), transport.request(ask())]);
    expect(bad).toMatchObject({ ok: false, failure: "not_protocol", started: true, answered: true });
    expect(good).toMatchObject({ ok: true });
    expect(log).toHaveLength(1);
  });

  it("may write what is no message, which is dropped and logged", async () => {
    const { transport, log } = start(`console.log("Server ready\\n\\n[1]"); ${ECHO}`);
    expect(await transport.request(ask())).toMatchObject({ ok: true });
    expect(log.map((line) => line.replace(/^.*: /, ""))).toEqual(["Server ready", "[1]"]);
  });

  it("answers other ids, and twice, to no effect", async () => {
    const { transport } = start(
      `on(({ id }) => { say({ id: 99, result: {} }); say({ id: String(id), result: {} }); say({ id, result: { n: 1 } }); say({ id, result: { n: 2 } }); });`,
    );
    expect(await transport.request(ask())).toMatchObject({ reply: { result: { n: 1 } } });
    expect(await transport.request(ask())).toMatchObject({ reply: { result: { n: 1 } } });
  });

  it("that never answers fails at the deadline, is told, and its late answer is dropped", async () => {
    const { transport } = start(`on(({ id, method, params }) => {
      if (id === 1) setTimeout(() => say({ id, result: { late: true } }), 300);
      if (method === "notifications/cancelled") say({ method: "told", params });
      if (id === 2) setTimeout(() => say({ id, result: { second: true } }), 400);
    });`);
    const { heard, receive } = keepMessages();
    transport.listen([], receive);
    const failed = await transport.request(ask({ deadlineMs: 150, cancels: true }));
    expect(failed).toMatchObject({ ok: false, failure: "deadline", started: true, answered: false });
    expect(await transport.request(ask())).toMatchObject({ reply: { result: { second: true } } });
    expect(heard).toMatchObject([{ method: "told", params: { requestId: 1 } }]);
  });

  it("that dies ends what waits, after what it still said, and later requests were not sent", async () => {
    const { transport } = start(
      `on(({ id }) => { if (id === 2) { say({ id: 1, result: { last: true } }); process.exitCode = 3; process.stdin.destroy(); } });`,
    );
    const [first, second] = await Promise.all([transport.request(ask()), transport.request(ask())]);
    expect(first).toMatchObject({ ok: true, reply: { result: { last: true } } });
    expect(second).toMatchObject({ ok: false, failure: "broken", started: true });
    expect(second.ok || second.error.message).toContain("status 3");
    await transport.ended;
    expect(await transport.request(ask())).toMatchObject({ ok: false, failure: "unreachable", started: false });
  });

  it.each<[string, readonly string[], string?]>([
    ["does not exist", ["/does/not/exist"]],
    ["cannot be run", ["/etc/passwd"]],
    ["has a NUL in its arguments", [process.execPath, "\0"]],
    ["has no directory", [process.execPath, "-e", ""], "/does/not/exist"],
  ])("that %s is unreachable", async (_what, command, directory) => {
    const { transport } = startCommand(command, {}, directory);
    expect(await transport.request(ask())).toMatchObject({ ok: false });
    await transport.ended;
    expect(await transport.request(ask())).toMatchObject({ ok: false, failure: "unreachable", started: false });
  });

  it.each<[string, string, string]>([
    [
      "a line without end",
      `const line = Buffer.alloc(1_000_000, 120); const go = () => process.stdout.write(line, go); go();`,
      "too_large",
    ],
    [
      "notifications without end",
      `const go = () => process.stdout.write('{"jsonrpc":"2.0","method":"n"}\\n'.repeat(1000), go); go();`,
      "broken",
    ],
    ["noise without end", `const go = () => process.stdout.write("noise\\n".repeat(1000), go); go();`, "broken"],
  ])("that writes %s is killed", async (_what, script, failure) => {
    const { transport } = start(script);
    expect(await transport.request(ask())).toMatchObject({ ok: false, failure });
    await transport.ended;
  });

  it("that answers more than the request may bring fails that request", async () => {
    const { transport } = start(`on(({ id }) => say({ id, result: { text: "x".repeat(id === 1 ? 50_000 : 10) } }));`);
    expect(await transport.request(ask({ maxBytes: 20_000 }))).toMatchObject({
      ok: false,
      failure: "too_large",
      answered: true,
    });
    expect(await transport.request(ask({ maxBytes: 20_000 }))).toMatchObject({ ok: true });
  });

  it("that does not read lets requests fail in time; what was never written was not sent", async () => {
    const { transport } = start(`setInterval(() => {}, 1000);`);
    const params = { text: "x".repeat(2_000_000) };
    const answers = await Promise.all([1, 2, 3, 4].map(() => transport.request(ask({ params, deadlineMs: 300 }))));
    expect(answers.map((answer) => !answer.ok && [answer.failure, answer.started])).toEqual([
      ["deadline", true],
      ["deadline", false],
      ["deadline", false],
      ["deadline", false],
    ]);
  });

  it("that reads late never gets what failed before it was written", async () => {
    const { transport } = start(
      `const ids = []; setTimeout(() => on(({ id }) => { ids.push(id); say({ id, result: { ids } }); }), 600);`,
    );
    void transport.request(ask({ params: { text: "x".repeat(2_000_000) } }));
    const withdrawn = transport.request(ask({ deadlineMs: 100 }));
    const last = transport.request(ask());
    expect(await withdrawn).toMatchObject({ ok: false, failure: "deadline", started: false });
    expect(await last).toMatchObject({ ok: true, reply: { result: { ids: [1, 3] } } });
  });

  it("that answers well and then too much fails the request that waits as too large", async () => {
    const { transport } = start(
      `on(({ id }) => id === 1 ? say({ id, result: {} }) : process.stdout.write("x".repeat(200_000)));`,
    );
    expect(await transport.request(ask())).toMatchObject({ ok: true });
    expect(await transport.request(ask())).toMatchObject({ ok: false, failure: "too_large" });
  });
});

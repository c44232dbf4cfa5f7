// How a child process ends, and that nothing of it lives on: neither what it started nor a listener of ours.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { Transport } from "../../src/backend/mcp/transport.ts";
import { ECHO, closeChildren, isAlive, start } from "../support/mcp-child.ts";
import { ask, keepMessages } from "../support/mcp-transport.ts";

closeChildren();

describe("the end of a child", () => {
  const PID = `on(({ id, method }) => method === "tools/call" && say({ id, result: { pids } }));`;
  const GRANDCHILD = `const pids = [process.pid, require("node:child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "inherit" }).pid];`;
  const pidsOf = async (transport: Transport): Promise<readonly number[]> => {
    const answer = await transport.request(ask());
    if (!answer.ok || answer.reply.kind !== "result") throw new Error("no pids");
    return answer.reply.result["pids"] as readonly number[]; // the script above writes them
  };

  it("comes by the end of its input, where it listens, and takes its own children along", async () => {
    const { transport } = start(`${GRANDCHILD} ${PID} process.stdin.on("end", () => process.exit(0));`);
    const pids = await pidsOf(transport);
    const begun = performance.now();
    await transport.close();
    expect(performance.now() - begun).toBeLessThan(900);
    await expect.poll(() => pids.filter(isAlive)).toEqual([]);
  });

  it("comes by SIGTERM where the end of its input is not enough", async () => {
    const { transport } = start(`${ECHO} setInterval(() => {}, 1000);`);
    await transport.request(ask());
    const begun = performance.now();
    await transport.close();
    const taken = performance.now() - begun;
    expect([taken > 900, taken < 1900]).toEqual([true, true]);
  });

  it("comes by force where it listens to nothing", async () => {
    const { transport } = start(`${GRANDCHILD} ${PID} process.on("SIGTERM", () => {}); setInterval(() => {}, 1000);`);
    const pids = await pidsOf(transport);
    const waiting = transport.request(ask({ method: "never", deadlineMs: 10_000 }));
    const begun = performance.now();
    await transport.close();
    expect(performance.now() - begun).toBeGreaterThan(1900);
    expect(await waiting).toMatchObject({ ok: false, failure: "broken", started: true });
    await expect.poll(() => pids.filter(isAlive)).toEqual([]);
  });

  it("takes its children along when it dies by itself", async () => {
    const { transport } = start(`${GRANDCHILD} ${PID} on(({ method }) => method === "die" && process.exit(1));`);
    const pids = await pidsOf(transport);
    expect(await transport.request(ask({ method: "die" }))).toMatchObject({ ok: false, failure: "broken" });
    await transport.ended;
    await expect.poll(() => pids.filter(isAlive)).toEqual([]);
  });

  it("comes when it closes its output, although it lives", async () => {
    const { transport } = start(`require("node:fs").closeSync(1); setInterval(() => {}, 1000);`);
    expect(await transport.request(ask())).toMatchObject({ ok: false, failure: "broken" });
    await transport.ended;
  });

  it("comes with the end of our own process", async () => {
    const file = fileURLToPath(new URL("../../src/backend/mcp/stdio-transport.ts", import.meta.url));
    const stubborn = `process.stdin.resume(); setInterval(() => {}, 1000); console.log(JSON.stringify({ jsonrpc: "2.0", method: "n", params: { pid: process.pid } }));`;
    const ours = `
      const { createStdioTransport } = await import(${JSON.stringify(file)});
      const command = [process.execPath, "-e", ${JSON.stringify(stubborn)}];
      const transport = createStdioTransport({ command, directory: undefined, environment: {}, maxMessageBytes: 1000, onStderr: () => {} });
      transport.listen([], ({ params }) => { console.log(params.pid); process.exit(0); });
    `;
    const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", ours], { encoding: "utf8" });
    expect(Number(stdout)).toBeGreaterThan(0);
    await expect.poll(() => isAlive(Number(stdout))).toBe(false);
  });

  it("leaves no listener behind on our process", async () => {
    const before = [process.listenerCount("exit"), process.getMaxListeners()];
    const { transport } = start(ECHO);
    expect(process.listenerCount("exit")).toBe(Number(before[0]) + 1);
    await transport.close();
    expect([process.listenerCount("exit"), process.getMaxListeners()]).toEqual(before);
  });
});

describe("an agent that hangs up on a child", () => {
  it("ends the request and says so to the child", async () => {
    const { transport } = start(
      `on(({ method, params }) => method === "notifications/cancelled" && say({ method: "told", params }));`,
    );
    const { heard, receive } = keepMessages();
    transport.listen([], receive);
    const hangUp = new AbortController();
    setTimeout(() => hangUp.abort(), 200);
    const answer = await transport.request(ask({ signal: hangUp.signal, cancels: true }));
    expect(answer).toMatchObject({ ok: false, failure: "hung_up", started: true });
    await expect.poll(() => heard).toMatchObject([{ method: "told", params: { requestId: 1 } }]);
    expect(await transport.request(ask({ signal: hangUp.signal }))).toMatchObject({
      failure: "hung_up",
      started: false,
    });
  });
});

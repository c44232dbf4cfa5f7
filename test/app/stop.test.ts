// SAFETY F21, F24 and F33, with the sidecar as its own process: how it starts and how it stops.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ChildServer, startChild } from "../support/child-server.ts";
import { probeDocument } from "../support/probe.ts";
import { type SocketBackend, always, httpAnswer, startSocketBackend } from "../support/socket-backend.ts";
import { type ToolFolder, writeToolFolder } from "../support/tool-folder.ts";

let backend: SocketBackend;
let folder: ToolFolder;
beforeAll(async () => {
  backend = await startSocketBackend(always(200, '{"id":"a"}'));
  folder = writeToolFolder({
    document: probeDocument,
    backend: "deadlineMs: 20_000",
    tools: { get_item: 'operation: api.get("/items/{id}")', create_item: 'operation: api.post("/items")' },
  });
});
afterAll(async () => {
  await backend.close();
  folder.remove();
});

const settings = (...flags: readonly string[]): readonly string[] => [
  "src/main.ts",
  "serve",
  `--contracts=${folder.path}`,
  "--port=0",
  "--admin-port=0",
  "--journal=none",
  "--anonymous=true",
  ...flags,
];
const environment = (): Readonly<Record<string, string>> => ({ API_URL: backend.url, API_TOKEN: "canary-77ac-token" });
const start = (...flags: readonly string[]): Promise<ChildServer> =>
  startChild({ arguments: settings(...flags), environment: environment() });

interface Answer {
  readonly status: number;
  readonly connection: string | null;
  readonly body: Readonly<Record<string, unknown>>;
}

const call = async (child: ChildServer, tool: string, argumentsValue: unknown): Promise<Answer> => {
  const answer = await fetch(`${String(child.ready["data"])}/call`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ tool, arguments: argumentsValue }),
  });
  return { status: answer.status, connection: answer.headers.get("connection"), body: Object(await answer.json()) };
};
const ready = async (child: ChildServer): Promise<number> =>
  (await fetch(`${String(child.ready["admin"])}/readyz`)).status;
const ended = async (child: ChildProcess): Promise<readonly unknown[]> =>
  child.exitCode === null && child.signalCode === null ? once(child, "exit") : [child.exitCode, child.signalCode];
const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe("F21 SIGTERM", () => {
  it("answers every accepted call, refuses new ones, is not ready at once, and exits with 0", async () => {
    backend.play((socket) => void setTimeout(() => socket.write(httpAnswer(200, '{"id":"a"}')), 600));
    const child = await start();
    expect(await ready(child)).toBe(200);
    const accepted = Array.from({ length: 40 }, () => call(child, "get_item", { id: "a" }));
    await expect.poll(() => backend.requests().length, { timeout: 5000 }).toBe(40);
    child.process.kill("SIGTERM");
    await pause(100);
    expect(await ready(child)).toBe(503);
    const refused = await call(child, "get_item", { id: "late" });
    expect(refused).toMatchObject({
      status: 503,
      connection: "close",
      body: { code: "draining", class: "wait", forwarded: "no" },
    });
    expect((await Promise.all(accepted)).map(({ status }) => status)).toEqual(accepted.map(() => 200));
    expect(await ended(child.process)).toEqual([0, null]);
    expect(backend.requests()).toHaveLength(40);
  });

  it("answers calls that hang as unknown when the grace is over", async () => {
    backend.play(() => undefined);
    const child = await start("--drain-ms=300");
    const hung = [call(child, "create_item", { name: "a" }), call(child, "get_item", { id: "a" })];
    await expect.poll(() => backend.requests().length, { timeout: 5000 }).toBe(2);
    const begun = performance.now();
    child.process.kill("SIGTERM");
    const [write, read] = await Promise.all(hung);
    expect(write).toMatchObject({
      status: 502,
      body: { code: "upstream_outcome_unknown", class: "ask_human", forwarded: "unknown" },
    });
    expect(read).toMatchObject({ status: 502, body: { code: "upstream_outcome_unknown", forwarded: "unknown" } });
    expect(await ended(child.process)).toEqual([0, null]);
    expect(performance.now() - begun).toBeLessThan(3000);
    expect(backend.requests()).toHaveLength(2);
  });

  it("does not wait for ever for half a request", async () => {
    const child = await start("--drain-ms=200");
    const socket = new (await import("node:net")).Socket().connect(
      Number(new URL(String(child.ready["data"])).port),
      "127.0.0.1",
    );
    socket.on("error", () => undefined);
    socket.write(
      "POST /call HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{",
    );
    await pause(100);
    child.process.kill("SIGTERM");
    expect(await ended(child.process)).toEqual([0, null]);
    socket.destroy();
  });

  it("ends now when it comes a second time", async () => {
    backend.play(() => undefined);
    const child = await start("--drain-ms=20000");
    const hung = call(child, "get_item", { id: "a" }).catch(() => undefined);
    await expect.poll(() => backend.requests().length, { timeout: 5000 }).toBe(1);
    child.process.kill("SIGTERM");
    await pause(100);
    const begun = performance.now();
    child.process.kill("SIGTERM");
    await ended(child.process);
    expect(performance.now() - begun).toBeLessThan(1000);
    await hung;
  });
});

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Runs until it ends by itself. */
const run = async (flags: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Ended> => {
  const child = spawn(process.execPath, settings(...flags), { env: { ...process.env, ...environment(), ...more } });
  let output = "";
  child.stdout.on("data", (bytes: Buffer) => (output += String(bytes)));
  child.stderr.on("data", (bytes: Buffer) => (output += String(bytes)));
  const timer = setTimeout(() => child.kill("SIGKILL"), 10_000);
  const [code] = await once(child, "close");
  clearTimeout(timer);
  return { code, output };
};

describe("a start that cannot succeed", () => {
  it.each(["--port", "--admin-port"])("F33 ends with a clear message when the port of %s is taken", async (flag) => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const port = Object(other.address()).port;
    const { code, output } = await run([`${flag}=${port}`]);
    expect([code, output]).toEqual([1, expect.stringContaining(`port ${port} of 127.0.0.1 is taken`)]);
    other.close();
  });

  it.each<[string, readonly string[], Readonly<Record<string, string>>, string]>([
    [
      "a misspelt variable",
      [],
      { CHECKREIN_PROT: "1" },
      "CHECKREIN_PROT is not a setting: did you mean CHECKREIN_PORT?",
    ],
    ["a variable that cannot be", [], { CHECKREIN_MAX_DEPTH: "banana" }, "must be a whole number"],
    ["a backend's URL that is not set", [], { API_URL: "" }, "API_URL is not set"],
    ["a backend's URL that is none", [], { API_URL: "ftp://x" }, "not an http or https URL"],
    [
      "a secret file that is not there",
      [],
      { API_TOKEN: "", API_TOKEN_FILE: "/nowhere" },
      "API_TOKEN_FILE names cannot be read",
    ],
    ["a journal that cannot be opened", ["--journal=lines:/dev/null/journal"], {}, "cannot start"],
    ["no contracts", ["--contracts=/nowhere"], {}, "there is no such folder"],
  ])("says what is wrong with %s, and exits with 1", async (_what, flags, more, message) => {
    const { code, output } = await run(flags, more);
    expect([code, output]).toEqual([1, expect.stringContaining(message)]);
  });

  it.each<[string, readonly string[], string]>([
    ["a misspelt flag", ["--prot=1"], "--prot is not a setting: did you mean --port?"],
    ["a value that cannot be", ["--port=banana"], "must be a whole number"],
  ])("says what is wrong with %s, and exits with 2: it is used wrongly", async (_what, flags, message) => {
    const { code, output } = await run(flags, {});
    expect([code, output]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe("F24 an output that nobody reads", () => {
  it.each(["closed", "full"])("does not stop calls nor the end: stdout %s", async (how) => {
    backend.play(always(200, '{"id":"a"}'));
    const child = spawn(process.execPath, settings("--journal=stdout"), { env: { ...process.env, ...environment() } });
    let log = "";
    child.stderr.on("data", (bytes: Buffer) => (log += String(bytes)));
    await expect.poll(() => log, { timeout: 10_000 }).toContain('"ready"');
    const line = log.split("\n").find((one) => one.includes('"ready"'));
    const server = { ready: Object(JSON.parse(line ?? "{}")) } as ChildServer; // `call` needs no more of it
    if (how === "closed") {
      child.stdout.destroy();
      child.stderr.destroy();
    } else child.stdout.pause();
    for (let index = 0; index < 300; index += 1)
      expect((await call(server, "get_item", { id: "x".repeat(1000) })).status).toBe(200);
    if (how === "closed")
      await expect.poll(async () => (await fetch(`${server.ready["admin"]}/readyz`)).text()).toContain("EPIPE");
    const begun = performance.now();
    child.kill("SIGTERM");
    expect(await ended(child)).toEqual([0, null]);
    expect(performance.now() - begun).toBeLessThan(5000);
  });
});

describe("SIGHUP", () => {
  it("that comes before the sidecar is ready ends nothing, and the contracts are loaded again when it is", async () => {
    const own = writeToolFolder({ document: probeDocument, tools: { get_item: 'operation: api.get("/items/{id}")' } });
    writeFileSync(
      join(own.path, "slow.ts"),
      'process.stderr.write("loading\\n"); await new Promise((resolve) => setTimeout(resolve, 500));',
    );
    const flags = [`--contracts=${own.path}`, "--watch=false", "--log-level=debug"];
    const child = spawn(process.execPath, settings(...flags), { env: { ...process.env, ...environment() } });
    let log = "";
    child.stderr.on("data", (bytes: Buffer) => (log += String(bytes)));
    await expect.poll(() => log, { timeout: 10_000 }).toContain("loading");
    child.kill("SIGHUP");
    await expect.poll(() => log, { timeout: 10_000 }).toContain('"cause":"signal"');
    expect(log.indexOf('"ready"')).toBeLessThan(log.indexOf('"cause":"signal"'));
    child.kill("SIGTERM");
    expect(await ended(child)).toEqual([0, null]);
    own.remove();
  });

  it("loads the contracts again, and ends nothing", async () => {
    const own = writeToolFolder({ document: probeDocument, tools: { get_item: 'operation: api.get("/items/{id}")' } });
    backend.play(always(201, '{"id":"a"}'));
    const child = await start(`--contracts=${own.path}`, "--watch=false");
    expect((await call(child, "create_item", { name: "a" })).body["code"]).toBe("unknown_tool");
    const text = readFileSync(join(own.path, "get_item.ts"), "utf8");
    writeFileSync(
      join(own.path, "create_item.ts"),
      text.replace('"get_item"', '"create_item"').replace('api.get("/items/{id}")', 'api.post("/items")'),
    );
    child.process.kill("SIGHUP");
    await expect
      .poll(async () => (await call(child, "create_item", { name: "a" })).status, { timeout: 5000 })
      .toBe(200);
    await child.kill();
    own.remove();
  });
});

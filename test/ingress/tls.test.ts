// The data port over TLS: what it speaks, what it says nothing to, and whose certificate it has while the files change.
import { once } from "node:events";
import { X509Certificate } from "node:crypto";
import { cpSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { type Socket, connect } from "node:net";
import { type ConnectionOptions, type TLSSocket, connect as connectTls } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAuthority } from "../support/authority.ts";
import { type Probe, startProbe } from "../support/probe.ts";
import { exchangeRaw } from "../support/raw-http.ts";
import { ADMIN_TOKEN } from "../support/running-app.ts";
import { always, httpAnswer } from "../support/socket-backend.ts";

const authority = createAuthority();
const file = authority.path;
const names = ["first", "second", "third"];
for (const name of names) authority.issue(name, "localhost", ["-days", "2"]);
afterAll(() => authority.remove());

/** Both files under other names, each renamed into place. */
const put = (from: string, to: string): void => {
  for (const end of ["pem", "key"]) {
    cpSync(file(`${from}.${end}`), file(`${to}.${end}.new`));
    renameSync(file(`${to}.${end}.new`), file(`${to}.${end}`));
  }
};

const GOOD = always(200, '{"id":"a"}');
const ca = readFileSync(authority.file);
const trust = { ca, servername: "localhost" };
const GET = "GET /api/items/a HTTP/1.1\r\nHost: localhost\r\n";

const start = (name: string, ...flags: readonly string[]): Promise<Probe> =>
  startProbe({
    script: GOOD,
    deadlineMs: 20_000,
    flags: ["--tls-cert", file(`${name}.pem`), "--tls-key", file(`${name}.key`), ...flags],
  });

/** Who is there, and over what; or how the handshake failed. */
const greet = async (port: number, options: ConnectionOptions = {}): Promise<readonly unknown[]> => {
  const socket = connectTls({ port, host: "127.0.0.1", ...trust, ...options });
  try {
    await once(socket, "secureConnect");
    const { fingerprint256 } = socket.getPeerCertificate();
    const name = names.find((one) => new X509Certificate(authority.certificate(one)).fingerprint256 === fingerprint256);
    return [name, socket.getProtocol(), socket.alpnProtocol];
  } catch (error) {
    return [error instanceof Error && "code" in error ? error.code : error];
  } finally {
    socket.destroy();
  }
};
const nameAt = async (port: number): Promise<unknown> => (await greet(port))[0];

const raw = async ({ port }: Probe, text: string): Promise<readonly unknown[]> => {
  const { answers, ended } = await exchangeRaw([Buffer.from(text)], { port, tls: trust, patienceMs: 1500 });
  return [answers.map(({ status }) => status), ended];
};

describe("the data port over TLS", () => {
  let probe: Probe;
  beforeAll(async () => {
    put("first", "own");
    probe = await start("own", "--request-timeout-ms=700");
  });
  afterAll(() => probe.stop());

  it("says https in its own address, and so do the URLs of runs", async () => {
    expect(probe.app.dataUrl).toBe(`https://127.0.0.1:${probe.port}`);
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, "content-type": "application/json" };
    const opened = await fetch(`${probe.app.adminUrl}/runs`, {
      method: "POST",
      headers,
      body: '{"caller":"anonymous"}',
    });
    expect(Object(await opened.json()).url).toMatch(new RegExp(`^https://127\\.0\\.0\\.1:${probe.port}/r/crr_`));
  });

  it("answers what is good, and refuses what is not in its own form", async () => {
    expect(await raw(probe, `${GET}Connection: close\r\n\r\n`)).toEqual([[200], true]);
    expect(await raw(probe, `${GET}Host: other\r\n\r\n`)).toEqual([[400], true]);
    expect(await raw(probe, "GET / HTTP/9.9\r\n\r\n")).toEqual([[400], true]);
    expect(await raw(probe, `${GET}\r\n${GET}Content-Length: x\r\n\r\n`)).toEqual([[200, 400], true]);
  });

  it.each<[string, ConnectionOptions, readonly unknown[]]>([
    ["TLS 1.3 is spoken", {}, ["first", "TLSv1.3", false]],
    ["TLS 1.2 is spoken", { maxVersion: "TLSv1.2" }, ["first", "TLSv1.2", false]],
    [
      "TLS 1.1 is not",
      { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" },
      ["ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION"],
    ],
    ["HTTP/1.1 is chosen", { ALPNProtocols: ["h2", "http/1.1"] }, ["first", "TLSv1.3", "http/1.1"]],
    ["HTTP/2 alone is not spoken", { ALPNProtocols: ["h2"] }, ["ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL"]],
  ])("%s", async (_what, options, want) => {
    expect(await greet(probe.port, options)).toEqual(want);
  });

  it.each(["GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", "\r\n\r\n", "\x16\x03\x01\x00\x05hello", "\0".repeat(40)])(
    "says nothing of HTTP to whoever sends %j in the clear, and hangs up",
    async (text) => {
      const exchange = await exchangeRaw([Buffer.from(text, "latin1")], { port: probe.port, patienceMs: 3000 });
      expect([exchange.answers, exchange.ended]).toEqual([[], true]);
      expect(exchange.rest.toString("latin1")).not.toContain("HTTP");
      expect(await nameAt(probe.port)).toBe("first");
    },
  );

  it("waits no longer for a handshake than for a request", async () => {
    const exchange = await exchangeRaw([], { port: probe.port, patienceMs: 3000 });
    expect([exchange.answers, exchange.rest.length, exchange.ended]).toEqual([[], 0, true]);
    expect(exchange.milliseconds).toBeGreaterThan(500);
  });

  it.each([
    ["https://localhost", 200],
    ["http://localhost", 403],
  ])("takes pages of %s: %i", async (origin, status) => {
    expect(await raw(probe, `${GET}Origin: ${origin}\r\nConnection: close\r\n\r\n`)).toEqual([[status], true]);
  });

  it("is closed by a stop although a handshake is under way", async () => {
    const other = await start("first");
    const socket = connect(other.port, "127.0.0.1").on("error", () => undefined);
    await once(socket, "connect");
    const begun = performance.now();
    await other.stop();
    expect(performance.now() - begun).toBeLessThan(5000);
    if (!socket.closed) await once(socket, "close");
  });
});

/** A call on a connection of its own, answered when the backend is told to. */
const callSlowly = async (probe: Probe): Promise<{ readonly socket: TLSSocket; readonly status: Promise<number> }> => {
  const sent = request({ port: probe.port, host: "127.0.0.1", path: "/api/items/a", agent: false, ...trust });
  const status = once(sent, "response").then(([answer]) => Number(answer.statusCode));
  sent.end();
  const [socket] = await once(sent, "socket");
  return { socket, status };
};

describe("handshakes that nobody ends", () => {
  const MOST = 20;
  const begin = async (port: number, count: number): Promise<readonly Socket[]> => {
    const sockets = Array.from({ length: count }, () => connect(port, "127.0.0.1").on("error", () => undefined));
    await Promise.all(sockets.map((socket) => Promise.race([once(socket, "connect"), once(socket, "close")])));
    return sockets;
  };
  const prove = async (port: number): Promise<Socket> => {
    const socket = connectTls({ port, host: "127.0.0.1", ...trust }).on("error", () => undefined);
    await once(socket, "secureConnect");
    return socket;
  };
  const isOpen = ({ closed, destroyed }: Socket): boolean => !closed && !destroyed;
  let probe: Probe;
  beforeAll(async () => {
    probe = await start("first", `--max-connections=${MOST}`);
  });
  afterAll(() => probe.stop());

  it("keep nobody out: the one that has waited longest makes room", async () => {
    const gate = Promise.withResolvers<void>();
    probe.backend.play((socket, _request, index) => {
      void (index > 0 ? Promise.resolve() : gate.promise).then(() => socket.write(httpAnswer(200, '{"id":"a"}')));
    });
    const slow = await callSlowly(probe);
    await expect.poll(() => probe.backend.requests().length).toBe(1);
    const sockets = await begin(probe.port, 10 * MOST);
    expect(await raw(probe, `${GET}Connection: close\r\n\r\n`)).toEqual([[200], true]);
    await expect.poll(() => sockets.filter(isOpen).length).toBeLessThan(MOST);
    expect(isOpen(sockets.at(-1)!)).toBe(true); // ten times as many were begun
    gate.resolve();
    expect(await slow.status).toBe(200);
    for (const socket of sockets) socket.destroy();
  });

  it("take no connection of whoever came to the end of one, where they are more than half", async () => {
    const proven = await Promise.all(Array.from({ length: 5 }, () => prove(probe.port)));
    const sockets = await begin(probe.port, 3 * MOST);
    await expect.poll(() => sockets.filter(isOpen).length).toBe(MOST - proven.length);
    expect([proven.map(isOpen), isOpen(sockets.at(-1)!)]).toEqual([proven.map(() => true), true]);
    for (const socket of [...proven, ...sockets]) socket.destroy();
  });

  it("and where they are fewer, what was idle longest makes room", async () => {
    const early = await begin(probe.port, 2);
    const proven = await Promise.all(Array.from({ length: MOST - 2 }, () => prove(probe.port)));
    const late = await begin(probe.port, 3);
    await expect.poll(() => early.map(isOpen)).toEqual([false, false]);
    await expect.poll(() => proven.filter(isOpen).length).toBe(proven.length - 1);
    expect(late.map(isOpen)).toEqual([true, true, true]);
    for (const socket of [...early, ...proven, ...late]) socket.destroy();
  });

  it("are as many as there may be connections, and no more", async () => {
    const sockets = await begin(probe.port, MOST);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(sockets.filter(isOpen)).toHaveLength(MOST);
    const [last] = await begin(probe.port, 1);
    await expect.poll(() => sockets.map(isOpen)).toEqual(sockets.map((_socket, index) => index > 0));
    for (const socket of [...sockets, last!]) socket.destroy();
  });
});

describe("a certificate whose files change", () => {
  it("is renewed under load: calls in flight and standing connections go on, later ones see the new one", async () => {
    put("first", "own");
    const probe = await start("own");
    const gate = Promise.withResolvers<void>();
    probe.backend.play((socket, _request, index) => {
      if (index > 0) socket.write(httpAnswer(200, '{"id":"a"}'));
      else void gate.promise.then(() => socket.write(httpAnswer(200, '{"id":"a"}')));
    });
    const slow = await callSlowly(probe);
    const standing = connectTls({ port: probe.port, host: "127.0.0.1", ...trust });
    await once(standing, "secureConnect");
    const load = { failures: 0, isOver: false };
    const loading = Promise.all(
      Array.from({ length: 4 }, async () => {
        while (!load.isOver) {
          const [statuses] = await raw(probe, `${GET}Connection: close\r\n\r\n`);
          if (String(statuses) !== "200") load.failures += 1;
        }
      }),
    );
    put("second", "own");
    await expect.poll(() => nameAt(probe.port), { timeout: 8000 }).toBe("second");
    put("third", "own");
    await expect.poll(() => nameAt(probe.port), { timeout: 8000 }).toBe("third");
    load.isOver = true;
    await loading;
    expect(load.failures).toBe(0);
    gate.resolve();
    expect(await slow.status).toBe(200);
    standing.write(`${GET}\r\n`);
    const [answer] = await once(standing, "data");
    expect(String(answer)).toMatch(/^HTTP\/1\.1 200 /);
    standing.destroy();
    await probe.stop();
  });

  it("stays where they are not good, and that is told until they are", async () => {
    put("first", "own");
    const probe = await start("own");
    const trouble = async (): Promise<string> =>
      String(Object(await (await fetch(`${probe.app.adminUrl}/readyz`)).json()).trouble);
    expect(await trouble()).toBe("");
    const bad: readonly (readonly [string, string])[] = [
      [readFileSync(file("second.pem"), "utf8"), "is not the key of the first certificate"],
      ["half a certif", "is no certificate"],
    ];
    for (const [text, why] of bad) {
      writeFileSync(file("own.pem"), text);
      await expect.poll(trouble, { timeout: 8000 }).toContain(why);
      expect(await nameAt(probe.port)).toBe("first");
    }
    expect(await trouble()).toMatch(/the old one is good until \d{4}-/);
    put("second", "own");
    await expect.poll(trouble, { timeout: 8000 }).toBe("");
    expect(await nameAt(probe.port)).toBe("second");
    await probe.stop();
  });
});

// `localhost` stands for two addresses, and Fastify opens a listener of its own for the second: without the checks of the first,
// which are set on its server. So it is one address here.
import { connect } from "node:net";
import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import { probeDocument } from "../support/probe.ts";
import { exchangeRaw } from "../support/raw-http.ts";
import { type RunningApp, startRunningApp } from "../support/running-app.ts";
import { writeToolFolder } from "../support/tool-folder.ts";

let app: RunningApp;
afterEach(() => app.stop());

const start = async (...flags: readonly string[]): Promise<RunningApp> => {
  const { path } = writeToolFolder({
    document: probeDocument,
    tools: { get_item: 'operation: api.get("/items/{id}")' },
  });
  app = await startRunningApp({
    contracts: path,
    environment: { API_URL: "http://127.0.0.1:9", API_TOKEN: "canary-1a5e-token" },
    flags,
  });
  return app;
};

describe("a data port on localhost", () => {
  it("is one listener, with every check", async () => {
    const { app: running, port } = await start("--host=localhost");
    expect(running.dataUrl).toBe(`http://127.0.0.1:${port}`);
    const other = connect({ host: "::1", port });
    const [error] = await once(other, "error");
    expect(error).toMatchObject({ code: "ECONNREFUSED" });
    const twoHosts = "GET /tools HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n";
    const { answers } = await exchangeRaw([Buffer.from(twoHosts)], { port, patienceMs: 2000 });
    expect(answers.map(({ status }) => status)).toEqual([400]);
  });
});

describe("half a request", () => {
  it("is cut off soon after its time, not at Node's next look", async () => {
    const { port } = await start("--request-timeout-ms=500");
    const begun = performance.now();
    const { answers } = await exchangeRaw([Buffer.from("POST /call HTTP/1.1\r\nHost: localhost\r\n")], {
      port,
      patienceMs: 10_000,
    });
    expect(answers.map(({ status }) => status)).toEqual([400]);
    expect(performance.now() - begun).toBeLessThan(6000);
  });
});

// A reload that is under way when the sidecar stops: what it would open, nobody would close.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pino from "pino";
import { expect, it } from "vitest";
import { probeDocument } from "../support/probe.ts";
import { startRunningApp } from "../support/running-app.ts";
import { always, startSocketBackend } from "../support/socket-backend.ts";
import { writeToolFolder } from "../support/tool-folder.ts";

it("switches to nothing, nor does one that waits for it or is asked for later", async () => {
  const backend = await startSocketBackend(always(200, '{"id":"a"}'));
  const folder = writeToolFolder({ document: probeDocument, tools: { get_item: 'operation: api.get("/items/{id}")' } });
  const environment = { API_URL: backend.url, API_TOKEN: "canary-1a5e-token" };
  const lines: string[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(line) });
  const { app, call, stop } = await startRunningApp({
    contracts: folder.path,
    environment,
    flags: ["--watch=false"],
    log,
  });
  expect((await call("get_item", { id: "a" })).status).toBe(200);
  const file = join(folder.path, "get_item.ts");
  writeFileSync(file, readFileSync(file, "utf8").replace("A tool.", "Another tool."));
  writeFileSync(join(folder.path, "slow.ts"), "await new Promise((resolve) => setTimeout(resolve, 400));");
  const underWay = app.reload("operator");
  await Promise.resolve(); // it has begun
  const waiting = app.reload("signal");
  await stop();
  const ended = await Promise.all([underWay, waiting, app.reload("operator")]);
  expect(ended.map(({ result }) => result)).toEqual(["refused", "refused", "refused"]);
  expect(JSON.stringify(ended[0])).toContain("the sidecar is stopping");
  expect(lines.filter((line) => line.includes("contracts"))).toEqual([]); // nothing is wrong with them
  await backend.close();
  folder.remove();
});

// A journal that is written to a named pipe, whose reader comes when it wants to.
import { execFileSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openStreamSink } from "../../src/journal/stream-sink.ts";
import { openAt } from "./open.ts";
import { asWritten, made } from "./records.ts";

const { O_NONBLOCK, O_RDONLY } = constants;

it("waits for the reader of a pipe without holding up the sidecar, and loses nothing", async () => {
  const folder = mkdtempSync(join(tmpdir(), "checkrein-pipe-"));
  const path = join(folder, "pipe");
  execFileSync("mkfifo", [path]);
  const journal = await openAt(`lines:${path}`);
  await expect.poll(() => journal.trouble(), { timeout: 2000 }).toContain("ENXIO");
  const reader = openSync(path, O_RDONLY | O_NONBLOCK);
  await expect.poll(() => journal.trouble(), { timeout: 2000 }).toBeUndefined();
  await journal.close();
  const bytes = Buffer.alloc(65_536);
  const lines = bytes.toString("utf8", 0, readSync(reader, bytes)).trimEnd().split("\n");
  expect(lines.map((line) => Object(JSON.parse(line)).kind)).toEqual(["start", "stop"]);
  closeSync(reader);
  rmSync(folder, { recursive: true });
}, 8000);

it("writes nothing to a stream that was closed", async () => {
  const { sink } = openStreamSink(() => openSync("/dev/null", "a"));
  await sink.append([asWritten(made("a"))]);
  await sink.close();
  await expect(sink.append([asWritten(made("b"))])).rejects.toThrow("it was closed");
});

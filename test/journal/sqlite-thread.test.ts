// The thread that writes a journal in SQLite may die; the next batch gets a new one.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import { expect, it, vi } from "vitest";
import { openSqliteSink } from "../../src/journal/sqlite-sink.ts";
import { linesOf } from "./open.ts";
import { asWritten, made } from "./records.ts";

const threads = vi.hoisted((): Worker[] => []);
vi.mock("node:worker_threads", async (importOriginal) => {
  const original = await importOriginal<typeof import("node:worker_threads")>();
  class Watched extends original.Worker {
    constructor(...parts: ConstructorParameters<typeof original.Worker>) {
      super(...parts);
      threads.push(this);
    }
  }
  return { ...original, Worker: Watched };
});

it("goes on in a new thread when the old one died, behind what that one has written", async () => {
  const folder = mkdtempSync(join(tmpdir(), "checkrein-thread-"));
  const path = join(folder, "journal");
  const { sink } = await openSqliteSink(path);
  await sink.append([asWritten(made("a"))]);
  const underWay = sink.append([asWritten(made("b"))]).catch(() => undefined);
  await threads[0]?.terminate();
  await underWay;
  expect((await sink.append([asWritten(made("b")), asWritten(made("c"))])).seq).toBe(3);
  await sink.close();
  expect(threads).toHaveLength(2);
  expect(linesOf(`sqlite:${path}`).map((line) => Object(JSON.parse(line)).call)).toEqual(["a", "b", "c"]);
  rmSync(folder, { recursive: true });
});

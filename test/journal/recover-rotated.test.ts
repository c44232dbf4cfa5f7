// What an earlier process left open is found over all the files that it filled, however many and long they are.
import { mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newChain, sealAll } from "../../src/journal/chain.ts";
import { openLinesSink } from "../../src/journal/lines-sink.ts";
import { asWritten, made } from "./records.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "checkrein-rotated-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const path = (): string => join(folder, "journal");
const intent = (call: string): ReturnType<typeof asWritten> => asWritten(made(call, { kind: "intent" }));
const callOf = (line: string): unknown => Object(JSON.parse(line)).call;

const reopen = async (): Promise<{ readonly open: readonly unknown[]; readonly seq: number }> => {
  const { sink, open, end } = await openLinesSink({ path: path() });
  await sink.close();
  return { open: open.map(callOf), seq: end.seq };
};

describe("a journal of lines that filled several files", () => {
  it("tells the calls of its last process that have no end, oldest first", async () => {
    const { sink } = await openLinesSink({ path: path(), fullBytes: 1000 });
    const start = asWritten({ kind: "start" });
    await sink.append([start, intent("closed-by-the-start")]);
    await sink.append([start, intent("left-early"), intent("ended-late")]);
    for (let index = 0; index < 20; index += 1) await sink.append([asWritten(made(`call-${index}`))]);
    await sink.append([asWritten(made("ended-late")), intent("left-late")]);
    await sink.close();
    expect(readdirSync(folder).length).toBeGreaterThan(4);
    expect(await reopen()).toEqual({ open: ["left-early", "left-late"], seq: 27 });
  });

  it("opens over a full file of more lines than a call takes arguments", async () => {
    const bodies = Array.from({ length: 165_001 }, () => '{"kind":"call","time":"2026-01-01T00:00:00Z","call":"a"}');
    const { lines } = sealAll([intent("left").body, ...bodies], newChain());
    writeFileSync(`${path()}.000000165002`, `${lines.join("\n")}\n`);
    expect(await reopen()).toEqual({ open: ["left"], seq: 165_002 });
  });
});

describe("the last record of a full file", () => {
  it("is found however long it is", async () => {
    const { sink } = await openLinesSink({ path: path(), fullBytes: 1000 });
    await sink.append([asWritten(made("a"))]);
    await sink.append([asWritten(made("b", { note: "x".repeat(3_000_000) }))]);
    await sink.close();
    renameSync(path(), `${path()}.000000000002`);
    expect(await reopen()).toEqual({ open: [], seq: 2 });
  });

  it("is missing where somebody changed the file: the sidecar does not begin another chain", async () => {
    writeFileSync(`${path()}.000000000002`, "something else\n");
    await expect(openLinesSink({ path: path() })).rejects.toThrow(
      `no record can be read in ${path()}.000000000002: look with checkrein journal verify, or name another file`,
    );
  });
});

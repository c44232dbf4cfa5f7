// What becomes of records on their way to a sink that fails for a while.
import { expect, it } from "vitest";
import { newChain } from "../../src/journal/chain.ts";
import type { Sink } from "../../src/journal/sink.ts";
import { type Written, writeRecord } from "../../src/journal/text.ts";
import { entryOf } from "./open.ts";
import { writerOver } from "./writers.ts";

const sinkThat = (fails: () => boolean, kinds: string[]): Pick<Sink, "append" | "close"> => ({
  append: async (records) => {
    if (fails()) throw new Error("it is full");
    for (const { keys } of records) kinds.push(keys.kind);
    return newChain();
  },
  close: async () => {},
});

it("introduces a run whose first call came while nothing could be written", async () => {
  const [kinds, told]: [string[], string[]] = [[], []];
  let isFull = true;
  const writer = writerOver(
    sinkThat(() => isFull, kinds),
    told,
  );
  expect(await writer.intend(entryOf("a"))).toBe(false);
  const later = entryOf("b");
  const { call } = later;
  const run = { ...call.run, id: "run_later" };
  expect(await writer.intend({ ...later, call: { ...call, run } })).toBe(false);
  isFull = false;
  await expect.poll(() => writer.trouble(), { timeout: 2000 }).toBeUndefined();
  kinds.length = 0;
  expect(await writer.intend({ ...later, call: { ...call, run } })).toBe(true);
  expect(kinds).toEqual(["run", "intent"]);
  expect(told).toEqual(["the journal cannot be written: it is full", "info: the journal is written again"]);
  await writer.close();
});

const otherContracts = (): Written => writeRecord({ kind: "contracts", time: "t", contracts: "c" });

it("says which contracts are served before what was judged by them, also where nothing could be written then", async () => {
  const [kinds, told]: [string[], string[]] = [[], []];
  let isFull = true;
  const writer = writerOver(
    sinkThat(() => isFull, kinds),
    told,
  );
  writer.record(entryOf("before"));
  await expect.poll(() => writer.trouble(), { timeout: 2000 }).toContain("it is full");
  writer.mark(otherContracts());
  writer.record(entryOf("after"));
  isFull = false;
  await expect.poll(() => kinds, { timeout: 5000 }).toEqual(["run", "call", "contracts", "call"]);
  await writer.close();
});

it("says so, too, where there was no room for it meanwhile", async () => {
  const [kinds, told]: [string[], string[]] = [[], []];
  let isFull = true;
  const writer = writerOver(
    sinkThat(() => isFull, kinds),
    told,
  );
  writer.record(entryOf("a"));
  while (writer.health().lost < 2) writer.record(entryOf("x".repeat(1000)));
  let waiting = -1;
  while (waiting < writer.health().waiting) {
    ({ waiting } = writer.health());
    writer.mark(otherContracts()); // until there is no room for one
  }
  isFull = false;
  await expect.poll(() => writer.health().waiting, { timeout: 20_000 }).toBe(0);
  writer.record(entryOf("later"));
  await writer.close();
  expect(kinds.slice(-4)).toEqual(["gap", "contracts", "run", "call"]);
});

it("counts what comes after it was closed, and tells of it once", async () => {
  const told: string[] = [];
  const writer = writerOver(
    sinkThat(() => false, []),
    told,
  );
  await writer.close();
  writer.record(entryOf("a"));
  writer.record(entryOf("b"));
  expect(await writer.intend(entryOf("c"))).toBe(false);
  expect(told).toEqual(["records that come after the journal was closed are lost"]);
  expect(writer.trouble()).toMatch(/2 records lost/);
});

// Memory is given back, and what a step costs does not grow with what is kept.
import { expect, it } from "vitest";
import { createMemoryCells } from "../../src/state/memory-cells.ts";
import { createMemoryStore } from "../../src/state/memory.ts";
import { call, claimOf, count, HOUR } from "../support/claims.ts";

const cell = (rank: number, amount = 1, expiresAt = 100) => ({ rank, amount, expiresAt, value: String(rank) });

it("keeps its order, size and sum, whatever is put in between and taken out", () => {
  const cells = createMemoryCells();
  const ranks = Array.from({ length: 500 }, (_, index) => (index * 7919) % 500);
  for (const rank of ranks) cells.put("p", String(rank), cell(rank, rank));
  for (const rank of ranks.filter((_, index) => index % 2 === 0)) cells.remove("p", String(rank));
  const left = ranks.filter((_, index) => index % 2 === 1).sort((a, b) => a - b);
  expect(Array.from(cells.scan("p"), ({ rank }) => rank)).toEqual(left);
  expect(cells.tally("p")).toEqual({ size: 250, sum: left.reduce((sum, rank) => sum + rank, 0) });
  for (const rank of left) {
    expect(cells.first("p")).toMatchObject({ rank });
    cells.remove("p", String(rank));
  }
  expect(cells.first("p")).toBeUndefined();
  expect(cells.tally("p")).toEqual({ size: 0, sum: 0 });
});

it("puts a cell of another rank behind its equals, and leaves one of the same rank in its place", () => {
  const cells = createMemoryCells();
  for (const sub of ["a", "b", "c"]) cells.put("p", sub, cell(1));
  cells.put("p", "a", cell(1, 5));
  const order = () => Array.from(cells.scan("p"), ({ sub }) => sub);
  expect(order()).toEqual(["a", "b", "c"]);
  expect(cells.tally("p")).toEqual({ size: 3, sum: 7 });
  cells.put("p", "b", cell(0));
  cells.put("p", "b", cell(1));
  expect(order()).toEqual(["a", "c", "b"]);
  expect(Array.from(cells.scan("p", "a"), ({ sub }) => sub)).toEqual(["c", "b"]);
});

it("drops in bounded steps all that has expired, and nothing else", () => {
  const cells = createMemoryCells();
  for (let index = 0; index < 1000; index += 1)
    cells.put(`p${index % 10}`, String(index), cell(0, 1, index < 900 ? 10 : 99));
  cells.purge(0, 10_000);
  cells.purge(50, 100);
  const left = () => Array.from({ length: 10 }, (_, part) => cells.tally(`p${part}`).size).reduce((a, b) => a + b);
  expect(left()).toBeGreaterThanOrEqual(900);
  for (let round = 0; round < 30; round += 1) cells.purge(50, 100);
  expect(left()).toBe(100);
});

it("keeps what is put where an empty part has just been dropped", () => {
  const cells = createMemoryCells();
  const subs = ["a", "b", "c", "d", "e"];
  for (const sub of subs) cells.put("p", sub, cell(0));
  cells.purge(0, 0); // the effort for what was put: spent
  for (const sub of subs) cells.remove("p", sub);
  cells.purge(0, 1);
  cells.put("p", "f", cell(0));
  cells.purge(0, 100);
  expect(cells.get("p", "f")).toBeDefined();
});

it("costs the same with many entries under a key as with few", { timeout: 60_000 }, async () => {
  let time = 1_785_240_000_000;
  const store = createMemoryStore({ now: () => time });
  const settings = { windowMs: HOUR, expiresInMs: HOUR };
  let next = 0;
  const calls = async (many: number): Promise<number> => {
    const before = process.hrtime.bigint();
    for (let index = 0; index < many; index += 1) {
      next += 1;
      time += 30;
      await call(store, claimOf(String(next), count("k", 2 ** 40, settings)), "done");
    }
    return Number(process.hrtime.bigint() - before) / many;
  };
  await calls(5000);
  const few = await calls(5000);
  await calls(110_000);
  // One hour holds 120,000 of them by now: each call puts one in, and one leaves.
  const many = await calls(5000);
  expect(many).toBeLessThan(10 * few);
  await store.close();
});

it("costs the same for what comes and goes beside much else", { timeout: 60_000 }, () => {
  const cells = createMemoryCells();
  const turns = (): number => {
    const before = process.hrtime.bigint();
    for (let index = 0; index < 20_000; index += 1) {
      cells.put("comes and goes", "a", cell(0));
      cells.remove("comes and goes", "a");
      cells.put("large", "a", cell(0));
      cells.remove("large", "a");
    }
    return Number(process.hrtime.bigint() - before);
  };
  turns();
  const few = turns();
  for (let index = 0; index < 60_000; index += 1) {
    cells.put(`part ${index}`, "a", cell(0));
    cells.put("large", String(index), cell(0));
  }
  expect(turns()).toBeLessThan(10 * few);
});

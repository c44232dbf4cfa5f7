// Evidence: what earlier calls left behind, bounded and gone in time.
import { describe, expect, it } from "vitest";
import { type EvidenceWrite, MOST_RECORDS, MOST_VALUES } from "../../src/state/store.ts";
import { claimOf, count, DAY, HOUR, settlementOf } from "../support/claims.ts";
import { eachStore, type StoreBench } from "../support/each-store.ts";

const record = (key: string, field: string, value: string, expiresInMs = DAY) => ({ key, field, value, expiresInMs });
const write = ({ store }: StoreBench, evidence: Partial<EvidenceWrite>): Promise<void> =>
  store.settle(settlementOf(claimOf("a"), "done", { evidence: { records: [], members: [], ...evidence } }));
const valuesOf = async ({ store }: StoreBench, key: string): Promise<readonly string[]> => {
  const { keys } = await store.read({ fields: [], keys: [key], members: [] });
  return (keys[0] ?? []).map(({ value }) => value);
};
const seen = async ({ store }: StoreBench, key: string, ...values: readonly string[]): Promise<readonly boolean[]> => {
  const { members } = await store.read({ fields: [], keys: [], members: [{ key, values }] });
  return members[0] ?? [];
};

describe("evidence", () =>
  eachStore((bench) => {
    it("is read in one step, in the order of what was wanted", async () => {
      await write(bench, {
        records: [record("k", "x", "1"), record("k", "y", "2"), record("l", "x", "3")],
        members: [{ key: "k", values: ["v", "w"], expiresInMs: DAY }],
      });
      const at = bench.now();
      bench.step(HOUR);
      const found = await bench.store.read({
        fields: [
          { key: "l", field: "x" },
          { key: "k", field: "z" },
          { key: "k", field: "x" },
        ],
        keys: ["none", "k"],
        members: [
          { key: "l", values: ["v"] },
          { key: "k", values: ["w", "u", "v"] },
        ],
      });
      expect(found).toEqual({
        now: bench.now(),
        fields: [{ at, value: "3" }, undefined, { at, value: "1" }],
        keys: [
          [],
          [
            { at, value: "1" },
            { at, value: "2" },
          ],
        ],
        members: [[false], [true, false, true]],
      });
    });

    it("keeps the newest record of a field, behind the others", async () => {
      await write(bench, { records: [record("k", "x", "1"), record("k", "y", "2")] });
      await write(bench, { records: [record("k", "x", "3")] });
      expect(await valuesOf(bench, "k")).toEqual(["2", "3"]);
      bench.step(1);
      await write(bench, { records: [record("k", "y", "4")] });
      expect(await valuesOf(bench, "k")).toEqual(["3", "4"]);
    });

    it("has the time of a call that ended a while ago", async () => {
      await write(bench, { records: [{ ...record("k", "x", "1"), agoMs: HOUR }, record("k", "y", "2")] });
      const { fields, keys } = await bench.store.read({ fields: [{ key: "k", field: "x" }], keys: ["k"], members: [] });
      expect(fields).toEqual([{ at: bench.now() - HOUR, value: "1" }]);
      expect(keys[0]).toEqual([...fields, { at: bench.now(), value: "2" }]);
    });

    it("expires, and lives on when it is written again", async () => {
      const members = [{ key: "k", values: ["v", "w"], expiresInMs: HOUR }];
      await write(bench, { records: [record("k", "x", "1", HOUR), record("k", "y", "2", HOUR)], members });
      bench.step(HOUR - 1);
      await write(bench, {
        records: [record("k", "x", "3", HOUR)],
        members: [{ key: "k", values: ["w"], expiresInMs: HOUR }],
      });
      expect(await valuesOf(bench, "k")).toEqual(["2", "3"]);
      bench.step(1);
      expect(await valuesOf(bench, "k")).toEqual(["3"]);
      expect(await seen(bench, "k", "v", "w")).toEqual([false, true]);
      bench.step(HOUR - 1);
      expect(await valuesOf(bench, "k")).toEqual([]);
      expect(await seen(bench, "k", "v", "w")).toEqual([false, false]);
    });

    it("is written whatever the outcome, with and without a claim", async () => {
      for (const outcome of ["done", "failed", "unknown", "released"] as const) {
        const evidence = { records: [record("k", outcome, outcome)], members: [] };
        await bench.store.settle(settlementOf(claimOf(outcome, count("n", 1)), outcome, { evidence }));
      }
      expect(await valuesOf(bench, "k")).toEqual(["done", "failed", "unknown", "released"]);
    });

    it("keeps no more than the newest records and values of a key", async () => {
      const fields = Array.from({ length: MOST_RECORDS + 5 }, (_, index) => String(index));
      await write(bench, { records: fields.map((field) => record("k", field, field)) });
      expect(await valuesOf(bench, "k")).toEqual(fields.slice(5));
      await write(bench, { records: [record("k", "5", "again"), record("k", "new", "new")] });
      expect(await valuesOf(bench, "k")).toEqual([...fields.slice(7), "again", "new"]);

      const values = Array.from({ length: MOST_VALUES + 1 }, (_, index) => String(index));
      await write(bench, { members: [{ key: "k", values, expiresInMs: DAY }] });
      expect(await seen(bench, "k", "0", "1", String(MOST_VALUES))).toEqual([false, true, true]);
      await write(bench, { members: [{ key: "k", values: ["1", "one more"], expiresInMs: DAY }] });
      expect(await seen(bench, "k", "1", "2", "3", "one more")).toEqual([true, false, true, true]);
      await write(bench, { members: [{ key: "k", values: ["a", "b", "a"], expiresInMs: DAY }] });
      expect(await seen(bench, "k", "3", "4", "5", "b")).toEqual([false, false, true, true]);
    });

    it("keeps what one key holds apart from what another does", async () => {
      await write(bench, {
        records: [record("k", "x", "1")],
        members: [{ key: "l", values: ["x"], expiresInMs: DAY }],
      });
      expect(await seen(bench, "k", "x")).toEqual([false]);
      expect(await valuesOf(bench, "l")).toEqual([]);
      await write(bench, { records: [record("__proto__", "__proto__", "odd")] });
      expect(await valuesOf(bench, "__proto__")).toEqual(["odd"]);
    });
  }));

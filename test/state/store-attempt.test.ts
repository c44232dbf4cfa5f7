// Refused attempts in a row: counted by run and tool, cleared, listed, bounded, gone in time.
import { describe, expect, it } from "vitest";
import { MOST_ATTEMPTED, type RunAttempts } from "../../src/state/store.ts";
import { HOUR } from "../support/claims.ts";
import { type StoreBench, eachStore } from "../support/each-store.ts";

const add = ({ store }: StoreBench, run: string, tool: string, expiresInMs = HOUR): Promise<number> =>
  store.addAttempt({ run, tool, allowed: 5, expiresInMs });
const usedIn = async ({ store }: StoreBench, run: string): Promise<readonly (readonly [string, number])[]> =>
  (await store.attemptsOf(run)).map(({ tool, used }) => [tool, used]);
const runsOf = (listed: readonly RunAttempts[]): readonly string[] => listed.map(({ run }) => run);

describe("attempts", () =>
  eachStore((bench) => {
    it("count by run and tool, fewest first", async () => {
      expect(await add(bench, "r", "refund")).toBe(1);
      expect(await add(bench, "r", "refund")).toBe(2);
      expect(await add(bench, "r", "ship")).toBe(1);
      expect(await add(bench, "r", "cancel")).toBe(1);
      expect(await add(bench, "s", "refund")).toBe(1);
      expect(await bench.store.attemptsOf("r")).toEqual([
        { tool: "ship", used: 1, allowed: 5, expiresInMs: HOUR },
        { tool: "cancel", used: 1, allowed: 5, expiresInMs: HOUR },
        { tool: "refund", used: 2, allowed: 5, expiresInMs: HOUR },
      ]);
      expect(await bench.store.attemptsOf("nobody")).toEqual([]);
    });

    it("count all of those that come at once", async () => {
      const answers = await Promise.all(Array.from({ length: 50 }, () => add(bench, "r", "refund")));
      expect([...answers].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    });

    it("begin anew for tools that are cleared, and for no others", async () => {
      for (const tool of ["a", "a", "b", "c"]) await add(bench, "r", tool);
      await add(bench, "s", "a");
      expect(await bench.store.clearAttempts("r", ["a", "c", "none"])).toBe(2);
      expect(await usedIn(bench, "r")).toEqual([["b", 1]]);
      expect(await add(bench, "r", "a")).toBe(1);
      expect(await bench.store.clearAttempts("r")).toBe(2);
      expect(await bench.store.clearAttempts("r")).toBe(0);
      expect(await bench.store.clearAttempts("r", [])).toBe(0);
      expect(await usedIn(bench, "s")).toEqual([["a", 1]]);
    });

    it("expire, each tool by itself, and live on with a further one", async () => {
      await add(bench, "r", "a");
      await add(bench, "r", "b");
      bench.step(HOUR - 1);
      expect(await add(bench, "r", "b")).toBe(2);
      bench.step(1);
      expect(await usedIn(bench, "r")).toEqual([["b", 2]]);
      expect(await add(bench, "r", "a")).toBe(1);
      bench.step(HOUR - 1);
      expect(await usedIn(bench, "r")).toEqual([["a", 1]]);
      bench.step(1);
      expect(await usedIn(bench, "r")).toEqual([]);
      expect(await bench.store.listAttempts({ after: undefined, most: 9 })).toEqual([]);
    });

    it("are kept for so many tools of a run: the fewest make room, and so what is stopped stays", async () => {
      await add(bench, "r", "stopped");
      await add(bench, "r", "stopped");
      for (let index = 0; index < 2 * MOST_ATTEMPTED; index += 1) await add(bench, "r", `made-up-${index}`);
      const used = await usedIn(bench, "r");
      expect(used).toHaveLength(MOST_ATTEMPTED);
      expect(used[0]).toEqual([`made-up-${MOST_ATTEMPTED + 1}`, 1]);
      expect(used.at(-1)).toEqual(["stopped", 2]);
    });

    it("are listed by run, page by page, in the order in which they began", async () => {
      for (const run of ["r3", "r1", "r2"]) {
        await add(bench, run, "a");
        bench.step(1);
      }
      await add(bench, "r3", "b");
      const { listAttempts } = bench.store;
      const first = await listAttempts({ after: undefined, most: 2 });
      expect(runsOf(first)).toEqual(["r3", "r1"]);
      expect(first[0]?.tools.map(({ tool }) => tool)).toEqual(["a", "b"]);
      expect(runsOf(await listAttempts({ after: "r1", most: 2 }))).toEqual(["r2"]);
      expect(runsOf(await listAttempts({ after: "r2", most: 2 }))).toEqual([]);
      await bench.store.clearAttempts("r3", ["a"]);
      await bench.store.clearAttempts("r1");
      expect(runsOf(await listAttempts({ after: undefined, most: 9 }))).toEqual(["r3", "r2"]);
    });

    it("keep what the last of them allows", async () => {
      await add(bench, "r", "a");
      await bench.store.addAttempt({ run: "r", tool: "a", allowed: 1000, expiresInMs: HOUR });
      expect(await bench.store.attemptsOf("r")).toMatchObject([{ used: 2, allowed: 1000 }]);
      expect(await bench.store.listAttempts({ after: undefined, most: 1 })).toMatchObject([
        { tools: [{ allowed: 1000 }] },
      ]);
    });

    it("keep odd names apart", async () => {
      for (const name of ["", "__proto__", "a|b", "größe", "a:1"]) await add(bench, name, name);
      for (const name of ["", "__proto__", "a|b", "größe", "a:1"])
        expect(await usedIn(bench, name)).toEqual([[name, 1]]);
    });

    it("outlive a restart, where the store does", async () => {
      await add(bench, "r", "a");
      await bench.reopen();
      expect(await add(bench, "r", "a")).toBe(bench.kind.isDurable ? 2 : 1);
    });
  }));

// The numbers about a journal, against hand-made records where they are known, and against another way to count them where they
// are random.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createPercentiles } from "../../src/journal/query/percentiles.ts";
import { createPlaces } from "../../src/journal/query/places.ts";
import { type Stats, type StatsFilter, readStats } from "../../src/journal/query/stats.ts";
import { FORMS, type Made, START, WRONG, made, openMade, refusal } from "./records.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "checkrein-stats-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const statsOf = (records: readonly Made[], filter: StatsFilter = {}, form: (typeof FORMS)[number] = "lines"): Stats => {
  const database = openMade(folder, form, records);
  const stats = readStats(database, filter);
  database.close();
  return stats;
};

/** `W`: wrong arguments, `S`: success, `L`: a limit, `F`: the backend failed. One call each, in this order. */
const inRun = (run: string, tool: string, letters: string): readonly Made[] =>
  [...letters].map((letter, index) => made(`${run}${tool}${index}`, { run, tool, ...ENDINGS[letter] }, index));
const ENDINGS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  W: WRONG,
  S: {},
  L: refusal("limit_reached", "wait"),
  F: { code: "upstream_timeout", class: "wait" },
};

describe.each(FORMS)("stats of a journal in %s", (form) => {
  it("tell how refusals are mended, and how many calls a success takes", () => {
    const records = [
      ...inRun("r1", "a", "S"),
      ...inRun("r2", "a", "WS"),
      ...inRun("r3", "a", "WWS"),
      ...inRun("r4", "a", "WLFWWWS"), // what is no try is not counted
      ...inRun("r5", "a", "WW"),
      ...inRun("r5", "b", "S"), // another tool's success mends nothing
      ...inRun("r6", "a", "SSW"),
      ...inRun("r7", "a", "L"),
    ];
    const [first] = statsOf(records, {}, form).tools;
    expect(first).toMatchObject({
      tool: "a",
      calls: 19,
      succeeded: 6,
      refused: 12,
      failed: 1,
      repair: {
        refusals: 10,
        repaired: 7,
        within: [3, 2, 1, 1],
        tries: { first: 3, second: 1, third: 1, more: 1, never: 2 },
      },
    });
  });

  it("tell refusals by tool, code and class, the worst tool first, dry runs and lookups apart", () => {
    const issues = [
      { path: "/lines/3/price", code: "type" },
      { path: "/lines/10/price", code: "type" },
      { path: "/7up", code: "unknown" },
    ];
    const stats = statsOf(
      [
        made("1", { tool: "fine" }, 5),
        made("2", { tool: "fine" }),
        made("3", { tool: "bad", ...WRONG, issues }),
        made("4", { tool: "bad", ...WRONG, issues: issues.slice(0, 1) }),
        made("5", { tool: "bad", ...WRONG, forwarded: "yes", observed: true }),
        made("6", { tool: "bad", ...refusal("limit_reached", "wait") }),
        made("7", { tool: "bad", code: "upstream_timeout", class: "wait" }),
        made("8", { tool: "bad", ingress: "check", ...WRONG, issues }),
        made("9", { tool: "fine", ingress: "lookup", code: "backend_error", class: "not_your_fault" }),
        made("x", { tool: "made up by an agent", ...refusal("unknown_tool", "fix_tool") }),
        made("y", { tool: "and another", ...refusal("unknown_tool", "fix_tool") }),
        made("z", { tool: "fine", kind: "intent" }),
        made("2", { tool: "fine", kind: "intent" }), // its end stands before it: another of the same id
      ],
      {},
      form,
    );
    expect(stats).toMatchObject({
      from: "2026-01-01T00:00:00.000Z",
      to: "2026-01-01T00:00:05.000Z",
      calls: 9,
      succeeded: 2,
      refused: 5,
      observed: 1,
      failed: 1,
      open: 2,
      dryRuns: { calls: 1, refused: 1 },
      lookups: { calls: 1, failed: 1 },
    });
    expect(stats.tools.map(({ tool }) => tool)).toEqual(["bad", "(no such tool)", "fine"]);
    expect(stats.tools[0]).toMatchObject({
      calls: 5,
      refused: 3,
      observed: 1,
      failed: 1,
      refusals: [
        { code: "invalid_arguments", class: "fix_arguments", count: 3 },
        { code: "limit_reached", class: "wait", count: 1 },
      ],
      failures: [{ code: "upstream_timeout", class: "wait", count: 1 }],
      places: [
        { path: "/lines/*/price", code: "type", count: 3 },
        { path: "/7up", code: "unknown", count: 1 },
      ],
      ms: { count: 2, max: 1 },
    });
  });
});

describe("stats", () => {
  it("are of the calls that a filter admits", () => {
    const records = [
      made("1", { caller: "desk", run: "r1" }, 0),
      made("2", { caller: "desk", run: "r1", tool: "b" }, 1),
      made("3", { caller: "support", run: "r2" }, 2),
    ];
    const calls = (filter: StatsFilter): number => statsOf(records, filter).calls;
    expect(calls({ caller: "desk" })).toBe(2);
    expect(calls({ run: "r2" })).toBe(1);
    expect(calls({ tool: "b" })).toBe(1);
    expect(calls({ since: START + 1000 })).toBe(2);
    expect(calls({ since: START + 1000, until: START + 2000, caller: "desk" })).toBe(1);
    expect(statsOf([], {})).toMatchObject({ from: null, to: null, calls: 0, tools: [] });
  });

  it("count tries as another way of counting does, whatever happened in whatever runs", () => {
    const step = fc.record({
      run: fc.constantFrom("r1", "r2"),
      tool: fc.constantFrom("a", "b"),
      letter: fc.constantFrom("W", "W", "S", "L", "F"),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const records = steps.map(({ run, tool, letter }, index) =>
          made(`${index}`, { run, tool, ...ENDINGS[letter] }),
        );
        for (const { tool, repair } of statsOf(records).tools) {
          const { refusals, repaired, within, tries } = naive(steps.filter((one) => one.tool === tool));
          expect(repair).toEqual({ refusals, repaired, within, tries });
        }
      }),
    );
  });
});

interface Step {
  readonly run: string;
  readonly letter: string;
}

/** Looks from each refusal to the right, and from each success to the left. */
const naive = (steps: readonly Step[]) => {
  const within = [0, 0, 0, 0];
  const tries: Record<string, number> = { first: 0, second: 0, third: 0, more: 0, never: 0 };
  let refusals = 0;
  for (const run of ["r1", "r2"]) {
    const letters = steps.filter((one) => one.run === run && "WS".includes(one.letter)).map(({ letter }) => letter);
    for (const [index, letter] of letters.entries()) {
      if (letter === "W") {
        refusals += 1;
        const distance = letters.slice(index + 1).indexOf("S");
        if (distance >= 0) within[Math.min(distance, 3)] = (within[Math.min(distance, 3)] ?? 0) + 1;
      } else {
        const before = letters.slice(0, index).lastIndexOf("S");
        const name = ["first", "second", "third"][index - before - 1] ?? "more";
        tries[name] = (tries[name] ?? 0) + 1;
      }
    }
    if (letters.at(-1) === "W") tries["never"] = (tries["never"] ?? 0) + 1;
  }
  return { refusals, repaired: within.reduce((sum, count) => sum + count, 0), within, tries };
};

describe("percentiles", () => {
  it("are within 1 % of the sorted values, and the largest is exact", () => {
    const milliseconds = fc.oneof(fc.integer({ min: 1, max: 100_000_000 }), fc.integer({ min: 1, max: 5000 }));
    fc.assert(
      fc.property(
        fc.array(milliseconds, { minLength: 1, maxLength: 200 }),
        fc.constantFrom(0.5, 0.95),
        (all, share) => {
          const spans = createPercentiles();
          const values = all.map((micro) => micro / 1000);
          for (const value of values) spans.add(value);
          const sorted = [...values].sort((left, right) => left - right);
          const exact = sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
          expect(Math.abs(spans.at(share) - exact) / exact).toBeLessThan(0.0101);
          expect(spans.max()).toBe(sorted.at(-1));
          expect(spans.count()).toBe(sorted.length);
        },
      ),
    );
  });

  it("are 0 where there is nothing, and take what is beyond all bounds", () => {
    const spans = createPercentiles();
    expect(spans.at(0.5)).toBe(0);
    for (const value of [0, 1e12, Number.MAX_VALUE]) spans.add(value);
    expect(spans.count()).toBe(3);
  });
});

describe("places", () => {
  it("keep the frequent ones, however many an agent makes up", () => {
    const places = createPlaces();
    for (let index = 0; index < 20_000; index += 1) {
      places.add(`/made_up_${index}`, "unknown");
      if (index % 2 === 0) places.add("/amount", "type");
    }
    expect(places.most(1)).toEqual([{ path: "/amount", code: "type", count: 10_000 }]);
  });
});

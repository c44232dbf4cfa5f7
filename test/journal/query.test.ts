// What is found in a journal: by every filter, in pages, one call with all that belongs to it; and that no page reads the whole
// journal.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type JournalFilter, fits } from "../../src/journal/query/filter.ts";
import { findCall } from "../../src/journal/query/find.ts";
import { listCalls, listStatement } from "../../src/journal/query/list.ts";
import { readFilter } from "../../src/journal/query/read-filter.ts";
import { TABLES } from "../../src/journal/sqlite-table.ts";
import { FORMS, type Made, START, WRONG, made, openMade, refusal } from "./records.ts";

let folder: string;
let open: DatabaseSync[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "checkrein-query-"));
});
afterEach(() => {
  for (const database of open.splice(0)) database.close();
  rmSync(folder, { recursive: true });
});

const opened = (form: (typeof FORMS)[number], records: readonly Made[]): DatabaseSync => {
  const database = openMade(folder, form, records);
  open.push(database);
  return database;
};

type Order = "newest" | "oldest";

/** All pages, one after the other. */
const allPages = (database: DatabaseSync, filter: JournalFilter, order: Order, most: number): readonly string[] => {
  const calls: string[] = [];
  let after: number | undefined;
  do {
    const page = listCalls(database, filter, { order, after, most });
    expect(page.records.length).toBeLessThanOrEqual(most);
    for (const { text, seq } of page.records) {
      expect(JSON.parse(text)).toMatchObject({ seq });
      calls.push(String(Object(JSON.parse(text)).call));
    }
    after = page.next;
  } while (after !== undefined);
  return calls;
};

const madeCall = fc.record({
  run: fc.constantFrom("run_a", "run_b", "caller:support"),
  caller: fc.constantFrom("support", "desk"),
  tool: fc.constantFrom("get_order", "add_note"),
  at: fc.integer({ min: 0, max: 20 }),
  ending: fc.constantFrom({}, WRONG, refusal("limit_reached", "wait"), { code: "upstream_timeout", class: "wait" }),
});
const moment = fc.integer({ min: 0, max: 22 }).map((seconds) => START + seconds * 1000);
const everyFilter: fc.Arbitrary<Required<JournalFilter>> = fc.record({
  run: fc.constantFrom("run_a", "run_b", "run_of_nobody"),
  caller: fc.constantFrom("support", "desk"),
  tool: fc.constantFrom("get_order", "add_note"),
  code: fc.constantFrom("invalid_arguments", "limit_reached", "internal"),
  class: fc.constantFrom("fix_arguments", "wait"),
  decision: fc.constantFrom("allow" as const, "refuse" as const),
  since: moment,
  until: moment,
});
/** Few at a time: all together find nothing. */
const madeFilter: fc.Arbitrary<JournalFilter> = fc
  .tuple(
    everyFilter,
    fc.subarray(["run", "caller", "tool", "code", "class", "decision", "since", "until"], { maxLength: 3 }),
  )
  .map(([all, names]) => Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name))));

describe.each(FORMS)("calls of a journal in %s", (form) => {
  it("are found by every filter, in pages of any size, in both orders", () => {
    fc.assert(
      fc.property(
        fc.array(madeCall, { maxLength: 25 }),
        madeFilter,
        fc.integer({ min: 1, max: 7 }),
        (calls, filter, most) => {
          rmSync(join(folder, `journal.${form}`), { force: true });
          const records = calls.map(({ at, ending, ...head }, index) => made(`c${index}`, { ...head, ...ending }, at));
          const database = openMade(folder, form, records);
          const wanted = records.filter((record) => fits(record, filter)).map(({ call }) => call);
          expect(allPages(database, filter, "oldest", most)).toEqual(wanted);
          expect(allPages(database, filter, "newest", most)).toEqual(wanted.toReversed());
          database.close();
        },
      ),
      { numRuns: form === "lines" ? 100 : 40 },
    );
  });

  it("are found by their own times, also where they ended in another order", () => {
    const records = [2, 1, 3, 2, 0].map((at, index) => made(`c${index}`, {}, at));
    const database = opened(form, records);
    const between = (since: number, until: number): readonly string[] =>
      allPages(database, { since: START + since * 1000, until: START + until * 1000 }, "oldest", 2);
    expect(between(0, 2)).toEqual(["c1", "c4"]);
    expect(between(1, 3)).toEqual(["c0", "c1", "c3"]);
    expect(between(2, 3)).toEqual(["c0", "c3"]);
    expect(between(2, 2)).toEqual([]);
    expect(between(4, 9)).toEqual([]);
  });

  it("stand as their intent while no end of them is there", () => {
    const database = opened(form, [
      made("left", { kind: "intent" }),
      made("ended", { kind: "intent" }),
      made("left", { ingress: "lookup", tool: "get_customer" }), // has the id of the call that it was made for
      made("ended"),
    ]);
    const kinds = listCalls(database, {}, { order: "oldest", most: 10 }).records.map(({ text }) => {
      const { call, kind, ingress }: Record<string, unknown> = Object(JSON.parse(text));
      return [call, kind, ingress].join(" ");
    });
    expect(kinds).toEqual(["left intent call", "left call lookup", "ended call call"]);
  });

  it("end a page where it becomes long, and go on behind it", () => {
    const records = Array.from({ length: 9 }, (_, index) => made(`c${index}`, { note: "x".repeat(400_000) }));
    const database = opened(form, records);
    const page = listCalls(database, {}, { order: "oldest", most: 100 });
    expect(page.records).toHaveLength(3);
    expect(page.next).toBe(3);
    expect(allPages(database, {}, "oldest", 100)).toHaveLength(9);
  });

  it("have all that belongs to them: the run, the intent, rounds, lookups, repeats", () => {
    const database = opened(form, [
      { kind: "run", time: new Date(START).toISOString(), run: "run_a", caller: "support", grants: [] },
      { kind: "run", time: new Date(START).toISOString(), run: "run_b", caller: "support", grants: [] },
      made("aa11"),
      made("aa22", { ingress: "lookup" }),
      made("aa22", { kind: "intent" }),
      made("aa22"),
      made("bb33", { continues: "aa22" }),
      made("cc44", { repeats: "aa22", forwarded: "no" }),
      made("dd55"),
    ]);
    const seqs = (id: string): unknown => {
      const found = findCall(database, id);
      return found.ok ? found.records.map(({ seq }) => seq) : found.candidates;
    };
    expect(seqs("aa22")).toEqual([1, 4, 5, 6, 7, 8]);
    expect(seqs("bb33")).toEqual([1, 4, 5, 6, 7, 8]);
    expect(seqs("cc44")).toEqual([1, 4, 5, 6, 8]);
    expect(seqs("dd")).toEqual([1, 9]);
    expect(seqs("aa")).toEqual(["aa11", "aa22"]);
    expect(seqs("nothing")).toEqual([]);
    expect(seqs("")).toEqual([]);
  });
});

describe("a call of which very much is in the journal", () => {
  it("is cut where that becomes long, and says so", () => {
    const repeated = (count: number, more: object = {}): ReturnType<typeof findCall> => {
      const repeats = Array.from({ length: count }, (_, index) => made(`b${index}`, { repeats: "aa", ...more }));
      return findCall(opened("sqlite", [made("aa"), ...repeats]), "aa");
    };
    const lengthOf = (found: ReturnType<typeof findCall>): unknown => (found.ok ? found.records.length : undefined);
    expect(repeated(3)).toMatchObject({ isMore: false, records: { length: 4 } });
    const many = repeated(300);
    expect([lengthOf(many), many]).toEqual([200, expect.objectContaining({ isMore: true })]);
    const long = repeated(150, { result: { kind: "json", value: "x".repeat(65_536) } });
    expect(long).toMatchObject({ ok: true, isMore: true });
    expect(JSON.stringify(long).length).toBeLessThan(1_300_000);
  });
});

describe("a page of a long journal", () => {
  it.each<[JournalFilter, string]>([
    [{}, "INTEGER PRIMARY KEY"],
    [{ run: "a" }, "record_run"],
    [{ run: "a", tool: "b", code: "c", decision: "allow" }, "record_run"],
    [{ run: "caller:a" }, "record_run"],
    [{ run: "caller:a", code: "b" }, "record_code"],
    [{ caller: "a" }, "record_caller"],
    [{ tool: "a" }, "record_tool"],
    [{ tool: "a", code: "b", since: 1, until: 2 }, "record_code"],
    [{ class: "a" }, "record_class"],
    [{ decision: "refuse" }, "record_refused"],
    [{ since: 1 }, "record_at"],
    [{ until: 1 }, "record_at"],
  ])("is found by an index and not sorted: %j by %s", (filter, index) => {
    const database = new DatabaseSync(":memory:");
    database.exec(TABLES);
    for (const order of ["newest", "oldest"] as const) {
      const { sql } = listStatement(filter, { order, after: 7, most: 10 });
      const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all();
      const steps = plan.map(({ detail }) => String(detail)).join("\n");
      expect(steps).toContain(index);
      expect(steps).not.toMatch(/^SCAN|TEMP B-TREE|AUTOMATIC/m);
    }
    database.close();
  });
});

describe("a filter that somebody wrote", () => {
  const NOW = Date.parse("2026-03-01T00:00:00Z");

  it("has names, and times as they are or as so long ago", () => {
    const written = { run: "r", code: "busy", class: "fix_tool", decision: "allow", since: "2h" };
    expect(readFilter({ ...written, until: "2026-02-28T12:00:00+01:00" }, NOW)).toEqual({
      ok: true,
      filter: { ...written, since: NOW - 7_200_000, until: Date.parse("2026-02-28T11:00:00Z") },
    });
  });

  it.each([
    [{ tool: "" }, "is empty"],
    [{ code: "invalid_argument" }, "did you mean invalid_arguments?"],
    [{ class: "fix_argument" }, "did you mean fix_arguments?"],
    [{ class: "zzz" }, "use fix_arguments, "],
    [{ decision: "denied" }, "use allow, refuse"],
    [{ since: "yesterday" }, "15m, 2h or 7d ago"],
    [{ until: "2026-02-30" }, "15m, 2h or 7d ago"],
    [{ until: "2026-13-01T00:00:00Z" }, "15m, 2h or 7d ago"],
  ])("is refused where it is misspelt: %j", (written, told) => {
    expect(readFilter(written, NOW)).toMatchObject({
      ok: false,
      name: Object.keys(written)[0],
      problem: expect.stringContaining(told),
    });
  });
});

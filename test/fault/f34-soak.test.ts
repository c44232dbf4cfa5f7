// F34: a soak, short. `npm run soak` is the same for as long as it is told.
import { expect, it } from "vitest";
import { printSoak } from "../soak/print-soak.ts";
import { runSoak } from "../soak/run-soak.ts";
import { seed } from "../support/seed.ts";

it("F34 everything at once: all invariants hold, memory stays flat, nothing is left", { timeout: 60_000 }, async () => {
  const report = await runSoak({
    seed,
    minutes: 0.25,
    perSecond: 25,
    illMs: 500,
    wellMs: 700,
    breakerMs: 0, // it would be open for most of so short a time
    reloadEveryMs: 1500,
    lookEveryMs: 1500,
    warmUpMs: 3000,
    journalBytes: 1_048_576,
  });
  expect(report.problems, printSoak(report)).toEqual([]);
  for (const outcome of ["result", "limit_reached", "upstream_timeout", "(client left)", "(half sent)"])
    expect(report.counts.outcomes.get(outcome), outcome).toBeGreaterThan(0);
  expect(report.counts.badRecords).toBeGreaterThan(0);
  expect([...report.reloads.keys()].sort()).toEqual(["refused", "switched", "unchanged"]);
  expect(report.faults.size).toBeGreaterThan(6);
});

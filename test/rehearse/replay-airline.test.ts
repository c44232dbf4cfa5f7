// Real agents' calls, recorded by a sidecar that holds them to the airline's policy, and judged once more by contracts that one
// rule was taken out of, or added to: what flips is that rule's doing and nothing else.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readRecording as readTrajectories, writeTools } from "../../bench/airline/recording.ts";
import { type Replayed, replay as makeCalls } from "../../bench/airline/replay.ts";
import { cancellation, lookedUp } from "../../contracts/airline/clauses.ts";
import { loadContracts } from "../../src/contract/load/load.ts";
import { findJournal, openTables } from "../../src/journal/read.ts";
import { readRecording } from "../../src/rehearse/recording.ts";
import { replay } from "../../src/rehearse/replay.ts";
import { type ReplayReport, reportReplay } from "../../src/rehearse/replay-report.ts";

const root = join(import.meta.dirname, "../..");
const runs = readTrajectories(join(root, "test/data/tau-airline/trajectories.jsonl"));
const folder = mkdtempSync(join(tmpdir(), "checkrein-replay-"));
afterAll(() => rmSync(folder, { recursive: true }));

let made: readonly Replayed[];
beforeAll(async () => {
  made = await makeCalls(runs, (tool) => writeTools.has(tool), `sqlite:${join(folder, "journal")}`);
}, 120_000);

/** The contracts with one text replaced by another in one file. */
const edited = (name: string, file: string, edit: (text: string) => string): string => {
  const own = join(folder, name);
  cpSync(join(root, "openapi"), join(own, "openapi"), { recursive: true });
  cpSync(join(root, "contracts/airline"), join(own, "contracts/airline"), { recursive: true });
  const path = join(own, "contracts/airline", file);
  const before = readFileSync(path, "utf8");
  const after = edit(before);
  expect(after).not.toBe(before);
  writeFileSync(path, after);
  return join(own, "contracts/airline");
};

const judgeAgain = async (contracts: string): Promise<ReplayReport> => {
  const loaded = await loadContracts(contracts);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems, undefined, 1));
  const tables = openTables(findJournal(join(folder, "journal")));
  try {
    return await reportReplay(replay(loaded.catalog, readRecording(tables)));
  } finally {
    tables.close();
  }
};

const flipsOf = ({ flips }: ReplayReport): readonly string[] =>
  flips.map(({ tool, from, to, calls }) => `${tool} ${from} ${to} ${calls}`);

describe("recorded calls of the airline, judged again", () => {
  it("are all decided as they were by the same contracts", async () => {
    const report = await judgeAgain(join(root, "contracts/airline"));
    expect(report).toMatchObject({ calls: made.length, same: made.length, flips: [], changes: [], unclear: [] });
  });

  it("flip exactly where the rule stood that was taken out", async () => {
    const contracts = edited("without", "cancel-reservation.ts", (text) =>
      text.replace(/ {4}requires\(reservationTools, \{[\s\S]*?because: cancellation,\n {4}\}\),\n/, ""),
    );
    const stopped = made.filter(({ refusal }) => refusal?.detail.includes(cancellation) === true);
    expect(stopped.length).toBeGreaterThan(3);
    const report = await judgeAgain(contracts);
    expect(flipsOf(report)).toEqual([`cancel_reservation forbidden_by_rule allowed ${stopped.length}`]);
    expect(report).toMatchObject({ same: made.length - stopped.length, changes: [], unclear: [] });
  });

  it("flip exactly where a rule stands that was added, and no later call with them", async () => {
    const contracts = edited("with", "cancel-reservation.ts", (text) =>
      text
        .replace("  rules: [", '  rules: [\n    check("not-these", () => "nothing is cancelled any more"),')
        .replace("requires, z }", "check, requires, z }"),
    );
    const passed = made.filter(({ call, wasForwarded }) => call.tool === "cancel_reservation" && wasForwarded);
    const report = await judgeAgain(contracts);
    expect(flipsOf(report)).toEqual([`cancel_reservation allowed check_failed ${passed.length}`]);
    expect(report.unclear).toEqual([]);
    expect(report.changes.every(({ tool }) => tool === "cancel_reservation")).toBe(true);
  });

  it("flip where evidence is asked for no more", async () => {
    const contracts = edited("unseen", "cancel-reservation.ts", (text) =>
      text
        .replace(/ {4}requires\("get_reservation_details", \{[\s\S]*?because: lookedUp \}\),\n/, "")
        .replace("import { cancellation, lookedUp }", "import { cancellation }"),
    );
    const first = made.filter(
      ({ call, refusal }) => call.tool === "cancel_reservation" && refusal?.detail.includes(lookedUp) === true,
    );
    const { flips, changes } = await judgeAgain(contracts);
    const turned = [...flips, ...changes].reduce((sum, { calls }) => sum + calls, 0);
    expect(turned).toBe(first.length);
  });
});

// F22: the sidecar dies as in a power cut, in the middle of calls, and comes back on what it left. Journals torn at any byte:
// test/journal/killed.test.ts; state and claims: test/race/killed-sidecar.test.ts.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import type { Members } from "../support/json.ts";
import type { Arrival } from "./arrivals.ts";
import { expectInvariants, expectNextCalls, keyOf } from "./invariants.ts";
import { startLoad } from "./load.ts";
import { hangs } from "./scripts.ts";
import { startStage } from "./stage.ts";

const folder = mkdtempSync(join(tmpdir(), "checkrein-killed-"));
afterAll(() => rmSync(folder, { recursive: true }));

const settings = { state: `sqlite:${join(folder, "state.sqlite")}` };
const writesIn = (arrivals: readonly Arrival[]): readonly string[] =>
  arrivals
    .filter(({ request }) => request.method === "POST")
    .map(({ request }) => String(JSON.parse(request.body.toString()).text));
const textOf = (record: Members): string => String(Object(record["arguments"]).text);

describe("F22 SIGKILL under load", () => {
  it("comes back as quickly as it started; every write that was sent is known, and unknown where it was not answered", async () => {
    const first = await startStage({ folder, settings });
    onTestFinished(() => first.stop());
    const load = startLoad(first, 24);
    await expect.poll(() => load.told.length, { timeout: 30_000 }).toBeGreaterThan(150);
    const before = first.orders.arrivals();
    first.orders.play(hangs);
    await expect.poll(() => writesIn(first.orders.arrivals()).length, { timeout: 10_000 }).toBeGreaterThan(3);
    await first.sidecar.kill();
    await load.stop();
    const hanging = writesIn(first.orders.arrivals());
    const arrivals = [...before, ...first.orders.arrivals()];
    const answered = load.told.filter(({ answers }) => answers > 0);
    const keys = new Set(answered.map(keyOf));
    expectInvariants(
      answered,
      arrivals.filter(({ key, problem }) => problem !== undefined || keys.has(key ?? "")),
    );

    const second = await startStage({ folder, settings });
    onTestFinished(() => second.stop());
    expect(second.startCpuMs).toBeLessThan(Math.min(2000, 1.5 * first.startCpuMs + 100));
    const records = second.records().filter(({ tool }) => tool === "upload_note");
    const intended = new Set(records.filter(({ kind }) => kind === "intent").map(textOf));
    expect(writesIn(arrivals).filter((text) => !intended.has(text))).toEqual([]);
    const ends = records.filter(({ kind }) => kind === "call");
    const unknown = ends.filter(({ forwarded }) => forwarded === "unknown").map(textOf);
    expect(hanging.filter((text) => !unknown.includes(text))).toEqual([]);
    expect(new Set(ends.map(({ call }) => call)).size).toBe(ends.length);
    await expectNextCalls(second);
  });
});

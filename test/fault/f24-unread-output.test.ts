// F24: nobody reads what the sidecar writes: its log and a journal on standard output go into pipes that are full, or closed.
import { describe, expect, it, onTestFinished } from "vitest";
import { once } from "node:events";
import { startLoad } from "./load.ts";
import { expectInvariants, expectNextCalls, expectNothingLeft } from "./invariants.ts";
import { type Stage, startStage } from "./stage.ts";

const trouble = async (stage: Stage): Promise<string> => (await fetch(`${stage.adminUrl}/readyz`)).text();

describe("F24 an output that nobody reads", () => {
  it.each(["full", "closed"])("that is %s holds up no call over any ingress, and no end", async (how) => {
    const stage = await startStage({ settings: { journal: "stdout", "log-level": "debug" } });
    onTestFinished(() => stage.stop());
    const { stdout, stderr } = stage.sidecar.process;
    for (const stream of [stdout, stderr]) {
      stream?.removeAllListeners("data"); // of the reader of lines
      if (how === "closed") stream?.destroy();
      else stream?.pause();
    }
    const begun = performance.now();
    const load = startLoad(stage, 8);
    await expect.poll(() => load.told.length, { timeout: 50_000 }).toBeGreaterThan(600);
    await load.stop();
    const took = (performance.now() - begun) / load.told.length;
    expect(took).toBeLessThan(100);
    // A journal that is full refuses what has effect, and nothing else.
    const codes = new Set(load.told.map(({ code, call }) => `${call.tool} ${code}`));
    expect(
      [...codes].filter((code) => !["get_order ", "upload_note ", "upload_note journal_unavailable"].includes(code)),
    ).toEqual([]);
    expectInvariants(load.told, stage.orders.arrivals());
    if (how === "closed") await expect.poll(() => trouble(stage), { timeout: 5000 }).toContain("EPIPE");
    await expectNothingLeft(stage);
    const ended = once(stage.sidecar.process, "exit");
    stage.sidecar.process.kill("SIGTERM");
    expect(await ended).toEqual([0, null]);
  });

  it("a log alone that nobody reads takes nothing from anybody", async () => {
    const stage = await startStage({ settings: { "log-level": "debug" } });
    onTestFinished(() => stage.stop());
    const stderr = stage.sidecar.process.stderr;
    stderr?.removeAllListeners("data");
    stderr?.pause();
    const load = startLoad(stage, 8);
    await expect.poll(() => load.told.length, { timeout: 50_000 }).toBeGreaterThan(600);
    await load.stop();
    expect(new Set(load.told.map(({ code }) => code))).toEqual(new Set([""]));
    expectInvariants(load.told, stage.orders.arrivals());
    await expectNextCalls(stage);
  });
});

// F21: SIGTERM while calls come in over every ingress, some hundreds a second. Second signals and half requests: test/app/stop.test.ts.
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { httpAnswer } from "../support/socket-backend.ts";
import { expectInvariants } from "./invariants.ts";
import { startLoad } from "./load.ts";
import { type Stage, startStage } from "./stage.ts";

const isReady = async (stage: Stage): Promise<boolean> => (await fetch(`${stage.adminUrl}/readyz`)).ok;

describe("F21 SIGTERM under load", () => {
  it("every call that was taken is answered, every later one refused as draining, and the process ends with 0", async () => {
    const stage = await startStage();
    onTestFinished(() => stage.stop());
    const slowly = 150;
    stage.orders.play(
      (socket) => void setTimeout(slowly).then(() => socket.write(httpAnswer(200, '{"ok":true}'))),
      true,
    );
    const begun = performance.now();
    const load = startLoad(stage, 64);
    await expect.poll(() => load.told.length, { timeout: 30_000 }).toBeGreaterThan(300);
    expect(await isReady(stage)).toBe(true);
    const ended = once(stage.sidecar.process, "exit");
    stage.sidecar.process.kill("SIGTERM");
    const perSecond = load.told.length / ((performance.now() - begun) / 1000);
    await expect.poll(() => load.told.some(({ code }) => code === "draining"), { timeout: 5000 }).toBe(true);
    expect(await isReady(stage)).toBe(false);
    await load.stop();
    expect(await ended).toEqual([0, null]);
    const answered = load.told.filter(({ answers }) => answers > 0);
    process.stdout.write(`F21: ${perSecond.toFixed(0)} calls a second, ${answered.length} answered\n`);
    expectInvariants(answered, stage.orders.arrivals());
    const codes = new Set(answered.map(({ code, forwarded }) => `${code} ${forwarded}`));
    expect([...codes].sort()).toEqual([" yes", "draining no"]);
    // What reached the backend was answered: nobody who was taken was left.
    const results = answered.filter(({ code }) => code === "");
    expect(stage.orders.arrivals()).toHaveLength(results.length);
    const ids = new Set(
      stage
        .records()
        .filter(({ kind }) => kind === "call")
        .map(({ call }) => String(call)),
    );
    expect(results.filter(({ id }) => !ids.has(id))).toEqual([]);
    expect(stage.records().at(-1)?.["kind"]).toBe("stop");
  });

  it("calls that hang are answered as unknown when the grace is over, over every ingress", async () => {
    const stage = await startStage({ settings: { "drain-ms": 400 } });
    onTestFinished(() => stage.stop());
    stage.orders.play(() => undefined);
    const load = startLoad(stage, 8);
    await expect.poll(() => stage.orders.arrivals().length, { timeout: 10_000 }).toBe(8);
    const ended = once(stage.sidecar.process, "exit");
    stage.sidecar.process.kill("SIGTERM");
    expect(await ended).toEqual([0, null]);
    await load.stop();
    const hung = load.told.slice(0, 8);
    expect(new Set(hung.map(({ ingress }) => ingress)).size).toBe(4);
    expect(hung.map((one) => [one.answers, one.code, one.forwarded])).toEqual(
      hung.map(() => [1, "upstream_outcome_unknown", "unknown"]),
    );
    expectInvariants(hung, stage.orders.arrivals());
  });
});

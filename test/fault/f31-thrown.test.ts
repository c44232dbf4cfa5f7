// F31: something throws that should not: functions of contracts during a call, and what they leave behind for later, which nobody
// can catch. The call is refused or unknown, never the agent's blame; the others go on.
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { httpAnswer } from "../support/socket-backend.ts";
import { type Told, INGRESSES, callOver } from "./ingress.ts";
import { readCall, writeCall } from "./calls.ts";
import { expectInvariants, expectThrough } from "./invariants.ts";
import { onStage } from "./on-stage.ts";
import { type Stage, startStage } from "./stage.ts";

const contracts = fileURLToPath(new URL("throwing", import.meta.url));
const stage = onStage(() => ({ contracts }));
const result = [200, "", "yes"] as const;

/** Over every ingress that has the tool: the first call alone is enough for what is left behind. */
const callAll = (on: Stage, tool: string, name: string): Promise<readonly Told[]> =>
  Promise.all(
    INGRESSES.map((ingress) => callOver(ingress === "rest" ? "call" : ingress, { tool, arguments: { name } }, on)),
  );

const faultsIn = (on: Stage, said: string): readonly string[] =>
  on.sidecar.log.filter((line) => line.includes('"level":50') && line.includes(said));

describe("F31 a function of a contract that throws", () => {
  it.each([
    ["throw_in_check", "forbidden_by_rule"],
    ["throw_in_refinement", "check_failed"],
  ])("%s: the call is refused, nothing is sent, the operator is told", async (tool, code) => {
    let told: readonly Told[] = [];
    const before = stage().healthy.requests().length;
    await expectThrough(stage(), {
      begin: async () => void (told = await callAll(stage(), tool, "a")),
      read: result,
      write: result,
      sent: 1,
    });
    expect(told.map((one) => [one.answers, one.code, one.forwarded])).toEqual(told.map(() => [1, code, "no"]));
    expect(
      stage()
        .healthy.requests()
        .slice(before)
        .filter(({ method }) => method === "POST"),
    ).toEqual([]);
    if (tool === "throw_in_check") expect(faultsIn(stage(), "thrown in a check")).toHaveLength(told.length);
  });

  it("throw_in_succeeded: a result stays a result", async () => {
    const told = await callAll(stage(), "throw_in_succeeded", "a");
    expect(told.map((one) => [one.answers, one.code, one.forwarded])).toEqual(told.map(() => [1, "", "yes"]));
  });

  it("a promise that it leaves behind is rejected: the operator is told, and everything goes on", async () => {
    await expectThrough(stage(), {
      begin: async () => {
        const told = await callAll(stage(), "reject_later", "now");
        expect(told.map(({ answers, code }) => [answers, code])).toEqual(told.map(() => [1, ""]));
      },
      read: result,
      write: result,
      sent: 1,
    });
    expect(stage().sidecar.process.exitCode).toBe(null);
    expect(faultsIn(stage(), "rejected when nobody waited")).toHaveLength(INGRESSES.length);
  });
});

describe("F31 an exception that nobody catches", () => {
  it("is told; no new calls are taken, those in flight are answered, and the process ends with 1", async () => {
    const own = await startStage({ contracts, settings: { "drain-ms": 5000 } });
    onTestFinished(() => own.stop());
    own.orders.play((socket) => void setTimeout(900).then(() => socket.write(httpAnswer(200, '{"ok":true}'))), true);
    const calls = INGRESSES.flatMap((ingress) => [readCall(), writeCall()].map((call) => callOver(ingress, call, own)));
    await expect.poll(() => own.orders.arrivals().length, { timeout: 5000 }).toBe(calls.length);
    const ended = once(own.sidecar.process, "exit");
    await callOver("call", { tool: "throw_later", arguments: { name: "now" } }, own);
    await setTimeout(200);
    const refused = await callOver("call", readCall(), own);
    expect([refused.status, refused.code, refused.forwarded]).toEqual([503, "draining", "no"]);
    const told = await Promise.all(calls);
    expect(told.map(({ status, code }) => [status, code])).toEqual(told.map(() => [200, ""]));
    expectInvariants(told, own.orders.arrivals());
    expect(await ended).toEqual([1, null]);
    expect(own.sidecar.log.filter((line) => line.includes("thrown when nobody was there"))).toHaveLength(1);
    const closed = own.records().filter(({ kind }) => kind === "stop");
    expect(closed).toHaveLength(1);
  });

  it("ends the process with 1 as well when it was stopping", async () => {
    const own = await startStage({ contracts, settings: { "drain-ms": 5000 } });
    onTestFinished(() => own.stop());
    own.orders.play((socket) => void setTimeout(1500).then(() => socket.write(httpAnswer(200, '{"ok":true}'))), true);
    const call = callOver("call", writeCall(), own);
    await expect.poll(() => own.orders.arrivals().length, { timeout: 5000 }).toBe(1);
    const ended = once(own.sidecar.process, "exit");
    await callOver("call", { tool: "throw_later", arguments: { name: "soon" } }, own);
    own.sidecar.process.kill("SIGTERM");
    expect(await call).toMatchObject({ answers: 1, code: "", forwarded: "yes" });
    expect(await ended).toEqual([1, null]);
    const told = own.sidecar.log.map((line) =>
      ["draining", "thrown when nobody"].filter((text) => line.includes(text)),
    );
    expect(told.flat()).toEqual(["draining", "thrown when nobody"]);
  });

  it("ends the process also when calls in flight do not end", async () => {
    const own = await startStage({ contracts, settings: { "drain-ms": 300 } });
    onTestFinished(() => own.stop());
    own.orders.play(() => undefined);
    const hung = callOver("call", writeCall(), own);
    await expect.poll(() => own.orders.arrivals().length, { timeout: 5000 }).toBe(1);
    const ended = once(own.sidecar.process, "exit");
    await callOver("call", { tool: "throw_later", arguments: { name: "now" } }, own);
    expect(await hung).toMatchObject({ answers: 1, code: "upstream_outcome_unknown", forwarded: "unknown" });
    expect(await ended).toEqual([1, null]);
  });
});

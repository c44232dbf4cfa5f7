// F20: a reload takes a tool away while it is called. Every call is judged by one version, the old one or the new one.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ChangingContracts, askAdmin, writeChangingContracts } from "./changing-contracts.ts";
import { readCall } from "./calls.ts";
import { INGRESSES, type Told, callOver } from "./ingress.ts";
import { expectInvariants, expectNextCalls, expectNothingLeft, expectRecords } from "./invariants.ts";
import { type Stage, startStage } from "./stage.ts";

let stage: Stage;
let contracts: ChangingContracts;
beforeAll(async () => {
  contracts = writeChangingContracts();
  stage = await startStage({ contracts: contracts.folder, settings: { watch: false } });
});
afterAll(async () => {
  await stage.stop();
  contracts.remove();
});

const ROUNDS = 40;
const REMOVED_AT = 15;

describe("F20 a tool that is removed while it is called", () => {
  it("is called as before or is no tool any more, over every ingress", async () => {
    const { version: before } = await askAdmin(stage, "/contracts");
    stage.orders.play();
    const calls: Promise<Told>[] = [];
    let now: unknown;
    for (let round = 0; round < ROUNDS; round += 1) {
      calls.push(...INGRESSES.map((ingress) => callOver(ingress, readCall(), stage)));
      if (round === REMOVED_AT) {
        rmSync(join(contracts.folder, "get-order.ts"));
        const reloading = askAdmin(stage, "/reload", "POST").then(({ version }) => (now = version));
        calls.push(...INGRESSES.map((ingress) => callOver(ingress, readCall(), stage)));
        await reloading;
      }
      if (round % 5 === 0) await Promise.all(calls);
    }
    const told = await Promise.all(calls);
    const arrivals = stage.orders.arrivals();
    expectInvariants(told, arrivals);
    expect(now).not.toBe(before);
    for (const { ingress, code, forwarded, version } of told) {
      const gone = ingress === "rest" ? "not_found" : "unknown_tool";
      expect([ingress, version, code, forwarded]).toEqual(
        version === before ? [ingress, before, "", "yes"] : [ingress, now, gone, "no"],
      );
    }
    const versions = told.map(({ version }) => version);
    expect(new Set(versions)).toEqual(new Set([before, now]));
    const judged = told.filter(({ code }) => code !== "not_found"); // a path that no tool has is no call
    await expectRecords(stage, judged, arrivals);
    contracts.restore("get-order.ts");
    expect(await askAdmin(stage, "/reload", "POST")).toMatchObject({ result: "switched", version: before });
    await expectNextCalls(stage);
    await expectNothingLeft(stage);
  });
});

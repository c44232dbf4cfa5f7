// Calls that are torn off: the agent hangs up, or the sidecar stops. Nobody knows whether they took place, and what they claimed
// stays claimed.
import { mkdtempSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, describe, expect, it, vi } from "vitest";
import { openAgent } from "./agent.ts";
import { type Sidecar, startSidecar } from "./sidecar.ts";
import { keyOf } from "./tools.ts";

const folder = mkdtempSync(join(tmpdir(), "checkrein-stopped-"));
const flags = ["--state", `sqlite:${join(folder, "state.sqlite")}`, "--drain-ms", "50"];
afterAll(() => rmSync(folder, { recursive: true }));

const arrival = async ({ backend }: Sidecar): Promise<void> => {
  while (backend.take().length === 0) await setTimeout(5);
};

const GIVEN = { orderId: "o1", amount: 60 };

describe("a call that is torn off", () => {
  it("by the end of the sidecar is unknown after its restart, and its amount still counts", async () => {
    const sidecar = await startSidecar({ flags });
    const agent = await openAgent(sidecar, { ingress: "call", proof: "whole" });
    for (const tool of ["charge", "spend_hourly"]) sidecar.backend.give(tool, "slow");
    const torn = [];
    for (const tool of ["charge", "spend_hourly"]) {
      torn.push(agent.call(tool, GIVEN));
      await arrival(sidecar);
    }
    await Promise.allSettled([sidecar.stop(), ...torn]);
    const restarted = await startSidecar({ flags });
    const again = await openAgent(restarted, { ingress: "modern", proof: "whole" });
    expect(await again.call("charge", GIVEN)).toMatchObject({ code: "outcome_unknown" });
    expect((await again.call("spend_hourly", { ...GIVEN, amount: 41 })).code).toBe("limit_reached");
    expect((await again.call("spend_hourly", { ...GIVEN, amount: 40 })).code).toBe("ok");
    await restarted.stop();
  });

  it("by an agent that hangs up is unknown", async () => {
    const sidecar = await startSidecar();
    const agent = await openAgent(sidecar, { ingress: "call", proof: "whole" });
    sidecar.backend.give("charge", "slow");
    await hangUp(sidecar, "/api/charge", GIVEN);
    sidecar.backend.give("charge", undefined);
    await vi.waitFor(async () => expect((await agent.call("charge", GIVEN)).code).toBe("outcome_unknown"), 3000);
    await settleAll(sidecar);
    expect((await agent.call("charge", GIVEN)).code).toBe("ok");
    await sidecar.stop();
  });
});

/** The same caller, on a connection of its own, that ends when the call has arrived. */
const hangUp = async (sidecar: Sidecar, path: string, body: object): Promise<void> => {
  const headers = { "content-type": "application/json", "x-api-key": keyOf(1) };
  const sent = request({ port: sidecar.app.port, host: "127.0.0.1", method: "POST", path, headers });
  const closed = new Promise<void>((done) => sent.on("error", () => undefined).on("close", done));
  sent.end(JSON.stringify(body));
  await arrival(sidecar);
  sent.destroy();
  await closed;
};

const settleAll = async ({ admin }: Sidecar): Promise<void> => {
  const { body } = await admin("GET", "/claims");
  for (const { id } of Array.isArray(body["claims"]) ? body["claims"] : [])
    await admin("POST", `/claims/${id}/settle`, { outcome: "released", by: "ann" });
};

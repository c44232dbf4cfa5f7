// The demo's run, played back: the same agent, no shop, the same answers. Whatever the recording does not have is refused, and
// the refusal says what comes next.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Turn, runAgent } from "../../examples/shop/agent.ts";
import { type Demo, type Row, startDemo } from "../../examples/shop/demo.ts";
import { type Step, steps } from "../../examples/shop/steps.ts";
import { type RunningApp, startRunningApp } from "../support/running-app.ts";

/** Whoever goes around the sidecar meets nobody here. */
const isThroughSidecar = ({ request }: Step): boolean => request.door !== "shop";
const own = steps.filter(isThroughSidecar);

let demo: Demo;
let recorded: readonly Row[];
let playback: RunningApp;
const start = (...flags: readonly string[]): Promise<RunningApp> =>
  startRunningApp({
    contracts: "contracts/shop",
    environment: {}, // no address of a shop, no token
    flags: ["--playback", demo.journal, "--signing-key", demo.signingKey, ...flags],
  });
beforeAll(async () => {
  demo = await startDemo(0);
  await new Promise((resolve) => setTimeout(resolve, 300)); // records wait a moment for company
  recorded = demo.guarded.rows.filter(({ step }) => isThroughSidecar(step));
  playback = await start();
}, 60_000);
afterAll(async () => {
  await playback.stop();
  await demo.stop();
});

/** All but the id of the call itself, which is new. */
const told = ({ step, attempt, how, status, code, answer }: Turn): unknown => [
  step.about,
  attempt,
  how,
  status,
  code,
  JSON.parse(JSON.stringify(answer), (name, value: unknown) => (name === "call" ? "" : value)),
];

describe("a playback of the demo", () => {
  it("gives the agent every answer that it had, without a shop", async () => {
    const doors = { rest: `${playback.app.dataUrl}/shop`, call: playback.app.dataUrl, shop: "", token: undefined };
    const turns: Turn[] = [];
    for await (const turn of runAgent(doors, own)) turns.push(turn);
    expect(turns.length).toBe(recorded.length);
    for (const [index, turn] of turns.entries()) expect(told(turn)).toEqual(told(recorded[index] as Row));
  });

  it("refuses what the recording does not have, or has no more, and says so", async () => {
    const again = await playback.call("get_order", { orderId: "ord_100042" });
    expect(again).toMatchObject({ status: 409, code: "not_recorded" });
    expect(JSON.parse(again.text)).not.toHaveProperty("next");
  });

  it("says what comes next where a call is not the recorded one", async () => {
    const other = await start();
    const strange = await other.call("get_order", { orderId: "ord_nobody" });
    const told = Object(JSON.parse(strange.text));
    expect(told).toMatchObject({ code: "not_recorded", class: "stop", forwarded: "no" });
    expect(told.detail).toContain("It goes on with a call of search_orders");
    await other.stop();
  });

  it("tells secrets apart by the key of then, and by no other", async () => {
    const verify = own.find(({ request }) => JSON.stringify(request).includes("0713"));
    const right = await start();
    const wrong = await start("--signing-key", "another key, that is as long as it must be");
    const { tool, arguments: args } = Object(verify?.request.body);
    expect(await right.call(tool, args)).toMatchObject({ status: 200 });
    expect(await right.call(tool, { ...args, pin: "0714" })).toMatchObject({ code: "not_recorded" });
    expect(await wrong.call(tool, args)).toMatchObject({ code: "not_recorded" });
    await right.stop();
    await wrong.stop();
  });

  it("refuses to start without a journal to play", async () => {
    await expect(start("--playback", "nowhere.jsonl")).rejects.toThrow("nowhere.jsonl cannot be read");
  });
});

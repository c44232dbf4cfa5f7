// F36: every bad input of the cases, over every ingress that can carry it, while each of the plainest faults lasts; in every other
// file of this folder the same stream runs beside the calls. What arrives at the backend is what was valid, and nothing else.
import { describe, expect, it } from "vitest";
import { always } from "../support/socket-backend.ts";
import { badInputs, startBadStream } from "./bad-stream.ts";
import { writeCall } from "./calls.ts";
import { INGRESSES, callOver } from "./ingress.ts";
import { expectInvariants, expectNextCalls, expectNothingLeft } from "./invariants.ts";
import { onStage } from "./on-stage.ts";
import { hangs, resets } from "./scripts.ts";

const stage = onStage();

describe("F36 bad input while something else goes wrong", () => {
  it.each([
    ["a backend that hangs", hangs],
    ["a backend that resets", resets],
    ["a backend that answers nonsense", always(200, "<html>")],
  ])("%s: each of it is refused, and none is forwarded", async (_what, script) => {
    const all = badInputs(stage()).length;
    expect(all).toBeGreaterThan(200);
    stage().orders.play(script);
    const calls = INGRESSES.map((ingress) => callOver(ingress, writeCall(), stage()));
    // Four at once, each a quarter of the list.
    const streams = INGRESSES.map((_, index) =>
      startBadStream(stage(), { from: Math.floor((index * all) / INGRESSES.length), pauseMs: 0 }),
    );
    await expect
      .poll(() => Math.min(...streams.map(({ sent }) => sent())), { timeout: 50_000 })
      .toBeGreaterThan(all / 4);
    const ended = await Promise.all(streams.map((stream) => stream.stop()));
    expect(ended.flatMap(({ problems }) => problems)).toEqual([]);
    expectInvariants(await Promise.all(calls), stage().orders.arrivals());
    expect(stage().orders.arrivals()).toHaveLength(calls.length);
    stage().orders.play();
    await expectNextCalls(stage());
    await expectNothingLeft(stage());
  });
});

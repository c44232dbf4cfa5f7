// F05: a body without end, or one that says that it has 1 TB. What is taken of it is bounded, and so is memory.
import { describe, expect, it } from "vitest";
import type { SocketScript } from "../support/socket-backend.ts";
import { expectThrough } from "./invariants.ts";
import { onStage } from "./on-stage.ts";
import { HEAD, repeats, writeThen } from "./scripts.ts";
import { residentMbOf } from "./usage.ts";

const stage = onStage();
const outcome = [502, "upstream_too_large", "yes"] as const;

const endless = writeThen(`${HEAD}transfer-encoding: chunked\r\n\r\n`, repeats(`4000\r\n${"x".repeat(0x4000)}\r\n`, 2));
const terabyte: SocketScript = (socket, request, index) => {
  socket.write(`${HEAD}content-length: 1000000000000\r\n\r\n`);
  repeats("x".repeat(0x4000), 2)(socket, request, index);
};

/** Eight calls at once, each with an answer of 1 MiB at most. */
const MOST_GROWTH_MB = 40;

describe("F05 a body without end", () => {
  it.each([
    ["chunks for ever", endless],
    ["a length of 1 TB", terabyte],
  ])("%s: too large, and memory stays bounded", async (_what, script) => {
    const pid = stage().sidecar.process.pid ?? 0;
    const [before, seen] = [residentMbOf(pid), [0]];
    const timer = setInterval(() => seen.push(residentMbOf(pid)), 20);
    await expectThrough(stage(), { script, read: outcome, write: outcome, sent: 1 });
    clearInterval(timer);
    expect(Math.max(...seen) - before).toBeLessThan(MOST_GROWTH_MB);
  });
});

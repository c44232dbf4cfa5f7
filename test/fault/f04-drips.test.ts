// F04: the backend answers a byte at a time, and never ends.
import { describe, it } from "vitest";
import { expectThrough } from "./invariants.ts";
import { onStage } from "./on-stage.ts";
import { HEAD, repeats, writeThen } from "./scripts.ts";

const stage = onStage();
const outcome = [504, "upstream_timeout", "yes"] as const;

describe("F04 a backend that drips", () => {
  it("is given up at the total deadline, however often a byte comes", async () => {
    const script = writeThen(`${HEAD}content-length: 999\r\n\r\n{`, repeats(" ", 100));
    await expectThrough(stage(), { script, read: outcome, write: outcome, sent: 1, within: [1900, 3000] });
  });
});

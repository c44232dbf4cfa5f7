// F03: the backend takes the request and never answers.
import { describe, it } from "vitest";
import { expectThrough } from "./invariants.ts";
import { onStage } from "./on-stage.ts";
import { hangs } from "./scripts.ts";

const stage = onStage();
const outcome = [504, "upstream_timeout", "unknown"] as const;

describe("F03 a backend that never answers", () => {
  it("is given up at the total deadline: unknown, and the socket is destroyed", async () => {
    await expectThrough(stage(), { script: hangs, read: outcome, write: outcome, sent: 1, within: [1900, 3000] });
  });
});

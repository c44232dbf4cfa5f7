// F03: the backend takes the request and never answers.
import { afterAll, beforeAll, describe, it } from "vitest";
import { expectThrough } from "./invariants.ts";
import { type Stage, startStage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
}, 30_000);
afterAll(() => stage.stop());

describe("F03 a backend that never answers", () => {
  it("is given up at the total deadline: unknown, and the socket is destroyed", async () => {
    const outcome = [504, "upstream_timeout", "unknown"] as const;
    await expectThrough(stage, {
      script: () => undefined,
      read: outcome,
      write: outcome,
      sent: 1,
      within: [1900, 3000],
    });
  });
});

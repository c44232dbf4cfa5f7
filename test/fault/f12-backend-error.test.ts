// F12: the backend says no, in its own words.
import { describe, expect, it } from "vitest";
import { always } from "../support/socket-backend.ts";
import { expectThrough } from "./invariants.ts";
import { onStage } from "./on-stage.ts";

const stage = onStage();

describe("F12 an error of the backend", () => {
  it.each([401, 403, 404, 409, 429, 500, 503])(
    "%i keeps its status; its body stays behind, and Retry-After is told in seconds",
    async (status) => {
      const script = always(status, '{"stack":"at secret"}', { "retry-after": "7" });
      const outcome = [status, "backend_error", "yes"] as const;
      const told = await expectThrough(stage(), { script, isWhole: true, read: outcome, write: outcome, sent: 1 });
      for (const { text } of told) expect(text).not.toContain("stack");
      if (status === 429 || status === 503)
        for (const { ingress, retryAfter } of told)
          if (ingress === "rest" || ingress === "call") expect(retryAfter).toBe("7");
    },
  );
});

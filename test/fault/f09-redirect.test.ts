// F09: the backend sends the sidecar elsewhere.
import { createServer } from "node:net";
import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { always } from "../support/socket-backend.ts";
import { expectThrough } from "./invariants.ts";
import { onStage } from "./on-stage.ts";

const stage = onStage();
const outcome = [502, "upstream_redirect", "yes"] as const;

let touched = 0;
const canary = createServer((socket) => {
  touched += 1;
  socket.destroy();
});
beforeAll(async () => {
  canary.listen(0, "127.0.0.1");
  await once(canary, "listening");
});
afterAll(() => void canary.close());

describe("F09 a redirect", () => {
  it.each([301, 302, 303, 307, 308])("%i is followed nowhere, and its place is told to nobody", async (status) => {
    const location = `http://127.0.0.1:${Object(canary.address()).port}/canary`;
    const script = always(status, "", { location, refresh: `0; url=${location}`, "content-location": location });
    const told = await expectThrough(stage(), { script, isWhole: true, read: outcome, write: outcome, sent: 1 });
    for (const { text } of told) expect(text).not.toContain("canary");
    expect(touched).toBe(0);
  });
});

// F07: a connection that was kept ends just as the next request is written to it.
import { describe, it } from "vitest";
import type { RecordedRequest } from "../support/scripted-backend.ts";
import type { SocketScript } from "../support/socket-backend.ts";
import { good } from "./arrivals.ts";
import { expectThrough } from "./invariants.ts";
import { onStage } from "./on-stage.ts";
import { resets } from "./scripts.ts";

const stage = onStage();
const sent = [200, "", "yes"] as const;
const unknown = [502, "upstream_outcome_unknown", "unknown"] as const;

/** The first time of each request its connection ends, the second time it is answered. */
const staleOnce = (): SocketScript => {
  const seen = new Set<string>();
  const textOf = ({ method, target, body }: RecordedRequest): string => `${method} ${target} ${body.toString()}`;
  return (socket, request, index) => {
    const isFirst = !seen.has(textOf(request));
    seen.add(textOf(request));
    (isFirst ? resets : good)(socket, request, index);
  };
};

describe("F07 a connection that has gone stale", () => {
  it("a read is sent once more and gets its result; a write is not, and is unknown", async () => {
    await expectThrough(stage(), { script: staleOnce(), isWhole: true, read: sent, write: unknown, sent: 2 });
  });
});

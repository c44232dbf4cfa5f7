// The log's levels, as an operator filters by them: one line an event.
import { Writable } from "node:stream";
import pino from "pino";
import { describe, expect, it } from "vitest";
import { createTelemetry } from "../../src/telemetry/telemetry.ts";
import { createMetrics } from "../../src/telemetry/metrics.ts";

describe("what telemetry tells", () => {
  it("is a line of its level each, with the trace where there is one", () => {
    const lines: Readonly<Record<string, unknown>>[] = [];
    const stream = new Writable({
      write: (chunk, _encoding, done) => {
        lines.push(JSON.parse(String(chunk)));
        done();
      },
    });
    const log = pino({ level: "debug" }, stream);
    const telemetry = createTelemetry({
      log,
      metrics: createMetrics(),
      traceOf: (call) => (call === "a" ? "t" : undefined),
    });
    telemetry.fault("broke", new Error("why"), { call: "a", tool: "x" });
    telemetry.warn("changed", { backend: "b" });
    telemetry.unread("malformed_json");
    expect(lines.map(({ level, msg, trace_id: trace }) => [level, msg, trace])).toEqual([
      [50, "broke", "t"],
      [40, "changed", undefined],
      [20, "a request could not be read", undefined],
    ]);
  });
});

// A scrape with ten thousand tools, called in every way: no more than it is with a thousand, and no moment that others feel.
import { expect, it } from "vitest";
import { noJournal } from "../../src/journal/journal.ts";
import { createMeasure } from "../../src/measure/measure.ts";
import { CallsUnderWay } from "../../src/measure/under-way.ts";
import { type RefusalCode, refuse } from "../../src/refusal.ts";
import { createMetrics } from "../../src/telemetry/metrics.ts";
import { metrics as names } from "../../src/telemetry/names.ts";
import { noOpenTelemetry } from "../../src/telemetry/open-telemetry.ts";
import { entryOf } from "../journal/open.ts";
import { readExposition, valueOf } from "./exposition.ts";

const TOOLS = 10_000;
const CODES: readonly RefusalCode[] = ["invalid_arguments", "limit_reached", "backend_error", "upstream_timeout"];

it("bounds what ten thousand tools add to a scrape", async () => {
  const metrics = createMetrics();
  const calls = new CallsUnderWay();
  const { journal } = createMeasure({ metrics, openTelemetry: noOpenTelemetry, calls, attempt: (step) => step() });
  const measured = journal(noJournal);
  const { call, ...entry } = entryOf("a");
  const contract = { digest: "0".repeat(64) } as NonNullable<typeof entry.contract>; // no more of it is looked at
  for (let index = 0; index < TOOLS; index += 1)
    for (const code of CODES)
      measured.record({ ...entry, contract, call: { ...call, tool: `tool_${index}` }, verdict: refuse(code, "no") });
  const begun = performance.now();
  const { text } = await metrics.render();
  const took = performance.now() - begun;
  const series = readExposition(text).filter(({ name }) => name === names.calls.name);
  expect(series).toHaveLength(1001 * CODES.length);
  expect(valueOf(series, names.calls.name)).toBe(TOOLS * CODES.length);
  expect(valueOf(series, names.calls.name, { tool: "(other)" })).toBe((TOOLS - 1000) * CODES.length);
  expect(took).toBeLessThan(500); // some 10 ms where nobody disturbs
});

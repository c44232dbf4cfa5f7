// OpenTelemetry has one place for a whole process to say what goes wrong: of two sidecars in one, neither takes it from the other.
import { diag } from "@opentelemetry/api";
import { expect, it } from "vitest";
import { createMetrics } from "../../src/telemetry/metrics.ts";
import { metrics as names } from "../../src/telemetry/names.ts";
import { openOtlp } from "../../src/telemetry/otlp/otlp.ts";
import { readExposition, valueOf } from "./exposition.ts";

const open = async () => {
  const told: string[] = [];
  const metrics = createMetrics();
  const settings = { traces: undefined, metrics: undefined, propagates: false };
  const exporting = await openOtlp({ settings, version: "1", metrics, warn: (problem) => told.push(problem) });
  const counted = async () => valueOf(readExposition((await metrics.render()).text), names.exportFailures.name);
  return { told, counted, close: exporting.close };
};

it("tells each sidecar, until it stops, and nobody after that", async () => {
  const [first, second] = [await open(), await open()];
  diag.error("the collector is away");
  expect([first.told, second.told]).toEqual([["the collector is away"], ["the collector is away"]]);
  await second.close();
  diag.error("still away");
  expect([await first.counted(), await second.counted()]).toEqual([2, 1]);
  await first.close();
  diag.error("and now");
  const third = await open();
  diag.warn("away again");
  expect([await first.counted(), await second.counted(), await third.counted()]).toEqual([2, 1, 1]);
  await third.close();
});

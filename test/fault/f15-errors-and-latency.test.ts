// F15: a backend fails every fifth call, half of them without an answer, and takes its time for the others. Tools of another
// backend do not notice, and nothing is sent in a storm: at most a tenth more than there were calls, writes once.
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { httpAnswer } from "../support/socket-backend.ts";
import { inFlightAt } from "./bounds/backend-state.ts";
import { type Sidecar, type Told, startSidecar } from "./bounds/sidecar.ts";
import { type Control, percentile, startControl } from "./healthy.ts";

const isLong = process.env["LONG"] === "1";
const MILLISECONDS = isLong ? 60_000 : 6000;
const LATENCY_MS = isLong ? 3000 : 1000;
/** Calls of the sick backend and of the other one, each. */
const EVERY_MS = 10;

let sidecar: Sidecar;
/** A bare server: what slows both is the machine. */
let control: Control;
beforeAll(async () => {
  control = await startControl();
  sidecar = await startSidecar();
  await sidecar.many(100, "read_well");
});
afterAll(async () => {
  control.stop();
  await sidecar.stop();
});

const during = async (milliseconds: number, call: (index: number) => Promise<Told>): Promise<readonly Told[]> => {
  const calls: Promise<Told>[] = [];
  for (const until = performance.now() + milliseconds; performance.now() < until; await setTimeout(EVERY_MS))
    calls.push(call(calls.length));
  return Promise.all(calls);
};

/** Milliseconds of calls of the control. */
const timeControl = async (milliseconds: number): Promise<readonly number[]> => {
  const times: number[] = [];
  for (const until = performance.now() + milliseconds; performance.now() < until; await setTimeout(EVERY_MS)) {
    const begun = performance.now();
    await (await fetch(`http://127.0.0.1:${control.port}`)).text();
    times.push(performance.now() - begun);
  }
  return times;
};

const timesOf = (told: readonly Told[]): readonly number[] => told.map(({ milliseconds }) => milliseconds);
const p99 = (times: readonly number[]): number => percentile(times, 0.99);

it(
  "harms no tool of another backend, and is not made worse by repetitions",
  async () => {
    const before = await during(2000, () => sidecar.call("read_well"));
    sidecar.sick.play((socket, _request, index) => {
      if (index % 10 === 0) return void socket.destroy();
      const status = index % 10 === 5 ? 500 : 200;
      globalThis.setTimeout(() => socket.write(httpAnswer(status, "{}")), LATENCY_MS);
    });
    let most = 0;
    const [sicks, wells, controls] = await Promise.all([
      during(MILLISECONDS, async (index) => {
        most = Math.max(most, index % 20 === 0 ? await inFlightAt(sidecar, "sick") : 0);
        return sidecar.call(index % 2 === 0 ? "read_sick" : "write_sick", `s${index}`);
      }),
      during(MILLISECONDS, () => sidecar.call("read_well")),
      timeControl(MILLISECONDS),
    ]);
    expect(wells.filter(({ status }) => status !== 200)).toEqual([]);
    const usual = Math.max(p99(timesOf(before)), p99(controls));
    expect(p99(timesOf(wells))).toBeLessThan(isLong ? 1.2 * usual + 20 : Math.max(3 * usual + 100, LATENCY_MS / 2));
    const arrived = sidecar.sick.requests();
    expect(arrived.length).toBeLessThanOrEqual(1.1 * sicks.length + 3);
    const writes = arrived.filter(({ method }) => method === "POST").map(({ body }) => String(body));
    expect(new Set(writes).size).toBe(writes.length);
    expect(most).toBeLessThanOrEqual(64 + 7 * 64);
    const codes = new Set(sicks.map(({ code }) => code));
    codes.delete("");
    for (const code of codes)
      expect(["backend_error", "upstream_outcome_unknown", "overloaded", "upstream_unavailable"]).toContain(code);
    for (const told of sicks.filter(({ code }) => code === "overloaded" || code === "upstream_unavailable"))
      expect([told.forwarded, told.seconds > 0, told.milliseconds < 1000]).toEqual(["no", true, true]);
  },
  MILLISECONDS + 60_000,
);

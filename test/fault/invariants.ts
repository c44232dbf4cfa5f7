// The six invariants, held through a fault: while it lasts, every ingress makes a read and a write, bad input comes in over all of
// them (F36), and a tool with a healthy backend is called; afterwards the next calls work, and nothing is left behind.
//   I1 nothing invalid reaches a backend       I2 each accepted call has exactly one answer
//   I3 writes once, reads at most twice, and only when no byte of an answer had come
//   I4 `forwarded` is true to the backend's log       I5 a journal record for each call, an intent before each write
//   I6 memory, descriptors, sockets and timers as before within 5 s; the healthy tool's p99 unharmed
import { setTimeout } from "node:timers/promises";
import { expect } from "vitest";
import { callKey } from "../case/decode-call.ts";
import type { SocketScript } from "../support/socket-backend.ts";
import type { Arrival } from "./arrivals.ts";
import { startBadStream } from "./bad-stream.ts";
import { type Seen, percentile, startHealthyCalls } from "./healthy.ts";
import { readCall, writeCall } from "./calls.ts";
import { INGRESSES, type Ingress, type Told, callOver } from "./ingress.ts";
import { leftIn } from "./left.ts";
import { bePatient } from "./patience.ts";
import type { Stage } from "./stage.ts";

bePatient();

/** Status of REST and `/call`, code, forwarded. A result is `[200, "", "yes"]`. */
export type Outcome = readonly [status: number, code: string, forwarded: string];

export interface Fault {
  /** What the faulty backend does with every request; by default it is well. */
  readonly script?: SocketScript;
  /** The script writes one whole answer, as HTTP has it: the connection may be kept. */
  readonly isWhole?: boolean;
  readonly ingresses?: readonly Ingress[];
  readonly read: Outcome;
  readonly write: Outcome;
  /** How often a read comes to the backend; a write never more than once, and by default as a read. */
  readonly sent: number;
  readonly sentWrite?: 0 | 1;
  /** Milliseconds within which each call is answered. */
  readonly within?: readonly [least: number, most: number];
  /** The fault does not end: the next calls meet it, too. */
  readonly isLasting?: boolean;
  /** Brings the fault about, and ends it. */
  readonly begin?: () => Promise<void> | void;
  readonly end?: () => Promise<void> | void;
}

/** Makes the calls under the fault, and expects outcome and invariants. */
export const expectThrough = async (stage: Stage, fault: Fault): Promise<readonly Told[]> => {
  const healthy = startHealthyCalls(stage.port, stage.control);
  const bad = startBadStream(stage, { from: Math.floor(Math.random() * 500) });
  await setTimeout(BASELINE_MS);
  const before = healthy.look();
  stage.orders.play(fault.script, fault.isWhole);
  await fault.begin?.();
  const calls = (fault.ingresses ?? INGRESSES).flatMap((ingress) =>
    [readCall(), writeCall()].map((call) => callOver(ingress, call, stage)),
  );
  const told = await Promise.all(calls);
  const during = healthy.look();
  const { problems, sent } = await bad.stop();
  await healthy.stop();
  const arrivals = stage.orders.arrivals();
  await fault.end?.();
  stage.orders.play();

  expect(problems).toEqual([]);
  expect(sent).toBeGreaterThan(0);
  expectOutcome(told, fault, arrivals);
  expectInvariants(told, arrivals);
  await expectRecords(stage, told, arrivals);
  expect([...before.failures, ...during.failures]).toEqual([]);
  expectUnharmed(before, during);
  if (fault.isLasting !== true) await expectNextCalls(stage);
  await expectNothingLeft(stage);
  return told;
};

const BASELINE_MS = 250;

const isWrite = ({ call }: Told): boolean => call.tool === "upload_note";
export const keyOf = ({ call }: Told): string => callKey(call.tool, call.arguments) ?? "";
const ofCall = (arrivals: readonly Arrival[], told: Told): readonly Arrival[] =>
  arrivals.filter(({ key }) => key === keyOf(told));

const expectOutcome = (told: readonly Told[], fault: Fault, arrivals: readonly Arrival[]): void => {
  const { read, write, sent, sentWrite = Math.min(sent, 1), within } = fault;
  for (const one of told) {
    const [status, code, forwarded] = isWrite(one) ? write : read;
    // Over MCP a refusal of a call is told inside of an answer that has come.
    const due = one.ingress === "mcp" || one.ingress === "legacy" ? 200 : status;
    const name = `${one.call.tool} over ${one.ingress}`;
    expect([name, one.status, one.code, one.forwarded]).toEqual([name, due, code, forwarded]);
    expect([name, ofCall(arrivals, one).length]).toEqual([name, isWrite(one) ? sentWrite : sent]);
    if (within === undefined) continue;
    expect(one.milliseconds).toBeGreaterThanOrEqual(within[0]);
    expect(one.milliseconds).toBeLessThan(within[1]);
  }
};

/** I1 to I4. */
export const expectInvariants = (told: readonly Told[], arrivals: readonly Arrival[]): void => {
  const made = new Set(told.map(keyOf));
  expect(arrivals.flatMap(({ problem }) => problem ?? [])).toEqual([]);
  expect(arrivals.filter(({ key }) => key !== undefined && !made.has(key)).map(({ key }) => key)).toEqual([]);
  for (const one of told) {
    const came = ofCall(arrivals, one);
    expect(one.answers).toBe(1);
    expect(came.length).toBeLessThanOrEqual(isWrite(one) ? 1 : 2);
    expect(came.slice(1).map(({ answeredBefore }) => answeredBefore)).toEqual(came.slice(1).map(() => 0));
    if (one.forwarded === "no") expect(came).toEqual([]);
    if (one.forwarded === "yes") expect(came.length).toBeGreaterThan(0);
  }
};

/** I5. */
export const expectRecords = async (
  stage: Stage,
  told: readonly Told[],
  arrivals: readonly Arrival[],
): Promise<void> => {
  const ids = told.map(({ id }) => id);
  const count = (kind: string, id: string): number =>
    stage.records().filter((record) => record["kind"] === kind && record["call"] === id).length;
  await expect.poll(() => ids.map((id) => count("call", id)), { timeout: 3000 }).toEqual(ids.map(() => 1));
  const writes = told.filter((one) => isWrite(one) && ofCall(arrivals, one).length > 0);
  expect(writes.map(({ id }) => count("intent", id))).toEqual(writes.map(() => 1));
};

/** A short fault may end before a healthy call does: then there is nothing to say. */
const MOST_MORE_MS = 300;
/** A collection of garbage may fall into either time, and other tests run on the same cores. */
const expectUnharmed = (before: Seen, during: Seen): void => {
  const usual = Math.max(...[before.healthy, before.control, during.control].map((times) => percentile(times, 0.99)));
  expect(percentile(during.healthy, 0.99)).toBeLessThan(3 * usual + MOST_MORE_MS);
};

export const expectNextCalls = async (stage: Stage): Promise<void> => {
  const told = await Promise.all(INGRESSES.map((ingress) => callOver(ingress, readCall(), stage)));
  expect(told.map(({ status, code }) => [status, code])).toEqual(told.map(() => [200, ""]));
};

export const expectNothingLeft = (stage: Stage): Promise<void> =>
  expect.poll(async () => leftIn(stage, await stage.usage()), { timeout: 5000, interval: 100 }).toEqual([]);

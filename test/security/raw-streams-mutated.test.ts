// Mutations of the raw HTTP streams and of valid requests, thousands of them by one seed, against the sidecar's own process.
// An independent reading says what may have been sent: nothing else arrives, what is valid does, every request has at most
// one answer that is its own, and the process lives on in the same memory. SEED and STREAM send one stream again.
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readForwarded } from "../case/decode-call.ts";
import { type CaseServer, startSidecar } from "../case/sidecar.ts";
import { USAGE_HOOK, readUsage } from "../fault/usage.ts";
import { isLong, seed } from "../support/seed.ts";
import { type SocketBackend, httpAnswer, startSocketBackend } from "../support/socket-backend.ts";
import { type JudgedStream, judgeAnswers, judgeStream, okOf, resultOf } from "./judge-stream.ts";
import { createMutatedStream } from "./mutated-stream.ts";
import { sendStream } from "./send-stream.ts";

const only = process.env["STREAM"];
const COUNT = isLong ? 120_000 : 4000;
const CONNECTIONS = 12;
const MOST_GROWTH_MB = 6;
const usageFile = join(tmpdir(), `checkrein-streams-${process.pid}.json`);

interface Tally {
  /** So often a call may arrive, has to have arrived, and did. */
  readonly allowed: Map<string, number>;
  readonly due: Map<string, number>;
  readonly arrived: Map<string, number>;
  readonly problems: string[];
  results: number;
  requests: number;
  readonly ends: Record<JudgedStream["end"], number>;
}

const add = (counts: Map<string, number>, key: string): number => {
  const count = (counts.get(key) ?? 0) + 1;
  counts.set(key, count);
  return count;
};
const sum = (counts: ReadonlyMap<string, number>): number =>
  [...counts.values()].reduce((one, other) => one + other, 0);

let backend: SocketBackend;
let sidecar: CaseServer;
const tally: Tally = {
  allowed: new Map(),
  due: new Map(),
  arrived: new Map(),
  problems: [],
  results: 0,
  requests: 0,
  ends: { clean: 0, broken: 0, incomplete: 0 },
};
const underWay = new Set<number>();

beforeAll(async () => {
  backend = await startSocketBackend((socket, request) => {
    const read = readForwarded(request);
    const key = "key" in read ? read.key : undefined;
    const isAllowed = key !== undefined && add(tally.arrived, key) <= (tally.allowed.get(key) ?? 0);
    if (!isAllowed)
      tally.problems.push(
        `streams ${[...underWay].join(" or ")}: ${"key" in read ? `nobody meant ${key}` : read.problem}`,
      );
    const answer = httpAnswer(200, JSON.stringify({ ok: okOf(key ?? "") }));
    setTimeout(() => socket.write(answer), (backend.requests().length * 7) % 4);
  });
  const environment = { NODE_OPTIONS: `--import=${USAGE_HOOK}`, USAGE_FILE: usageFile };
  sidecar = await startSidecar(backend.url, { "max-attempts": 0 }, environment);
}, 30_000);

afterAll(async () => {
  await sidecar?.kill();
  await backend?.close();
  rmSync(usageFile, { force: true });
});

const sendOne = async (number: number): Promise<void> => {
  const stream = createMutatedStream(seed, number);
  const judged = judgeStream(stream);
  for (const { key } of judged.requests) if (key !== undefined) add(tally.allowed, key);
  underWay.add(number);
  const exchange = await sendStream(stream, judged, sidecar.port);
  underWay.delete(number);
  const problems = [...judgeAnswers(judged, exchange)];
  for (const { key, isDue } of judged.requests)
    if (key !== undefined && isDue && add(tally.due, key) > (tally.arrived.get(key) ?? 0))
      problems.push(`${key} never arrived`);
  tally.requests += judged.requests.length;
  tally.ends[judged.end] += 1;
  tally.results += exchange.answers.filter((answer) => resultOf(answer) !== undefined).length;
  const told = (problem: string): string =>
    `SEED=${seed} STREAM=${number}: ${problem}\n${JSON.stringify(stream.bytes.toString("latin1"))}`;
  tally.problems.push(...problems.map(told));
};

const sendAll = async (from: number, until: number): Promise<void> => {
  let next = from;
  const send = async (): Promise<void> => {
    while (next < until && tally.problems.length < 10) await sendOne(next++);
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, send));
};

describe(`mutated streams, seed ${seed}`, () => {
  it("are answered once each or end the connection, and nothing but valid calls is forwarded", async () => {
    const begun = performance.now();
    if (only === undefined) await sendAll(0, COUNT);
    else await sendOne(Number(only));
    await new Promise((resolve) => setTimeout(resolve, 100)); // what is forwarded in spite of its answer is here by now
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    const told = `${tally.requests} requests read, ${sum(tally.arrived)} forwarded (${sum(tally.due)} of them had to be)`;
    console.log(`${COUNT} streams (${JSON.stringify(tally.ends)}) in ${seconds} s: ${told}`);
    expect(tally.problems).toEqual([]);
    expect(sum(tally.arrived)).toBe(tally.results);
    expect(sidecar.process.exitCode).toBe(null);
  }, 1_800_000);

  it.skipIf(only !== undefined)("are of every kind", () => {
    for (const count of Object.values(tally.ends)) expect(count).toBeGreaterThan(COUNT / 50);
    expect(sum(tally.due)).toBeGreaterThan(COUNT / 4);
  });

  it.skipIf(only !== undefined)(
    "leave nothing behind in memory",
    async () => {
      const before = await readUsage(sidecar, usageFile);
      await sendAll(COUNT, COUNT + COUNT / 4);
      const after = await readUsage(sidecar, usageFile);
      const told = [before, after].map(
        ({ heapMb, residentMb }) => `${heapMb.toFixed(1)} (resident ${residentMb.toFixed(0)})`,
      );
      console.log(`heap of the sidecar, MB: ${told.join(`, after ${COUNT / 4} more `)}`);
      expect(tally.problems).toEqual([]);
      expect(after.heapMb - before.heapMb).toBeLessThan(MOST_GROWTH_MB);
      expect(after.descriptors).toBeLessThan(before.descriptors + 20);
    },
    600_000,
  );
});

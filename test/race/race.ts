// What all races do, and what has to hold after each of them: never more than the rule says, at no time; and when everything
// is settled, what is left is what was not used, so no count is lost and none is doubled.
import { setTimeout } from "node:timers/promises";
import { expect } from "vitest";
import { type Fleet, type Told, type ToolArguments, eventually } from "./fleet.ts";
import type { RacingBackend } from "./racing-backend.ts";

/** Once in every run of the tests, ten times with LONG=1. */
export const ROUNDS = Array.from({ length: process.env["LONG"] === "1" ? 10 : 1 }, (_, index) => index + 1);

const LIMIT = 100;
const CENTS = 10_000;
export const MOST_CENTS = 500;

export interface Race {
  readonly fleet: Fleet;
  readonly backend: RacingBackend;
  readonly round: string;
}

export const take = (round: string, number: number): ToolArguments => ({ tool: "take", arguments: { round, number } });

/** Cents. */
export const spend = (round: string, number: number, cents: number): ToolArguments => ({
  tool: "spend",
  arguments: { round, number, amount: cents / 100 },
});

export const pay = (round: string): ToolArguments => ({ tool: "pay", arguments: { round } });

export const deploy = (round: string, number: number): ToolArguments => ({
  tool: "deploy",
  arguments: { round, number },
});

const many = (length: number, make: (number: number) => ToolArguments): readonly ToolArguments[] =>
  Array.from({ length }, (_, number) => make(number));

export const takes = (round: string, length: number): readonly ToolArguments[] =>
  many(length, (number) => take(round, number));

/** Of 0.01 to 5.00. */
export const spends = (round: string, length: number): readonly ToolArguments[] =>
  many(length, (number) => spend(round, number, ((number * 37) % MOST_CENTS) + 1));

export const pays = (round: string, length: number): readonly ToolArguments[] => many(length, () => pay(round));

export const deploys = (round: string, length: number): readonly ToolArguments[] =>
  many(length, (number) => deploy(round, number));

/** All four, mixed: `length` calls of each. */
export const mixed = (round: string, length: number): readonly ToolArguments[] => {
  const kinds = [takes, spends, pays, deploys].map((make) => make(round, length));
  return many(4 * length, (number) => kinds[number % 4]?.[Math.floor(number / 4)] ?? pay(round));
};

/** Every seventh does nothing, of every eleventh nobody knows; the first payment does nothing. */
export const faultyAnswers = (tool: string, n: number): number => {
  if (tool === "pay") return n === 1 ? 422 : 200;
  if (n % 7 === 0) return 422;
  return n % 11 === 0 ? 503 : 200;
};

/** `lost`: most calls that may count although the backend never saw them. */
export const expectLimitKept = async ({ fleet, backend, round }: Race, lost = 0): Promise<void> => {
  const seen = backend.seen("take", round);
  expect(seen.forwarded).toBeLessThanOrEqual(LIMIT);
  const more = await fleet.callAll(takes(round, LIMIT + 20 - seen.forwarded));
  expect(more.filter(({ code }) => code === "limit_reached").length).toBeGreaterThanOrEqual(20);
  expectUsed(seen.forwarded, LIMIT, lost);
};

/** `lost`: most cents that may count although the backend never saw them. */
export const expectBudgetKept = async ({ fleet, backend, round }: Race, lost = 0): Promise<void> => {
  const seen = backend.seen("spend", round);
  expect(seen.most).toBeLessThanOrEqual(CENTS);
  backend.answerWith(() => 200);
  const [sidecar] = fleet.sidecars;
  for (const cents of [5000, 1000, 100, 10, 1]) {
    let told: Told | undefined;
    while ((told = await sidecar?.call(spend(round, seen.forwarded, cents)))?.status === 200);
    expect(told?.code).toBe("limit_reached");
  }
  expect(seen.most).toBeLessThanOrEqual(CENTS);
  expectUsed(seen.used, CENTS, lost);
};

const expectUsed = (used: number, max: number, lost: number): void => {
  expect(used).toBeLessThanOrEqual(max);
  expect(used).toBeGreaterThanOrEqual(max - lost);
};

/** One payment, whose result everybody gets from now on. */
export const expectPaidOnce = async ({ fleet, backend, round }: Race): Promise<void> => {
  await eventually("the payment", async () =>
    (await callEach(fleet, pays(round, 1))).some(({ status }) => status === 200),
  );
  const told = await fleet.callAll(pays(round, 20));
  for (const one of told) expect(one).toMatchObject({ status: 200, repeats: expect.any(String) });
  expect(new Set(told.map(({ repeats }) => repeats)).size).toBe(1);
  expect(backend.seen("pay", round)).toMatchObject({ used: 1, most: 1 });
};

/** One deployment at a time, and the next one when the lease is over at the latest. */
export const expectOneAtATime = async ({ fleet, backend, round }: Race): Promise<void> => {
  const seen = backend.seen("deploy", round);
  const { forwarded } = seen;
  await eventually("the next one", async () => {
    const [told] = await callEach(fleet, deploys(round, 1));
    return told?.status !== 409;
  });
  await eventually("its end", async () => Promise.resolve(seen.underWay === 0));
  expect(seen.forwarded).toBeGreaterThan(forwarded);
  expect(seen.mostUnderWay).toBe(1);
};

const callEach = async (fleet: Fleet, calls: readonly ToolArguments[]): Promise<readonly Told[]> => {
  const told = await fleet.callAll(calls);
  if (told.some(({ code }) => code === "busy")) await setTimeout(100);
  return told;
};

/** After a storm of all four. `doubtful`: calls of each tool that may count although the backend never saw them. */
export const expectAllKept = async (race: Race, doubtful = 0): Promise<void> => {
  await race.fleet.settled();
  await expectPaidOnce(race);
  await expectOneAtATime(race);
  await expectLimitKept(race, doubtful);
  await expectBudgetKept(race, doubtful * MOST_CENTS);
};

/** Whoever was told so does not know whether the backend was reached. */
export const doubtfulOf = (told: readonly Told[]): number =>
  told.filter(({ code }) => code === "torn" || code === "upstream_timeout").length;

/** No claim was given up: one of which nobody knows counts until it is released, and others find less meanwhile. */
export const isSure = (told: readonly Told[]): boolean =>
  told.every(({ tries, code }) => tries === 0 && code !== "upstream_timeout");

/** Nobody was refused but for what the rules say, or because nobody knew. */
export const expectOnlyCodes = (told: readonly Told[], ...more: readonly string[]): void => {
  const rest = new Set(told.map(({ code }) => code));
  const usual = ["", "limit_reached", "busy", "backend_error", "upstream_unavailable", "upstream_timeout"];
  for (const code of [...usual, ...more]) rest.delete(code);
  expect([...rest]).toEqual([]);
};

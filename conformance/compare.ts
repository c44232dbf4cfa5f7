// Lays two results side by side: bare, and with checkrein between. What the suite calls INFO is its own log.
import type { Check, Results } from "./suite.ts";

export interface Row {
  readonly scenario: string;
  readonly bare: string;
  readonly behind: string;
  readonly isAsWanted: boolean;
  /** What is different, a line each. */
  readonly differences: readonly string[];
}

const counted = (checks: readonly Check[], status: Check["status"]): number =>
  checks.filter((check) => check.status === status).length;

/** `30/0`, passed and failed as the suite counts them; warnings and skipped checks are named when there are some. */
const tally = (checks: readonly Check[]): string => {
  const warned = counted(checks, "WARNING");
  const skipped = counted(checks, "SKIPPED");
  const rest = `${warned === 0 ? "" : ` ${warned} warned`}${skipped === 0 ? "" : ` ${skipped} skipped`}`;
  return `${counted(checks, "SUCCESS")}/${counted(checks, "FAILURE")}${rest}`;
};

const keyOf = ({ id, name, status }: Check): string => `${id} ${name} ${status}`;
const describe = (side: string, check: Check): string =>
  `${side} only: ${check.status} ${check.id} (${check.name}) ${check.errorMessage ?? ""}`.trimEnd();

/** The checks of `these` that `those` does not have, as often as it does not have them. */
const without = (these: readonly Check[], those: readonly Check[]): readonly Check[] => {
  const left = new Map<string, number>();
  for (const check of those) left.set(keyOf(check), (left.get(keyOf(check)) ?? 0) + 1);
  return these.filter((check) => {
    const count = left.get(keyOf(check)) ?? 0;
    left.set(keyOf(check), count - 1);
    return count <= 0;
  });
};

const withoutLog = (checks: readonly Check[] = []): readonly Check[] =>
  checks.filter(({ status }) => status !== "INFO");

const differencesOf = (bare: readonly Check[], behind: readonly Check[]): readonly string[] => [
  ...without(bare, behind).map((check) => describe("bare", check)),
  ...without(behind, bare).map((check) => describe("behind", check)),
];

/** Wanted: the very same checks with the same outcome, whatever it is, in every scenario of both. */
export const compareServers = (bare: Results, behind: Results): readonly Row[] =>
  [...new Set([...bare.keys(), ...behind.keys()])].sort().map((scenario) => {
    const [one, other] = [withoutLog(bare.get(scenario)), withoutLog(behind.get(scenario))];
    const differences = differencesOf(one, other);
    const isAsWanted = differences.length === 0 && bare.has(scenario) && behind.has(scenario);
    return { scenario, bare: tally(one), behind: tally(other), isAsWanted, differences };
  });

const SEVERITY: Readonly<Record<Check["status"], number>> = { INFO: 0, SUCCESS: 1, SKIPPED: 2, WARNING: 3, FAILURE: 4 };

/** One check for each name, the worst: how often a client is seen to do the same thing says nothing about it. */
const worst = (checks: readonly Check[]): readonly Check[] => {
  const found = new Map<string, Check>();
  for (const check of withoutLog(checks)) {
    const key = `${check.id} ${check.name}`;
    const before = found.get(key);
    if (before === undefined || SEVERITY[check.status] > SEVERITY[before.status]) found.set(key, check);
  }
  return [...found.values()];
};

const isBad = ({ status }: Check): boolean => status === "FAILURE" || status === "WARNING";

/**
 * Checks of what a client declares, if it declares it. A sidecar declares what an agent's call brings along; to a server
 * without tools, prompts and resources no call of an agent ever goes.
 */
const isOfCapability = ({ id }: Check): boolean => /^sep-2575-client-declares-\w+-capability$/.test(id);

/** Wanted: nothing fails or is warned of, and nothing that was seen bare goes unseen. */
export const compareClients = (scenario: string, bare: readonly Check[], behind: readonly Check[]): Row => {
  const [one, other] = [worst(bare), worst(behind)];
  const differences = differencesOf(one, other);
  const isMissing = without(one, other).some((check) => check.status === "SUCCESS" && !isOfCapability(check));
  const isAsWanted = other.length > 0 && !other.some(isBad) && !isMissing;
  return { scenario, bare: tally(one), behind: tally(other), isAsWanted, differences };
};

/** Wanted, where only a part of the scenario's server is there: nothing fails, something passes. */
export const compareParts = (scenario: string, bare: readonly Check[], part: readonly Check[]): Row => {
  const [one, other] = [withoutLog(bare), withoutLog(part)];
  const isAsWanted = counted(other, "SUCCESS") > 0 && !other.some(isBad);
  return { scenario, bare: tally(one), behind: tally(other), isAsWanted, differences: differencesOf(one, other) };
};

// Claims and settlements as the tests of the stores write them: a few words for what differs, the rest as usual.
import type { Approval, Claim, ClaimAnswer, Found, Operation, Settlement, Store } from "../../src/state/store.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const DEADLINE = 30_000;

type Of<Kind extends Operation["kind"]> = Extract<Operation, { kind: Kind }>;
type Changes<Kind extends Operation["kind"]> = Partial<Omit<Of<Kind>, "kind" | "key">>;

export const count = (key: string, max: number, changes: Changes<"count"> = {}): Of<"count"> => ({
  kind: "count",
  key,
  add: 1,
  max,
  windowMs: undefined,
  staysWhenFailed: true,
  expiresInMs: DAY,
  ...changes,
});
export const once = (key: string, changes: Changes<"once"> = {}): Of<"once"> => ({
  kind: "once",
  key,
  fingerprint: "f",
  about: `refund of ${key}`,
  expiresInMs: 30 * DAY,
  ...changes,
});
export const lease = (key: string, leaseMs = MINUTE): Of<"lease"> => ({ kind: "lease", key, leaseMs });
export const approval = (key: string, changes: Changes<"approval"> = {}): Of<"approval"> => ({
  kind: "approval",
  key,
  request: { tool: "refund", caller: "shop", run: "run-1", arguments: '{"amount":5}', reason: "above 100" },
  pendingMs: DAY,
  approvedMs: HOUR,
  ...changes,
});
export const open = (...runs: readonly string[]): Of<"open"> => ({ kind: "open", runs });

export const claimOf = (id: string, ...operations: readonly Operation[]): Claim => ({
  id,
  operations,
  deadlineMs: DEADLINE,
  isDryRun: false,
});

export const settlementOf = (
  { id, operations }: Pick<Claim, "id" | "operations">,
  outcome: Settlement["outcome"],
  changes: Partial<Settlement> = {},
): Settlement => ({ id, operations, outcome, result: undefined, evidence: { records: [], members: [] }, ...changes });

/** What was in the way; undefined when the claim holds. */
export const foundBy = (answer: ClaimAnswer): Found | undefined => (answer.ok ? undefined : answer.found);

/** Takes the claim, and settles it where it holds. What was in the way. */
export const call = async (
  store: Store,
  claim: Claim,
  outcome: Settlement["outcome"],
  changes: Partial<Settlement> = {},
): Promise<Found | undefined> => {
  const answer = await store.claim(claim);
  if (answer.ok) await store.settle(settlementOf(claim, outcome, changes));
  return foundBy(answer);
};

/** The only approval that waits. */
export const pendingOf = async (store: Store): Promise<Approval> => {
  const [approval, ...others] = (await store.listApprovals()).filter(({ state }) => state === "pending");
  if (approval === undefined || others.length > 0) throw new Error("not one approval is pending");
  return approval;
};

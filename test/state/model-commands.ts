// One command a method of the store: it does to the model what it does to the store, and the answers are the same. Names
// come from small sets, so that commands meet; times lie at the edges where something ends.
import fc from "fast-check";
import { expect } from "vitest";
import type { Approval, Claim, ClaimAnswer, Operation, SessionMark, Settlement, Store } from "../../src/state/store.ts";
import { approval, count, DAY, DEADLINE, HOUR, lease, MINUTE, once, open, settlementOf } from "../support/claims.ts";
import * as attempt from "./model-attempt.ts";
import * as between from "./model-between.ts";
import * as model from "./model.ts";

export interface Modelled extends model.Model {
  /** What each id has claimed: a claim comes again as it was. */
  readonly claims: Map<string, Claim>;
  /** Where the next look for letters begins, in the store and in the model. */
  looked?: { readonly store: number; readonly model: number };
}
export interface Real {
  store: Store;
  time: number;
  readonly reopen: () => Promise<void>;
}
type Command = fc.AsyncCommand<Modelled, Real>;

const command = (
  name: string,
  run: (model: Modelled, real: Real) => Promise<void>,
  check: (model: Modelled) => boolean = () => true,
): Command => ({ check, run, toString: () => name });

const ids = fc.constantFrom("c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8");
const keys = fc.constantFrom("k", "l");
const runIds = fc.constantFrom("r1", "r2", "r3");
const outcomes = fc.constantFrom<Settlement["outcome"][]>("done", "released", "failed", "unknown");

/** What a key is used for stays the same, as it does for the rules of one contract. */
const operations: fc.Arbitrary<Operation> = fc.oneof(
  fc
    .record({ key: keys, add: fc.integer({ min: 0, max: 4 }), staysWhenFailed: fc.boolean() })
    .map(({ key, ...changes }) =>
      key === "k"
        ? count("k", 5, { ...changes, windowMs: HOUR, expiresInMs: HOUR })
        : count("l", 4, { ...changes, expiresInMs: DAY }),
    ),
  fc.constant(count("k", 3, { windowMs: HOUR, expiresInMs: DAY })),
  fc.constant(count("mark", 0, { add: 0 })),
  fc.constant(count("mark", 2 ** 52, { staysWhenFailed: false })),
  keys.map((key) => once(key, { about: "a refund", expiresInMs: key === "k" ? HOUR : 30 * DAY })),
  keys.map((key) => lease(key, key === "k" ? DEADLINE : HOUR)),
  fc.uniqueArray(runIds, { minLength: 1 }).map((runs) => open(...runs)),
);
const approvals = keys.map((key) => approval(key, { pendingMs: DAY, approvedMs: HOUR }));

const claims: fc.Arbitrary<Claim> = fc
  .record({
    id: ids,
    operations: fc.array(operations, { maxLength: 4 }),
    last: fc.array(approvals, { maxLength: 2 }),
    fingerprint: fc.constantFrom("f", "g"),
    isDryRun: fc.integer({ min: 0, max: 9 }).map((number) => number === 0),
  })
  .map(({ id, operations, last, fingerprint, isDryRun }) => ({
    id,
    operations: [...operations, ...last].map((one) => (one.kind === "once" ? { ...one, fingerprint } : one)),
    deadlineMs: DEADLINE,
    isDryRun,
  }));

const claim = (wanted: Claim): Command =>
  command(`claim(${JSON.stringify(wanted)})`, async (state, { store }) => {
    const before = wanted.isDryRun ? undefined : state.claims.get(wanted.id);
    const claimed = before ?? wanted;
    if (!wanted.isDryRun) state.claims.set(wanted.id, claimed);
    const answer = await store.claim(claimed);
    expect(named(state, answer)).toEqual(model.claim(state, claimed));
    nameNew(state, answer);
  });

/** An approval that the model does not know is the one that it calls `new`. */
const named = ({ approvals }: Modelled, answer: ClaimAnswer): ClaimAnswer => {
  if (answer.ok || answer.found.kind !== "approval" || answer.found.id === undefined) return answer;
  const { id } = answer.found;
  if (approvals.some((known) => known.id === id)) return answer;
  return { ...answer, found: { ...answer.found, id: "new" } };
};
const nameNew = (state: Modelled, answer: ClaimAnswer): void => {
  if (answer.ok || answer.found.kind !== "approval" || answer.found.id === undefined) return;
  const { id } = answer.found;
  state.approvals = state.approvals.map((asked) => (asked.id === "new" ? { ...asked, id } : asked));
};

const settle = (id: string, outcome: Settlement["outcome"], changes: Partial<Settlement>): Command =>
  command(`settle(${id}, ${outcome}, ${JSON.stringify(changes)})`, async (state, { store }) => {
    const claimed = state.claims.get(id) ?? { id, operations: [count("k", 5), once("k"), lease("k")] };
    const settlement = settlementOf(claimed, outcome, changes);
    await store.settle(settlement);
    model.settle(state, settlement);
  });

const evidence = fc.record({
  records: fc.array(
    fc
      .record({ key: keys, field: fc.constantFrom("x", "y"), value: fc.constantFrom("1", "2") })
      .map((record) => ({ ...record, expiresInMs: record.key === "k" ? MINUTE : DAY })),
    { maxLength: 3 },
  ),
  members: fc.array(
    fc
      .record({ key: keys, values: fc.array(fc.constantFrom("u", "v", "w"), { maxLength: 3 }) })
      .map((member) => ({ ...member, expiresInMs: member.key === "k" ? MINUTE : DAY })),
    { maxLength: 2 },
  ),
});
const settlements = fc
  .record({ id: ids, outcome: outcomes, result: fc.constantFrom(undefined, "r", "s"), evidence })
  .map(({ id, outcome, ...changes }) => settle(id, outcome, changes));

const read = command("read", async (state, { store }) => {
  const wanted = {
    fields: [
      { key: "k", field: "x" },
      { key: "l", field: "y" },
    ],
    keys: ["k", "l", "none"],
    members: [
      { key: "k", values: ["u", "v"] },
      { key: "l", values: ["w", "none"] },
    ],
  };
  expect(await store.read(wanted)).toEqual(model.read(state, wanted));
});

const step = (milliseconds: number): Command =>
  command(`step(${milliseconds})`, async (state, real) => {
    real.time += milliseconds;
    model.step(state, milliseconds);
    await Promise.resolve();
  });

const restart = command("restart", (_, { reopen }) => reopen());

const byTime = (approvals: readonly Approval[]): readonly Approval[] =>
  [...approvals].sort((a, b) => a.createdAt - b.createdAt || a.id.localeCompare(b.id));

const list = command("list", async (state, { store }) => {
  expect(byTime(await store.listApprovals())).toEqual(byTime(model.approvals(state)));
  const unknown = await store.listUnknown();
  expect(unknown.map(({ at }) => at)).toEqual(unknown.map(({ at }) => at).sort((a, b) => a - b));
  const byClaim = (a: { readonly claim: string }, b: { readonly claim: string }): number =>
    a.claim.localeCompare(b.claim);
  expect([...unknown].sort(byClaim)).toEqual([...model.unknowns(state)].sort(byClaim));
});

const decide = (place: number, decision: "approved" | "denied"): Command =>
  command(
    `decide(${place}, ${decision})`,
    async (state, { store }) => {
      const id = state.approvals[place % state.approvals.length]?.id ?? "";
      expect(await store.decideApproval(id, decision, "ann")).toEqual(model.decide(state, id, decision, "ann"));
    },
    (state) => state.approvals.length > 0,
  );

const settleUnknown = (id: string, outcome: "done" | "released"): Command =>
  command(`settleUnknown(${id}, ${outcome})`, async (state, { store }) => {
    expect(await store.settleUnknown(id, outcome)).toBe(model.settleUnknown(state, id, outcome));
  });

const saveRun = (id: string, lifetimeMs: number): Command =>
  command(
    `saveRun(${id}, ${lifetimeMs})`,
    async (state, { store }) => {
      const times = { createdAt: state.now, expiresAt: state.now + lifetimeMs };
      const run = { id, caller: "shop", parent: undefined, grant: "{}", endedBy: undefined, ...times };
      await store.saveRun(run);
      state.runs.push(run);
    },
    ({ runs }) => !runs.some((run) => run.id === id),
  );

const endRun = (id: string): Command =>
  command(`endRun(${id})`, async (state, { store }) => {
    const isThere = state.runs.some((run) => run.id === id);
    expect(await store.endRun(id, "ann")).toBe(isThere);
    state.runs = state.runs.map((run) => (run.id === id ? { ...run, endedBy: "ann" } : run));
  });

const seeRuns = (id: string): Command =>
  command(`seeRuns(${id})`, async (state, { store }) => {
    expect(await store.findRun(id)).toEqual(state.runs.find((run) => run.id === id));
    expect(await store.hasEnded([id])).toBe(model.hasEnded(state, [id]));
    const live = state.runs.filter(({ endedBy }) => endedBy === undefined);
    expect(await store.listRuns({ after: undefined, most: 2 })).toEqual(live.slice(0, 2));
  });

const tools = fc.constantFrom("refund", "ship", "cancel");

const addAttempt = (run: string, tool: string, allowed: number, expiresInMs: number): Command =>
  command(`addAttempt(${run}, ${tool}, ${allowed}, ${expiresInMs})`, async (state, { store }) => {
    const added = { run, tool, allowed, expiresInMs };
    expect(await store.addAttempt(added)).toBe(attempt.addAttempt(state, added));
  });

const clearAttempts = (run: string, cleared: readonly string[] | undefined): Command =>
  command(`clearAttempts(${run}, ${String(cleared)})`, async (state, { store }) => {
    expect(await store.clearAttempts(run, cleared)).toBe(attempt.clearAttempts(state, run, cleared));
  });

const seeAttempts = (run: string): Command =>
  command(`seeAttempts(${run})`, async (state, { store }) => {
    expect(await store.attemptsOf(run)).toEqual(attempt.attemptsOf(state, run));
    const listed = await store.listAttempts({ after: undefined, most: 9 });
    const wanted = [...new Set(state.attempts.map((tried) => tried.run))].toSorted();
    expect(listed.toSorted((a, b) => a.run.localeCompare(b.run))).toEqual(
      wanted.map((id) => ({ run: id, tools: attempt.attemptsOf(state, id) })),
    );
  });

/** Its id says when it began. */
const session = (holder: string, begunAt: number): SessionMark => ({
  holder,
  id: `s${begunAt}`,
  begunAt,
  expiresAt: begunAt + DAY,
});

const endSession = (holder: string, agoMs: number): Command =>
  command(`endSession(${holder}, ${agoMs})`, async (state, { store }) => {
    const ended = session(holder, state.now - agoMs);
    await store.endSession(ended);
    state.sessions.push(ended);
  });

const seeSessions = (holder: string): Command =>
  command(`seeSessions(${holder})`, async (state, { store }) => {
    for (const one of [...state.sessions.slice(-3), session(holder, state.now)])
      expect(await store.hasSessionEnded({ ...one, holder })).toBe(between.hasSessionEnded(state, { ...one, holder }));
  });

const post = (text: string): Command =>
  command(`post(${text})`, async (state, { store }) => {
    await store.letters?.post(text);
    between.post(state, text);
  });

const collect = command("collect", async (state, { store }) => {
  const { looked } = state;
  if (store.letters === undefined) return;
  const { last, texts } = await store.letters.collect(looked?.store);
  expect(texts).toEqual(looked === undefined ? [] : between.collect(state, looked.model));
  state.looked = { store: last, model: state.letters.length };
});

const times = fc.constantFrom(0, 1, 1000, DEADLINE - 1, DEADLINE, MINUTE, HOUR - 1, HOUR, DAY - 1, DAY, 30 * DAY);

/** `isDurable`: a restart loses nothing. */
export const commandsOf = (isDurable: boolean): fc.Arbitrary<Iterable<Command>> =>
  fc.commands(
    [
      claims.map(claim),
      claims.map(claim),
      settlements,
      settlements,
      times.map(step),
      fc.constant(read),
      fc.constant(list),
      fc
        .tuple(fc.nat(9), fc.constantFrom("approved" as const, "approved" as const, "denied" as const))
        .map((args) => decide(...args)),
      fc.tuple(ids, fc.constantFrom("done" as const, "released" as const)).map((args) => settleUnknown(...args)),
      fc.tuple(runIds, fc.constantFrom(HOUR, DAY)).map((args) => saveRun(...args)),
      runIds.map(endRun),
      runIds.map(seeRuns),
      fc
        .tuple(runIds, tools, fc.constantFrom(1, 1000), fc.constantFrom(MINUTE, HOUR))
        .map((args) => addAttempt(...args)),
      fc
        .tuple(runIds, fc.oneof(fc.constant(undefined), fc.array(tools, { maxLength: 2 })))
        .map((args) => clearAttempts(...args)),
      runIds.map(seeAttempts),
      fc.tuple(runIds, fc.constantFrom(0, 1, HOUR)).map((args) => endSession(...args)),
      runIds.map(seeSessions),
      fc.constantFrom("a", "b").map(post),
      fc.constant(collect),
      ...(isDurable ? [fc.constant(restart)] : []),
    ],
    { maxCommands: 60, size: "max" },
  );

// Where recorded calls are made again: a rehearsal with the clock and the answers of the recording.
import type { Backend } from "../backend/backend.ts";
import type { ToolCall } from "../call.ts";
import type { Catalog } from "../contract/contract.ts";
import type { CallRecord } from "../journal/record-form.ts";
import { type Checked, type Refusal, refuse, refusalCodes } from "../refusal.ts";
import { answerLike, lostAnswer, recordedOutcome } from "./recorded-outcome.ts";
import type { Recorded, Recording, Start } from "./recording.ts";
import { type Rehearsal, openRehearsal } from "./rehearsal.ts";
import { type UnderWay, createUnderWay } from "./under-way.ts";

/** What contracts say now. `repeated`: the recorded result of an earlier call, nothing would be sent. */
export interface Judged {
  readonly outcome: "allowed" | "repeated" | Refusal["code"];
  readonly refusal?: Refusal | undefined;
  /** A rule looks up what nobody looked up then, or what was not kept: any outcome is a guess. */
  readonly isGuess?: boolean;
  /** What a function of the contract threw. */
  readonly fault?: unknown;
}

export interface Stage {
  /** A sidecar began, with these settings. */
  start(start: Start): Promise<void>;
  /** Lets end what had ended by then, and makes this call. */
  play(one: Recorded): Promise<Judged>;
  close(): Promise<void>;
}

export const tookPlace = ({ decision, observed }: CallRecord): boolean => decision === "allow" || observed === true;

export const openStage = (catalog: Catalog, recording: Recording): Stage => {
  const clock = { now: 0 };
  const underWay = createUnderWay();
  const guesses = new Set<string>();
  const backend = createPastBackend(recording, underWay, guesses);
  const open = (start?: Start, store?: Rehearsal["store"]): Rehearsal =>
    openRehearsal({
      catalog,
      backend,
      now: () => clock.now,
      observes: (_contract, { id }) => underWay.find(id)?.isObserved === true,
      ...start?.settings,
      ...(store === undefined ? {} : { store }),
    });
  let rehearsal = open();
  const endUntil = (place: number): Promise<void> =>
    underWay.endUntil(place, ({ at, record }) => (clock.now = at + Math.floor(record.ms)));
  const judge = async (one: Recorded): Promise<Judged> => {
    if (one.call.ingress === "check") return judgedAs(await rehearsal.gateway.decide(one.call));
    return playCall(rehearsal, underWay, one);
  };
  return {
    start: async (start) => {
      await endUntil(Number.POSITIVE_INFINITY);
      if (start.isForgetful) await rehearsal.close();
      rehearsal = open(start, start.isForgetful ? undefined : rehearsal.store);
    },
    play: async (one) => {
      await endUntil(one.begins);
      clock.now = one.at;
      const faults = rehearsal.faults.length;
      const judged = await judge(one);
      return { ...judged, isGuess: guesses.delete(one.call.id), fault: rehearsal.faults[faults] };
    },
    close: async () => {
      await endUntil(Number.POSITIVE_INFINITY);
      await rehearsal.close();
    },
  };
};

/** What a person agreed to then, is agreed to now, where it is asked for. */
const playCall = async (rehearsal: Rehearsal, underWay: UnderWay, one: Recorded): Promise<Judged> => {
  const { record } = one;
  const [approval] = record.approvals ?? [];
  const isObserved = tookPlace(record) && record.repeats === undefined;
  if (approval === undefined) return send(rehearsal, underWay, one, isObserved);
  const asked = await send(rehearsal, underWay, one, false);
  if (asked.refusal === undefined) return asked;
  const id = asked.refusal.approval?.id;
  if (id !== undefined) await rehearsal.store.decideApproval(id, "approved", approval.by ?? "somebody");
  return send(rehearsal, underWay, one, isObserved);
};

/** Until it is refused, or about to be sent. */
const send = async (rehearsal: Rehearsal, underWay: UnderWay, one: Recorded, isObserved: boolean): Promise<Judged> => {
  const sent = {
    one,
    isObserved,
    reached: Promise.withResolvers<Refusal | undefined>(),
    ended: Promise.withResolvers<void>(),
  };
  const done = rehearsal.gateway.forward(one.call);
  underWay.add(sent, done);
  const answered = done.then((outcome) => {
    underWay.remove(one.call.id);
    return judgedAs(outcome);
  });
  const reached = sent.reached.promise.then((refusal): Judged => ({ outcome: refusal?.code ?? "allowed", refusal }));
  return Promise.race([reached, answered]);
};

/** Answers as the recording says, at the recorded end. */
const createPastBackend = (recording: Recording, underWay: UnderWay, guesses: Set<string>): Backend => ({
  send: async ({ call, observed }) => {
    if (call.ingress === "lookup") {
      const found = lookedUp(recording, call);
      if (found === undefined) guesses.add(call.id);
      return answerLike(found ?? NOT_SENT);
    }
    const sent = underWay.find(call.id);
    if (sent === undefined) return NOT_SENT;
    sent.reached.resolve(observed);
    await sent.ended.promise;
    const { record } = sent.one;
    return tookPlace(record) ? answerLike(recordedOutcome(record) ?? lostAnswer(record)) : NOT_SENT;
  },
  close: async () => {},
});

const lookedUp = (recording: Recording, call: ToolCall): ReturnType<typeof recordedOutcome> => {
  const found = recording.lookup(call);
  return found === undefined ? undefined : recordedOutcome(found);
};

/** Nothing of it reached a backend, then or now. */
const NOT_SENT = refuse("upstream_unavailable", "The journal has no answer for this call.");

const judgedAs = (verdict: Checked<unknown> & { readonly repeats?: string }): Judged => {
  if (verdict.ok) return { outcome: verdict.repeats === undefined ? "allowed" : "repeated" };
  const { refusal } = verdict;
  return refusalCodes[refusal.code].blame === "backend" ? { outcome: "allowed" } : { outcome: refusal.code, refusal };
};

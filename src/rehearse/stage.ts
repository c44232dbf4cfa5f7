// Where recorded calls are made again: a rehearsal with the clock of the recording, in which a call that was sent waits for the
// moment of its recorded end, so that calls which overlapped overlap again.
import type { Backend } from "../backend/backend.ts";
import type { ToolCall } from "../call.ts";
import type { Catalog } from "../contract/contract.ts";
import type { CallRecord } from "../journal/record-form.ts";
import { type Checked, type Refusal, refuse, refusalCodes } from "../refusal.ts";
import { answerLike, recordedOutcome } from "./recorded-outcome.ts";
import type { Recorded, Recording } from "./recording.ts";
import { openRehearsal } from "./rehearsal.ts";

/** What contracts say now. `repeated`: the recorded result of an earlier call, nothing would be sent. */
export interface Judged {
  readonly outcome: "allowed" | "repeated" | Refusal["code"];
  readonly refusal?: Refusal | undefined;
  /** A rule looks up what nobody looked up then, or what was not kept: any outcome is a guess. */
  readonly isGuess?: true;
}

export interface Stage {
  /** Lets end what had ended by then, and makes this call. */
  play(one: Recorded): Promise<Judged>;
  close(): Promise<void>;
}

export const tookPlace = ({ decision, observed }: CallRecord): boolean => decision === "allow" || observed === true;

interface UnderWay {
  readonly one: Recorded;
  /** It was sent: with what it should have been refused. */
  readonly sent: PromiseWithResolvers<Refusal | undefined>;
  readonly ended: PromiseWithResolvers<void>;
}

export const openStage = (catalog: Catalog, recording: Recording): Stage => {
  let now = 0;
  const underWay = new Map<string, UnderWay>();
  const guesses = new Set<string>();
  const backend: Backend = {
    send: async ({ call, observed }) => {
      if (call.ingress === "lookup") {
        const found = lookedUp(recording, call);
        if (found === undefined) guesses.add(call.id);
        return answerLike(found);
      }
      const made = underWay.get(call.id);
      made?.sent.resolve(observed);
      await made?.ended.promise;
      return made !== undefined && tookPlace(made.one.record) ? answerLike(recordedOutcome(made.one.record)) : NOT_SENT;
    },
    close: async () => {},
  };
  const { gateway, close } = openRehearsal({
    catalog,
    backend,
    now: () => now,
    observes: (_contract, { id }) => isObserved(underWay.get(id)?.one.record),
    ...recording.settings,
  });
  const dones = new Map<string, Promise<unknown>>();
  const endUntil = async (moment: number): Promise<void> => {
    const over = [...underWay.values()]
      .filter(({ one }) => one.ends <= moment)
      .sort((left, right) => left.one.ends - right.one.ends);
    for (const { one, ended } of over) {
      now = Math.max(now, one.ends);
      ended.resolve();
      await dones.get(one.call.id);
      underWay.delete(one.call.id);
      dones.delete(one.call.id);
    }
  };
  /** Until it is refused, or about to be sent. */
  const send = async (one: Recorded): Promise<Judged> => {
    const made: UnderWay = { one, sent: Promise.withResolvers(), ended: Promise.withResolvers() };
    underWay.set(one.call.id, made);
    const done = gateway.forward(one.call);
    dones.set(one.call.id, done);
    const sent = made.sent.promise.then((refusal): Judged => ({ outcome: refusal?.code ?? "allowed", refusal }));
    return Promise.race([sent, done.then(judgedAs)]);
  };
  return {
    play: async (one) => {
      await endUntil(one.begins);
      now = Math.max(now, one.begins);
      const judged = one.call.ingress === "check" ? judgedAs(await gateway.decide(one.call)) : await send(one);
      return guesses.delete(one.call.id) ? { ...judged, isGuess: true } : judged;
    },
    close: async () => {
      await endUntil(Number.POSITIVE_INFINITY);
      await close();
    },
  };
};

/** It took place then, and so it does now, whatever is said of it. */
const isObserved = (record: CallRecord | undefined): boolean =>
  record !== undefined && tookPlace(record) && record.repeats === undefined;

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

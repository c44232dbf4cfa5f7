// A gateway that makes no call: what an agent asks gets what the same call got in a recorded run, in order; anything else is
// refused with what was expected. Nothing is judged and nothing is sent, so neither backends nor people are needed.
import { type JsonValue, type ToolCall, isJsonObject } from "../call.ts";
import type { Catalog } from "../contract/contract.ts";
import type { Gateway, Outcome } from "../gateway.ts";
import { canonicalJson } from "../json/canonical.ts";
import type { Journal } from "../journal/journal.ts";
import { type Checked, type NextCall, type Refused, accept, refuse } from "../refusal.ts";
import { recordedOutcome } from "./recorded-outcome.ts";
import type { Recorded } from "./recording.ts";
import { type Following, type Script, createScript } from "./script.ts";

export interface PlaybackParts {
  readonly catalog: Catalog;
  /** In the order in which they came. */
  readonly calls: readonly Recorded[];
  /** As the journal hides secrets: with the same key, the same secret has the same text. */
  readonly hide: (cover: string, value: unknown) => string;
  readonly journal: Journal;
  readonly now: () => number;
}

export const createPlayback = ({ catalog, calls, hide, journal, now }: PlaybackParts): Gateway => {
  const keyOfCall = (call: ToolCall): string => {
    const shown = catalog.find(call.tool)?.redact(call.arguments, hide);
    return writeKey(call, shown, call.issues);
  };
  const casting = createCasting(readScripts(calls));
  const play = (call: ToolCall): Played => {
    const key = keyOfCall(call);
    const following = casting.followingOf(call.run.id, key);
    const one = following?.take(key);
    return one === undefined
      ? { refused: refuseStrange(following?.expected(MOST_TOLD) ?? casting.openings()) }
      : { one };
  };
  const record = (call: ToolCall, verdict: Parameters<Journal["record"]>[0]["verdict"], repeats?: string): void =>
    journal.record({
      call,
      contract: catalog.find(call.tool),
      verdict,
      at: now(),
      milliseconds: 0,
      came: 0,
      ended: 0,
      repeats,
    });
  return {
    catalog,
    forward: async (call) => {
      const played = play(call);
      const outcome = "refused" in played ? played.refused : outcomeOf(played.one);
      record(call, outcome, outcome.ok ? outcome.repeats : undefined);
      return outcome;
    },
    decide: async (call) => {
      const played = play(call);
      const decision = "refused" in played ? played.refused : decisionOf(played.one);
      record(call, decision);
      return decision;
    },
  };
};

type Played = { readonly one: Recorded } | { readonly refused: Refused };

const MOST_TOLD = 3;

/** What is the same call: the same question, tool and arguments, whatever way it comes. */
const writeKey = (call: ToolCall, shown: JsonValue | undefined, issues: ToolCall["issues"] = []): string =>
  canonicalJson([call.ingress === "check", call.tool, shown ?? null, issues.map(({ path, code }) => [path, code])]);

const readScripts = (calls: readonly Recorded[]): readonly Script[] => {
  const byRun = Map.groupBy(calls, ({ call }) => call.run.id);
  return [...byRun].map(([run, own]) =>
    createScript(run, own, ({ record, call }) => writeKey(call, argumentsOf(record), call.issues)),
  );
};

/** What was cut is not known, and no call is the same. */
const argumentsOf = ({ arguments: args, cut = [], call }: Recorded["record"]): JsonValue | undefined =>
  cut.includes("arguments") ? `cut: ${call}` : (args as JsonValue | undefined); // written as JSON

interface Casting {
  /** Which recorded run a live run is: for good, from its first call on. */
  followingOf(run: string, key: string): Following | undefined;
  /** With what a run may begin. */
  openings(): readonly Recorded[];
}

/** A run that has the recorded one's own id follows that; others the first that begins with their call, those not followed yet first. */
const createCasting = (scripts: readonly Script[]): Casting => {
  const live = new Map<string, Following>();
  const followed = new Set<Script>();
  const choose = (run: string, key: string): Script | undefined => {
    const fitting = scripts.filter(({ first }) => first === key);
    return (
      scripts.find((script) => script.run === run) ?? fitting.find((script) => !followed.has(script)) ?? fitting[0]
    );
  };
  return {
    followingOf: (run, key) => {
      const known = live.get(run);
      if (known !== undefined) return known;
      const script = choose(run, key);
      if (script === undefined) return undefined;
      followed.add(script);
      const following = script.follow();
      live.set(run, following);
      return following;
    },
    openings: () => scripts.flatMap((script) => script.follow().expected(1)).slice(0, MOST_TOLD),
  };
};

/** Whether it passes is all that was asked. */
const decisionOf = (one: Recorded): Checked<undefined> => {
  if (one.record.decision === "allow") return accept(undefined);
  const outcome = outcomeOf(one);
  return outcome.ok ? accept(undefined) : outcome;
};

const outcomeOf = ({ record }: Recorded): Outcome => {
  const outcome = recordedOutcome(record);
  if (outcome === undefined) return refuse("not_recorded", NOT_WHOLE);
  return outcome.ok && record.repeats !== undefined ? { ...outcome, repeats: record.repeats } : outcome;
};

const NOT_WHOLE =
  "This call stands in the recording, and what came of it was not kept whole: it was too long, a stream, or has secrets in it.";

const refuseStrange = (expected: readonly Recorded[]): Refused => {
  if (expected.length === 0)
    return refuse("not_recorded", "The recording has no such call here, and no further one: it has been played back.");
  const names = expected.map(({ record }) => record.tool).join(", ");
  return refuse("not_recorded", `The recording has no such call here. It goes on with: ${names}.`, {
    next: expected.map(nextOf),
  });
};

/** Without arguments where some of them are not known. */
const nextOf = ({ record }: Recorded): NextCall => {
  const { tool, arguments: args, hidden = [], cut = [] } = record;
  const isWhole = isJsonObject(args) && !hidden.includes("arguments") && !cut.includes("arguments");
  return { tool, ...(isWhole ? { arguments: args } : {}), why: "comes next in the recording" };
};

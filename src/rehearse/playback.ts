// A gateway that makes no call: what an agent asks gets what the same call got in a recorded run of the same caller, in order;
// anything else is refused with what was expected. No rule is judged and nothing is sent, so neither backends nor people are needed.
import type { JsonValue, ToolCall } from "../call.ts";
import type { Catalog } from "../contract/contract.ts";
import { refuseUnknownTool } from "../check/unknown-tool.ts";
import type { Gateway, Outcome } from "../gateway.ts";
import { canonicalJson } from "../json/canonical.ts";
import type { Journal, JournalEntry } from "../journal/journal.ts";
import { type Checked, type Refused, accept, refuse } from "../refusal.ts";
import { permits } from "../run/narrow.ts";
import { createCasting } from "./casting.ts";
import { recordedOutcome } from "./recorded-outcome.ts";
import type { Recorded } from "./recording.ts";
import { createScript } from "./script.ts";

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
  const byRun = Map.groupBy(calls, ({ record }) => JSON.stringify([record.caller, record.run]));
  const casting = createCasting([...byRun.values()].map((own) => createScript(own, keyOfRecord)));
  let order = 0;
  const play = (call: ToolCall): Played => {
    const contract = permits(call.run, call.tool) ? catalog.find(call.tool) : undefined;
    const key = writeKey(call, contract?.redact(call.arguments, hide), call.issues);
    const { one, expected } = casting.play(call, key);
    if (one !== undefined) return { one };
    return { refused: contract === undefined ? refuseUnknownTool(catalog, call) : refuseStrange(expected) };
  };
  const record = (call: ToolCall, verdict: JournalEntry["verdict"], { one, repeats }: Told): void => {
    const [came, judged, ended] = [(order += 1), (order += 1), (order += 1)];
    const played = one?.record.call ?? "nothing";
    journal.record({
      call,
      contract: catalog.find(call.tool),
      verdict,
      at: now(),
      milliseconds: 0,
      came,
      judged,
      ended,
      played,
      repeats,
    });
  };
  return {
    catalog,
    forward: async (call) => {
      const { one, refused } = play(call);
      const outcome = refused ?? outcomeOf(one);
      record(call, outcome, { one, repeats: outcome.ok ? outcome.repeats : undefined });
      return outcome;
    },
    decide: async (call) => {
      const { one, refused } = play(call);
      const decision = refused ?? decisionOf(one);
      record(call, decision, { one });
      return decision;
    },
  };
};

type Played =
  | { readonly one: Recorded; readonly refused?: never }
  | { readonly one?: never; readonly refused: Refused };

interface Told {
  readonly one: Recorded | undefined;
  readonly repeats?: string | undefined;
}

/** What is the same call: the same question, tool and arguments, whatever way it comes. */
const writeKey = (call: ToolCall, shown: JsonValue | undefined, issues: ToolCall["issues"] = []): string =>
  canonicalJson([call.ingress === "check", call.tool, shown ?? null, issues.map(({ path, code }) => [path, code])]);

const keyOfRecord = ({ record, call }: Recorded): string => writeKey(call, argumentsOf(record), call.issues);

/** What was cut is not known, and no call is the same. */
const argumentsOf = ({ arguments: args, cut = [], call }: Recorded["record"]): JsonValue | undefined =>
  cut.includes("arguments") ? `cut: ${call}` : (args as JsonValue | undefined); // written as JSON

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

/** Names alone: the arguments are another run's. */
const refuseStrange = (expected: readonly Recorded[]): Refused => {
  if (expected.length === 0)
    return refuse("not_recorded", "The recording has no such call here, and no further one: it has been played back.");
  const names = [...new Set(expected.map(({ record }) => record.tool))].join(", ");
  return refuse("not_recorded", `The recording has no such call here. It goes on with a call of ${names}.`);
};

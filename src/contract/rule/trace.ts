// What calls of each tool leave behind: only what some rule of some contract can still ask for.
import type { GrantLimit } from "../../call.ts";
import type { Rule, Trace, TraceRecord, ValueOrigin } from "./rule.ts";

interface Draft {
  /** By the list of names as text. */
  readonly records: Map<string, TraceRecord>;
  readonly origins: Map<string, ValueOrigin>;
  readonly marks: Map<string, readonly string[]>;
}

/** By tool; without those that no rule asks for. */
export const traceRules = (contracts: readonly { readonly rules: readonly Rule[] }[]): ReadonlyMap<string, Trace> => {
  const drafts = new Map<string, Draft>();
  const draftOf = (tool: string): Draft => {
    const draft = drafts.get(tool) ?? { records: new Map(), origins: new Map(), marks: new Map() };
    drafts.set(tool, draft);
    return draft;
  };
  for (const { rules } of contracts) {
    const keepsResult = looksAtResults(rules);
    for (const rule of rules) {
      if (rule.kind === "requires")
        for (const tool of rule.tools) addRecord(draftOf(tool), { names: namesOf(rule), keepsResult });
      if (rule.kind === "forbids") addMark(draftOf(rule.tool), theirs(rule.pairs));
      if (rule.kind === "known") for (const origin of rule.origins) draftOf(origin.tool).origins.set(origin.id, origin);
    }
  }
  return new Map([...drafts].map(([tool, draft]) => [tool, finish(draft)]));
};

const finish = ({ records, origins, marks }: Draft): Trace =>
  Object.freeze({ records: [...records.values()], origins: [...origins.values()], marks: [...marks.values()] });

/** Any function of the contract may look at an earlier result, but for those that are judged before all others. */
const looksAtResults = (rules: readonly Rule[]): boolean =>
  rules.some(
    (rule) =>
      rule.kind !== "check" &&
      rule.kind !== "known" &&
      Object.values(rule).some((member) => typeof member === "function" || Object(member).kind === "function"),
  );

const namesOf = ({ same, isList }: Extract<Rule, { kind: "requires" }>): TraceRecord["names"] =>
  isList || same.kind === "function" ? undefined : theirs(same.pairs);

/** Sorted and distinct already. */
const theirs = (pairs: readonly (readonly [here: string, there: string])[]): readonly string[] =>
  pairs.map(([, there]) => there);

const addRecord = ({ records }: Draft, record: TraceRecord): void => {
  const key = JSON.stringify(record.names ?? null);
  const keepsResult = record.keepsResult || records.get(key)?.keepsResult === true;
  records.set(key, { ...record, keepsResult });
};

const addMark = ({ marks }: Draft, names: readonly string[]): void => void marks.set(JSON.stringify(names), names);

const MINUTE_MS = 60_000;

/** Whether a restart that forgets would let through what a rule forbids. */
export const isDurable = (rule: Rule): boolean => {
  if (rule.kind === "once" || rule.kind === "budget" || rule.kind === "approval") return true;
  return rule.kind === "limit" && (rule.windowMs ?? 0) > MINUTE_MS;
};

/** A caller's own limit without a window slides over a day. */
export const isDurableLimit = ({ windowMs = Infinity }: GrantLimit): boolean => windowMs > MINUTE_MS;

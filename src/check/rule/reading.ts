// What the rules of one call want to know of the store, gathered so that it is asked once.
import type { RuleContext } from "../../contract/rule/rule.ts";
import type { Checked } from "../../refusal.ts";
import type { EvidenceFound, KeptRecord } from "../../state/store.ts";
import type { Past } from "./record.ts";

/** Judges one rule against what was found. The context that comes back has what the rule looked at in `earlier`. */
export type Judge = (context: RuleContext, found: Found) => Checked<RuleContext> | Promise<Checked<RuleContext>>;

/** A question that was asked, and how to find its answer. */
export interface Reading {
  readonly fields: { key: string; field: string }[];
  readonly keys: string[];
  readonly members: { key: string; values: readonly string[] }[];
  /** What was parsed of the answers so far. */
  readonly calls: Map<readonly KeptRecord[], readonly Past[]>;
}
export type Found = Pick<EvidenceFound, "now" | "fields" | "keys" | "members">;

export const beginReading = (): Reading => ({ fields: [], keys: [], members: [], calls: new Map() });

export const isEmpty = ({ fields, keys, members }: Reading): boolean =>
  fields.length === 0 && keys.length === 0 && members.length === 0;

export const askField = (reading: Reading, key: string, field: string): ((found: Found) => KeptRecord | undefined) => {
  const index = placeIn(reading.fields, { key, field }, (asked) => asked.key === key && asked.field === field);
  return ({ fields }) => fields[index];
};

export const askKey = (reading: Reading, key: string): ((found: Found) => readonly KeptRecord[]) => {
  const index = placeIn(reading.keys, key, (asked) => asked === key);
  return ({ keys }) => keys[index] ?? [];
};

/** What several rules want to know is asked once: all calls of a run can be megabytes. */
const placeIn = <T>(asked: T[], question: T, isSame: (one: T) => boolean): number => {
  const index = asked.findIndex(isSame);
  return index === -1 ? asked.push(question) - 1 : index;
};

export const askMembers = (
  reading: Reading,
  key: string,
  values: readonly string[],
): ((found: Found) => readonly boolean[]) => {
  const index = reading.members.push({ key, values }) - 1;
  return ({ members }) => members[index] ?? [];
};

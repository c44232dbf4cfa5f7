// Earlier calls of the run that a `requires` asks for, out of what the store keeps.
import { type JsonObject, type JsonValue, memberOf } from "../../call.ts";
import { freezeDeep } from "../../contract/input/freeze.ts";
import type { RequiresRule } from "../../contract/rule/rule.ts";
import { canonicalJson } from "../../json/canonical.ts";
import type { KeptRecord } from "../../state/store.ts";
import { digest, recordKey } from "./keys.ts";
import { type Found, type Reading, askField, askKey } from "./reading.ts";
import { type CallRecord, readRecord } from "./record.ts";

export interface Past extends CallRecord {
  readonly tool: string;
}

/** Oldest first: the last is the one that counts. Frozen to the depth: the author's functions see it. */
export type FindPast = (found: Found, there: JsonObject) => readonly Past[];

/** The latest call with these arguments, found by their digest alone. */
export const askLatest = (
  reading: Reading,
  scope: string,
  tool: string,
  there: readonly (readonly [name: string, value: JsonValue])[],
): FindPast => {
  const names = there.map(([name]) => name);
  const answer = askField(reading, recordKey(scope, tool, names), digest(there));
  return (found) => {
    const kept = answer(found);
    return kept === undefined ? [] : [freezeDeep({ ...readRecord(kept), tool })];
  };
};

/** Every kept call of the tools, or the latest alone where the rule names one tool. */
export const askAll = (reading: Reading, scope: string, { tools, isList }: RequiresRule): FindPast => {
  const answers = tools.map((tool) => [tool, askKey(reading, recordKey(scope, tool, undefined))] as const);
  return (found, there) => {
    const isAbout = isAboutThe(there);
    const calls = answers
      .flatMap(([tool, answer]) => readCalls(tool, answer(found)))
      .sort((left, right) => left.at - right.at || left.order - right.order);
    if (isList) return calls.filter(isAbout).map(freezeDeep);
    const latest = calls.findLast(isAbout);
    return latest === undefined ? [] : [freezeDeep(latest)];
  };
};

const readCalls = (tool: string, kept: readonly KeptRecord[]): readonly Past[] =>
  kept.map((record) => ({ ...readRecord(record), tool }));

const isAboutThe = (there: JsonObject): ((call: Past) => boolean) => {
  const wanted = Object.entries(there).map(([name, value]) => [name, canonicalJson(value)] as const);
  return ({ args }) =>
    wanted.every(([name, text]) => Object.hasOwn(args, name) && canonicalJson(memberOf(args, name)) === text);
};

// Earlier calls of the run that a `requires` asks for, out of what the store keeps.
import { type JsonObject, type JsonValue, memberOf } from "../../call.ts";
import { freezeDeep } from "../../contract/input/freeze.ts";
import type { RequiresRule } from "../../contract/rule/rule.ts";
import { canonicalJson } from "../../json/canonical.ts";
import { digest, recordKey } from "./keys.ts";
import { type Found, type Reading, askField, askKey } from "./reading.ts";
import { type Past, readRecord } from "./record.ts";

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
  const answers = tools.map((tool) => askCalls(reading, scope, tool));
  return (found, there) => {
    const isAbout = isAboutThe(there);
    const calls = answers
      .flatMap((answer) => answer(found))
      .sort((left, right) => left.at - right.at || left.order - right.order);
    if (isList) return calls.filter(isAbout).map(freezeOnce);
    const latest = calls.findLast(isAbout);
    return latest === undefined ? [] : [freezeOnce(latest)];
  };
};

/** Every kept call of the tool; each is parsed once, however many rules look at it. */
const askCalls = (reading: Reading, scope: string, tool: string): ((found: Found) => readonly Past[]) => {
  const answer = askKey(reading, recordKey(scope, tool, undefined));
  return (found) => {
    const kept = answer(found);
    const known = reading.calls.get(kept);
    const calls = known ?? kept.map((record) => ({ ...readRecord(record), tool }));
    if (known === undefined) reading.calls.set(kept, calls);
    return calls;
  };
};

/** A call is frozen after all that is in it. */
const freezeOnce = (call: Past): Past => (Object.isFrozen(call) ? call : freezeDeep(call));

const isAboutThe = (there: JsonObject): ((call: Past) => boolean) => {
  const wanted = Object.entries(there).map(([name, value]) => [name, canonicalJson(value)] as const);
  return ({ args }) =>
    wanted.every(([name, text]) => Object.hasOwn(args, name) && canonicalJson(memberOf(args, name)) === text);
};

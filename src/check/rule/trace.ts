// What a call leaves behind, because a rule of some contract can still ask for it. Of a result that took place nothing here may
// fail: a function of the author that does leaves nothing, and the operator is told.
import type { JsonObject, JsonValue } from "../../call.ts";
import { freezeDeep } from "../../contract/input/freeze.ts";
import { MOST_UNITS } from "../../contract/rule/decimal.ts";
import type { Trace, ValueOrigin } from "../../contract/rule/rule.ts";
import { type EvidenceWrite, MOST_VALUES, type Operation } from "../../state/store.ts";
import { namedOf } from "./about.ts";
import { type OnFault, ask, readJson } from "./ask.ts";
import { digest, markKey, memberKey, recordKey } from "./keys.ts";
import { writeRecord } from "./record.ts";
import type { Scope } from "./scope.ts";

export interface EvidenceOf {
  readonly trace: Trace;
  readonly tool: string;
  /** With pins. */
  readonly args: JsonObject;
  /** Undefined where it is no JSON. */
  readonly result: JsonValue | undefined;
  readonly scope: Scope;
  readonly onFault?: OnFault;
}

/** Of a call that took place and did what it should. */
export const evidenceOf = (parts: EvidenceOf): EvidenceWrite => {
  if (parts.trace.origins.length > 0) freezeDeep(parts.result); // functions see it, and the agent gets it
  return { records: recordsOf(parts), members: membersOf(parts) };
};

const recordsOf = ({ trace, tool, args, result, scope }: EvidenceOf): EvidenceWrite["records"] =>
  trace.records.flatMap((record) => {
    const about = record.names === undefined ? args : namedOf(record.names, args);
    if (about === undefined) return [];
    const field = digest(about);
    const value = writeRecord(record, args, result);
    const { expiresInMs } = scope;
    return scope.writes.map((own) => ({ key: recordKey(own, tool, record.names), field, value, expiresInMs }));
  });

const membersOf = ({ trace, args, result, scope, onFault = () => undefined }: EvidenceOf): EvidenceWrite["members"] =>
  trace.origins.flatMap((origin) => {
    if (result === undefined) return [];
    const values = valuesOf(origin, result, args, onFault);
    if (values.length === 0) return [];
    return scope.writes.map((own) => ({ key: memberKey(own, origin), values, expiresInMs: scope.expiresInMs }));
  });

const valuesOf = (origin: ValueOrigin, result: JsonValue, args: JsonObject, onFault: OnFault): readonly string[] => {
  const values = ask(`from("${origin.tool}", …)`, onFault, readValues, () => origin.values(result, args)) ?? [];
  return [...new Set(values.slice(0, MOST_VALUES).map(digest))];
};

const readValues = (answer: unknown): readonly JsonValue[] | undefined => {
  const values = readJson(answer);
  return Array.isArray(values) ? values : undefined;
};

/** A mark for each thing that the call is about, set before it is sent: a call in flight counts. */
export const marksOf = (trace: Trace, tool: string, args: JsonObject, scope: Scope): readonly Operation[] =>
  trace.marks.flatMap((names) => {
    const about = namedOf(names, args);
    return about === undefined ? [] : [{ ...markOperation(markKey(scope.root, tool, about), scope), add: 1 }];
  });

/** What `forbids` asks of a mark: that nothing stands there. */
export const noMark = (key: string, scope: Scope): Operation => ({ ...markOperation(key, scope), max: 0 });

/** Both sides keep the mark equally long. */
const markOperation = (key: string, scope: Scope): Extract<Operation, { kind: "count" }> => ({
  kind: "count",
  key,
  add: 0,
  max: MOST_UNITS,
  windowMs: scope.windowMs,
  staysWhenFailed: false,
  expiresInMs: scope.rootExpiresInMs,
});

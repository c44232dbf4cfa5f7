// The calls of a journal as they were made: each with who asked, in which run, and what rules looked up for it.
import type { DatabaseSync } from "node:sqlite";
import type { Grant, IngressName, JsonObject, ToolCall } from "../call.ts";
import { canonicalJson } from "../json/canonical.ts";
import { readLink } from "../journal/chain.ts";
import type { CallRecord, JournalRecord, RunRecord } from "../journal/record-form.ts";

export interface Recorded {
  readonly record: CallRecord;
  readonly call: ToolCall;
  /** The journal has who asked, and with which grants. */
  readonly isKnown: boolean;
  /** Milliseconds of the Unix epoch. */
  readonly begins: number;
  readonly ends: number;
}

export interface Recording {
  /** Nothing of its beginning is missing. */
  readonly isWhole: boolean;
  /** Settings that judging depends on, as the last start has them. */
  readonly settings: { readonly maxAttempts?: number; readonly callerWindowMs?: number };
  /** In the order in which they came. */
  calls(): Iterable<Recorded>;
  /** What a rule looked up for this call. */
  lookup(call: ToolCall): CallRecord | undefined;
}

/** `tables`: those of a journal, to be read alone. */
export const readRecording = (tables: DatabaseSync): Recording => {
  const first = tables.prepare("SELECT text FROM line ORDER BY seq LIMIT 1").get();
  const starts = tables.prepare(
    "SELECT text FROM line JOIN record USING (seq) WHERE kind = 'start' ORDER BY seq DESC LIMIT 1",
  );
  const calls = tables.prepare(
    "SELECT text FROM line JOIN record USING (seq) WHERE kind = 'call' AND ingress <> 'lookup' ORDER BY at, call, seq",
  );
  const lookups = tables.prepare(
    "SELECT text FROM line JOIN record USING (seq) WHERE call = ? AND ingress = 'lookup' ORDER BY seq",
  );
  const findRun = createRunFinder(tables);
  const start = parse(starts.get()?.["text"]);
  return {
    isWhole: readLink(String(first?.["text"]))?.seq === 1,
    settings: start?.kind === "start" ? Object(start.settings) : {},
    *calls() {
      for (const { text } of calls.iterate()) yield recorded(parse(text) as CallRecord, findRun); // its kind was asked for
    },
    lookup: (call) => {
      const wanted = canonicalJson(call.arguments);
      const found = lookups.all(call.id).map(({ text }) => parse(text) as CallRecord); // as above
      return found.find((one) => one.tool === call.tool && canonicalJson(one.arguments) === wanted);
    },
  };
};

/** A line of ours. */
const parse = (text: unknown): JournalRecord | undefined =>
  typeof text === "string" ? (JSON.parse(text) as JournalRecord) : undefined;

type FindRun = (run: string) => RunRecord | undefined;

const createRunFinder = (tables: DatabaseSync): FindRun => {
  const asked = tables.prepare(
    "SELECT text FROM line JOIN record USING (seq) WHERE run = ? AND kind = 'run' ORDER BY seq LIMIT 1",
  );
  const known = new Map<string, RunRecord | undefined>();
  return (run) => {
    if (!known.has(run)) known.set(run, parse(asked.get(run)?.["text"]) as RunRecord | undefined); // its kind was asked for
    return known.get(run);
  };
};

const recorded = (record: CallRecord, findRun: FindRun): Recorded => {
  const run = findRun(record.run);
  const begins = Date.parse(record.time);
  const { lineage = [record.run], claims = {}, grants = [], expiresAt } = run ?? {};
  const call: ToolCall = {
    id: record.call,
    tool: record.tool,
    arguments: record.arguments,
    // The message was for the agent; what counts is that the ingress found it.
    ...(record.given === undefined ? {} : { issues: record.given.map((issue) => ({ ...issue, message: issue.code })) }),
    caller: { name: record.caller, claims: claims as JsonObject }, // written from such a caller and such grants
    run: {
      id: record.run,
      lineage,
      grants: grants as readonly Grant[],
      expiresAt: expiresAt === undefined ? undefined : Date.parse(expiresAt),
    },
    ingress: record.ingress as IngressName, // one of ours
    signal: undefined,
  };
  // Whole milliseconds, as `time` has them: a call that came in the same one came after the end of this.
  return { record, call, isKnown: run !== undefined, begins, ends: begins + Math.floor(record.ms) };
};

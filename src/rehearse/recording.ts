// The calls of a journal as they were made: each with who asked, in which run, and what rules looked up for it.
import type { DatabaseSync } from "node:sqlite";
import type { Grant, IngressName, JsonObject, ToolCall } from "../call.ts";
import { canonicalJson } from "../json/canonical.ts";
import type { CallRecord, JournalRecord, RunRecord } from "../journal/record-form.ts";
import { readShape } from "./recording-shape.ts";

export interface Recorded {
  readonly kind: "call";
  readonly record: CallRecord;
  readonly call: ToolCall;
  /** The journal has who asked, and with which grants. */
  readonly isKnown: boolean;
  /** No other call came, was judged or ended while it was judged. */
  readonly isAlone: boolean;
  /** Places in one order of all calls since the last start: when it was judged, and when it ended. */
  readonly begins: number;
  readonly ends: number;
  /** By the clock that rules saw: milliseconds of the Unix epoch. */
  readonly at: number;
}

/** A sidecar began: what was under way before has ended. */
export interface Start {
  readonly kind: "start";
  readonly settings: { readonly maxAttempts?: number; readonly callerWindowMs?: number };
  /** What rules remembered before is gone. */
  readonly isForgetful: boolean;
}

export interface Recording {
  /** Nothing of its beginning or of its middle is missing, as far as it can show. */
  readonly isWhole: boolean;
  /** In the order in which it happened. */
  items(): Iterable<Recorded | Start>;
  /** What a rule looked up for this call. */
  lookup(call: ToolCall): CallRecord | undefined;
}

/** Starts and calls, each call behind the start of its process, by its place in the order of that process. */
const IN_ORDER = `
SELECT seq, text FROM line JOIN record USING (seq) WHERE kind = 'start' OR (kind = 'call' AND ingress <> 'lookup')
ORDER BY coalesce((SELECT max(own.seq) FROM record AS own WHERE own.kind = 'start' AND own.kind NOT IN ('call', 'intent')
  AND own.seq <= record.seq), 0), kind = 'call', json_extract(text, '$.order[1]'), at, seq`;

/** Several sidecars wrote side by side: their clocks are all that orders them. */
const BY_TIME = `
SELECT seq, text FROM line JOIN record USING (seq) WHERE kind = 'start' OR (kind = 'call' AND ingress <> 'lookup')
ORDER BY at, kind = 'call', call, seq`;

/** `tables`: those of a journal, to be read alone. */
export const readRecording = (tables: DatabaseSync): Recording => {
  const { isWhole, isMixed } = readShape(tables);
  const items = tables.prepare(isMixed ? BY_TIME : IN_ORDER);
  const lookups = tables.prepare(
    "SELECT text FROM line JOIN record USING (seq) WHERE call = ? AND ingress = 'lookup' ORDER BY seq",
  );
  const findRun = createRunFinder(tables);
  return {
    isWhole,
    *items() {
      for (const { seq, text } of items.iterate()) {
        const record = parse(text);
        if (record.kind === "start") yield startOf(record);
        else if (record.kind === "call") yield recorded(record, findRun(record.run, Number(seq)), isMixed);
      }
    },
    lookup: (call) => {
      const wanted = canonicalJson(call.arguments);
      const found = lookups.all(call.id).map(({ text }) => parse(text) as CallRecord); // lookups are calls
      return found.find((one) => one.tool === call.tool && canonicalJson(one.arguments) === wanted);
    },
  };
};

/** A line of ours. */
const parse = (text: unknown): JournalRecord => JSON.parse(String(text)) as JournalRecord;

const startOf = ({ settings, state }: Extract<JournalRecord, { kind: "start" }>): Start => ({
  kind: "start",
  settings: Object(settings),
  isForgetful: state.kind === "memory",
});

type FindRun = (run: string, before: number) => RunRecord | undefined;

/** A caller without runs is introduced by each start anew: the last time before the call counts. */
const createRunFinder = (tables: DatabaseSync): FindRun => {
  const asked = tables.prepare(
    "SELECT seq, text FROM line JOIN record USING (seq) WHERE run = ? AND kind = 'run' ORDER BY seq",
  );
  const known = new Map<string, readonly { readonly seq: number; readonly run: RunRecord }[]>();
  return (run, before) => {
    const found =
      known.get(run) ?? asked.all(run).map(({ seq, text }) => ({ seq: Number(seq), run: parse(text) as RunRecord })); // its kind was asked for
    known.set(run, found);
    return found.findLast(({ seq }) => seq < before)?.run;
  };
};

const recorded = (record: CallRecord, run: RunRecord | undefined, isMixed: boolean): Recorded => {
  const at = Date.parse(record.time);
  const [came = 0, judged = 0, ended = Number.POSITIVE_INFINITY] = record.order;
  const places = isMixed ? { begins: at, ends: at + Math.floor(record.ms) } : { begins: judged, ends: ended };
  // Nothing else of this process happened between the two places.
  const isAlone = !isMixed && judged === came + 1;
  return { kind: "call", record, call: callOf(record, run), isKnown: run !== undefined, isAlone, ...places, at };
};

const callOf = (record: CallRecord, run: RunRecord | undefined): ToolCall => {
  const { lineage = [record.run], claims = {}, grants = [], expiresAt } = run ?? {};
  return {
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
};

// Everything that is under way, and nothing more: each call is filed until all of its answers, arrivals and records must be there,
// then judged and dropped. What arrives or is recorded and is nobody's call is a problem at once, or when nobody has claimed it.
import { callKey } from "../case/decode-call.ts";
import { type LoggedBackend, good } from "../fault/arrivals.ts";
import { type RawAnswer, fieldValues } from "../support/raw-http.ts";
import type { SocketBackend } from "../support/socket-backend.ts";
import type { Members } from "../support/json.ts";
import { type Entry, judge } from "./judge.ts";
import type { JournalFeed } from "./journal-feed.ts";

export interface Ledger {
  open(call: Pick<Entry, "key" | "isWrite" | "limit">): Entry;
  /** Nothing more is done for it. */
  close(entry: Entry): void;
  hearBad(name: string, answer: RawAnswer): void;
  /** Takes what has arrived and was recorded, and judges what is over. `isLast`: all of it must be over. */
  settle(isLast?: boolean): void;
  readonly problems: readonly string[];
  readonly counts: LedgerCounts;
}

export interface LedgerCounts {
  readonly outcomes: ReadonlyMap<string, number>;
  readonly judged: number;
  readonly arrivals: number;
  readonly records: number;
  readonly intents: number;
  readonly badRecords: number;
  readonly pruned: number;
  readonly mostOpen: number;
}

export interface LedgerParts {
  readonly orders: LoggedBackend;
  readonly healthy: SocketBackend;
  readonly journal: JournalFeed;
}

/** Longer than the deadline of a call whose client has gone, and the record behind it. */
export const SETTLE_MS = 4000;
const MOST_PROBLEMS = 50;

/** As long as it may take for both to be there: the record of a bad call, and its answer. */
interface Bad {
  readonly since: number;
  name?: string;
  forwarded?: unknown;
  records: number;
}

export const healthKey = (patient: unknown): string => `get_health ${String(patient)}`;

export const createLedger = ({ orders, healthy, journal }: LedgerParts): Ledger => {
  const open = new Map<string, Entry>();
  const over = new Map<Entry, number>();
  const bad = new Map<string, Bad>();
  const problems: string[] = [];
  const outcomes = new Map<string, number>();
  const counts = { outcomes, judged: 0, arrivals: 0, records: 0, intents: 0, badRecords: 0, pruned: 0, mostOpen: 0 };
  const tell = (problem: string): void => void (problems.length < MOST_PROBLEMS && problems.push(problem));
  const badOf = (id: string): Bad => {
    const found = bad.get(id) ?? { since: performance.now(), records: 0 };
    bad.set(id, found);
    return found;
  };

  orders.take();
  healthy.play(good); // what came to warm the sidecar up is nobody's

  const fileArrivals = (): void => {
    const came: { key: string; arrival: Entry["arrivals"][number] }[] = healthy.requests().map(({ target }) => ({
      key: healthKey(decodeURIComponent(target.split("/").at(-1) ?? "")),
      arrival: { isWell: true, answeredBefore: undefined },
    }));
    healthy.play(good);
    for (const { key, problem, isWell, answeredBefore } of orders.take()) {
      if (key === undefined) tell(`I1: ${problem}`);
      else came.push({ key, arrival: { isWell, answeredBefore } });
    }
    for (const { key, arrival } of came) {
      counts.arrivals += 1;
      const entry = open.get(key);
      if (entry === undefined) tell(`I1: nobody's call came, or it came late: ${key}`);
      else entry.arrivals.push(arrival);
    }
  };

  const fileRecord = (record: Members): void => {
    const { kind, tool, call, arguments: given } = record;
    if (kind === "prune") counts.pruned += 1;
    if (kind === "gap" || kind === "torn") tell(`I5: the journal has a record of kind ${kind}`);
    if (kind !== "call" && kind !== "intent") return;
    counts[kind === "call" ? "records" : "intents"] += 1;
    const key = tool === "get_health" ? healthKey(Object(given)["patient"]) : callKey(tool, given);
    const entry = open.get(key ?? "");
    if (entry !== undefined) return void entry.records.push(record);
    if (kind === "intent" || record["forwarded"] !== "no") tell(`I1: an intent of nobody's: ${JSON.stringify(record)}`);
    counts.badRecords += 1;
    badOf(String(call)).records += 1;
  };

  const judgeOver = (before: number): void => {
    for (const [entry, since] of over) {
      if (since > before) break;
      for (const problem of judge(entry)) tell(problem);
      over.delete(entry);
      open.delete(entry.key);
      orders.forget(entry.key);
      counts.judged += entry.told.length + entry.left + entry.halves;
    }
    for (const [id, { since, name, forwarded, records }] of bad) {
      if (since > before) break;
      bad.delete(id);
      if (name === undefined) tell(`I5: a record of nobody's call ${id}`);
      if (forwarded !== undefined && forwarded !== "no") tell(`I1: ${name} was forwarded: ${String(forwarded)}`);
      if (records > 1) tell(`I5: ${records} records of ${name}`);
    }
  };

  return {
    problems,
    counts,
    open: (call) => {
      const entry: Entry = { ...call, told: [], left: 0, halves: 0, arrivals: [], records: [] };
      open.set(call.key, entry);
      counts.mostOpen = Math.max(counts.mostOpen, open.size);
      return entry;
    },
    close: (entry) => {
      over.set(entry, performance.now());
      for (const { code } of entry.told) count(outcomes, code === "" ? "result" : code);
      for (let left = 0; left < entry.left; left += 1) count(outcomes, "(client left)");
      for (let half = 0; half < entry.halves; half += 1) count(outcomes, "(half sent)");
    },
    hearBad: (name, answer) => {
      const [id = ""] = fieldValues(answer.headers, "checkrein-call");
      Object.assign(badOf(id), { name });
      count(outcomes, "(bad input, refused)");
    },
    settle: (isLast = false) => {
      fileArrivals();
      for (const record of journal.read()) fileRecord(record);
      judgeOver(isLast ? Number.POSITIVE_INFINITY : performance.now() - SETTLE_MS);
      if (isLast && open.size > 0) tell(`${open.size} calls have no end`);
    },
  };
};

const count = (counts: Map<string, number>, name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1);

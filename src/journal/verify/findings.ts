// What is wrong with a journal, each thing with the record or line that it names. Bounded: of a journal that is wrong everywhere
// nobody reads all of it.

export type FindingKind =
  | "changed"
  | "no_record"
  | "form"
  | "missing"
  | "order"
  | "twice"
  | "unlinked"
  | "head"
  | "cut"
  | "rewritten"
  | "chain"
  | "foreign"
  | "checkpoint"
  | "table"
  | "schema";

export interface Found {
  readonly kind: FindingKind;
  /** Of the journal, or of the checkpoints for what is wrong with one of them; from 1. */
  readonly line?: number;
  readonly writer?: string;
  /** The records that it is about. */
  readonly from?: number;
  readonly to?: number;
  /** The record that came first, where the order is wrong. */
  readonly behind?: number;
  /** Of the checkpoint that shows it. */
  readonly time?: string;
  readonly why?: string;
}

export interface Finding extends Found {
  readonly message: string;
}

export interface Findings {
  add(found: Found): void;
  all(): readonly Finding[];
  /** How many more there are than `all` has. */
  more(): number;
}

/** Of each kind: a flood of lines that are no records must not hide what else is wrong. */
const MOST = 200;

export const createFindings = (): Findings => {
  const kept: Found[] = [];
  const counts = new Map<FindingKind, number>();
  let more = 0;
  return {
    add: (found) => {
      const last = kept.at(-1);
      const joined = last === undefined ? undefined : join(last, found);
      if (joined !== undefined) {
        kept[kept.length - 1] = joined;
        return;
      }
      const count = (counts.get(found.kind) ?? 0) + 1;
      counts.set(found.kind, count);
      if (count <= MOST) kept.push(found);
      else more += 1;
    },
    all: () => kept.map((found) => ({ ...found, message: SAYS[found.kind](found) })),
    more: () => more,
  };
};

const JOINED: ReadonlySet<FindingKind> = new Set(["changed", "order", "twice"]);

/** Records in a row that are wrong in the same way are one finding. */
const join = (last: Found, next: Found): Found | undefined => {
  const isSame = last.kind === next.kind && last.writer === next.writer && last.behind === next.behind;
  if (!isSame || !JOINED.has(next.kind) || last.to === undefined || next.from !== last.to + 1) return undefined;
  return { ...last, to: next.to ?? next.from };
};

/** `record 7 of w_…`, `records 7–9 of w_…`. */
const records = ({ from = 0, to = from, writer = "" }: Found): string =>
  `${from === to ? `record ${from}` : `records ${from}–${to}`} of ${writer}`;

const isOne = ({ from, to }: Found): boolean => to === undefined || from === to;
const are = (found: Found): string => (isOne(found) ? "is" : "are");
const were = (found: Found): string => (isOne(found) ? "was" : "were");

const SAYS: Readonly<Record<FindingKind, (found: Found) => string>> = {
  changed: (found) => `line ${found.line}: ${records(found)} ${were(found)} changed`,
  no_record: ({ line }) => `line ${line} is no record`,
  form: ({ line }) => `line ${line} is a record of another form: verify it with the checkrein that wrote it`,
  missing: (found) => `${records(found)} ${are(found)} missing`,
  order: (found) =>
    `line ${found.line}: ${records(found)} ${isOne(found) ? "stands" : "stand"} behind record ${found.behind}`,
  twice: (found) => `line ${found.line}: ${records(found)} ${isOne(found) ? "stands" : "stand"} there once more`,
  unlinked: (found) =>
    `${records(found)} does not follow from record ${(found.from ?? 1) - 1}: one of the two was written anew`,
  head: (found) =>
    `${records(found)} ${are(found)} missing, and ${found.why} says that ${isOne(found) ? "it was" : "they were"} dropped`,
  cut: (found) =>
    `${records(found)} ${are(found)} missing at the end: the checkpoint of ${found.time} has seen record ${found.to}`,
  rewritten: (found) =>
    `${records(found)} ${were(found)} written anew, or some of them: record ${found.to} is not the one that the checkpoint of ${found.time} has seen`,
  chain: ({ writer, to, time }) =>
    `no record of ${writer} is there: the checkpoint of ${time} has seen ${to === 1 ? "one" : to}`,
  foreign: ({ writer, from = 0, to = from }) =>
    `no checkpoint has seen any record of ${writer} (${from === to ? from : `${from}–${to}`}): the sidecar whose file this is has not written it, or its checkpoints were taken away`,
  checkpoint: ({ line, why }) => (line === undefined ? (why ?? "") : `checkpoints, line ${line}: ${why}`),
  schema: ({ why }) => `in the SQLite file, ${why}: queries may not show every call`,
  table: ({ line, from, why }) =>
    line === undefined
      ? `the row by which queries find record ${from} ${why}`
      : `line ${line}: the row by which queries find it ${why}`,
};

// What earlier calls of a run left behind, oldest first under each key: records by field, and values that were seen. Both
// are bounded: the oldest make room.
import { dropExpired, getLive, type Turn } from "./cells.ts";
import type { EvidenceFound, EvidenceRead, EvidenceWrite, KeptRecord } from "./store.ts";
import { MOST_RECORDS, MOST_VALUES } from "./store.ts";

const recordsOf = (key: string): string => `record|${key}`;
const membersOf = (key: string): string => `member|${key}`;

export const readEvidence = (turn: Turn, { fields, keys, members }: EvidenceRead): EvidenceFound => ({
  now: turn.now,
  fields: fields.map(({ key, field }) => {
    const cell = getLive(turn, recordsOf(key), field);
    return cell === undefined ? undefined : { at: cell.rank, value: cell.value };
  }),
  keys: keys.map((key) => allOf(turn, key)),
  members: members.map(({ key, values }) => values.map((value) => getLive(turn, membersOf(key), value) !== undefined)),
});

const allOf = ({ cells, now }: Turn, key: string): readonly KeptRecord[] =>
  Array.from(cells.scan(recordsOf(key)))
    .filter(({ expiresAt }) => expiresAt > now)
    .map(({ rank, value }) => ({ at: rank, value }));

export const writeEvidence = (turn: Turn, { records, members }: EvidenceWrite): void => {
  for (const { key, field, ...kept } of records) {
    keepLast(turn, recordsOf(key), field, kept);
    makeRoom(turn, recordsOf(key), MOST_RECORDS);
  }
  for (const { key, values, expiresInMs } of members) {
    for (const value of values.slice(-MOST_VALUES)) keepLast(turn, membersOf(key), value, { value: "", expiresInMs });
    makeRoom(turn, membersOf(key), MOST_VALUES);
  }
};

type Kept = Pick<EvidenceWrite["records"][number], "value" | "expiresInMs" | "agoMs">;

/** Removed first: also at the same millisecond the newer one goes behind the others. */
const keepLast = ({ cells, now }: Turn, part: string, sub: string, { value, expiresInMs, agoMs = 0 }: Kept): void => {
  cells.remove(part, sub);
  cells.put(part, sub, { rank: now - agoMs, expiresAt: now + expiresInMs, amount: 0, value });
};

const makeRoom = (turn: Turn, part: string, most: number): void => {
  dropExpired(turn, part);
  for (let { size } = turn.cells.tally(part); size > most; size -= 1) {
    const oldest = turn.cells.first(part);
    if (oldest !== undefined) turn.cells.remove(part, oldest.sub);
  }
};

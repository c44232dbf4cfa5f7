// One call, or several that are the same, when nothing of it is under way any more: what the agent was told, what came to the
// backend and what stands in the journal, held against the invariants I2 to I5.
import type { Arrival } from "../fault/arrivals.ts";
import type { Told } from "../fault/ingress.ts";
import type { Members } from "../support/json.ts";

export interface Entry {
  readonly key: string;
  readonly isWrite: boolean;
  /** So many of its calls give a result, all others are refused. */
  readonly limit?: number;
  readonly told: (Told & {
    /** The backend was well all the time. */
    readonly wasWell: boolean;
    /** Versions of the contracts that were served meanwhile; asked later, when the reload that it met has been answered, too. */
    readonly served: () => ReadonlySet<unknown>;
  })[];
  /** Whole requests whose client went away before an answer. */
  left: number;
  /** Requests of which a part was sent. */
  halves: number;
  readonly arrivals: Pick<Arrival, "answeredBefore" | "isWell">[];
  readonly records: Members[];
}

/** What does not hold. */
export const judge = (entry: Entry): readonly string[] =>
  [...answers(entry), ...sent(entry), ...forwarded(entry), ...recorded(entry), ...limited(entry)].map(
    (problem) => `${entry.key}: ${problem}`,
  );

const callsOf = ({ told, left }: Entry): number => told.length + left;

/** I2, and that nothing valid is blocked. */
const answers = ({ told, limit }: Entry): readonly string[] =>
  told.flatMap((one, index) => {
    const { ingress, answers: count, status, code, text, wasWell, version, served } = one;
    // What `once` keeps apart: an earlier call ended in a fault, and may have taken place, or did.
    const isApart =
      ["outcome_unknown", "already_done"].includes(code) && told.slice(0, index).some((earlier) => earlier.code !== "");
    const isBlocked = wasWell && code !== "" && limit === undefined && !isApart;
    return [
      ...(count === 1 ? [] : [`I2: ${count} answers over ${ingress}`]),
      ...(isBlocked ? [`${status} ${code} over ${ingress} while the backend was well: ${text}`] : []),
      ...(version === undefined || served().has(version) ? [] : [`judged by ${version}, which was not served`]),
    ];
  });

/** I3. */
const sent = (entry: Entry): readonly string[] => {
  const { isWrite, limit, arrivals } = entry;
  const most = isWrite || limit !== undefined ? callsOf(entry) : 2;
  const done = arrivals.filter(({ isWell }) => isWell).length;
  const early = isWrite ? [] : arrivals.slice(1).filter(({ answeredBefore }) => (answeredBefore ?? 0) > 0);
  return [
    ...(arrivals.length <= most ? [] : [`I3: sent ${arrivals.length} times for ${callsOf(entry)} calls`]),
    ...(isWrite && done > 1 ? [`I3: a write that was done came ${done} times to a backend that was well`] : []),
    ...(early.length === 0 || limit !== undefined ? [] : ["I3: sent again after a byte of the answer had come"]),
  ];
};

/** I4. */
const forwarded = ({ told, left, halves, arrivals }: Entry): readonly string[] => {
  const said = told.map((one) => one.forwarded);
  const isNo = left === 0 && said.every((one) => one === "no");
  return [
    ...(said.includes("yes") && arrivals.length === 0 ? ["I4: forwarded is yes, and nothing came"] : []),
    ...(isNo && arrivals.length > 0 ? [`I4: ${halves > 0 ? "half sent" : "forwarded is no"}, and it came`] : []),
  ];
};

const isEnd = (record: Members): boolean => record["kind"] === "call";

/** I5, and that the journal says the same as the answer. */
const recorded = (entry: Entry): readonly string[] => {
  const { told, left, isWrite, arrivals, records } = entry;
  const ends = records.filter(isEnd);
  const intents = records.filter((record) => record["kind"] === "intent");
  const idle = ends.length - told.length;
  return [
    ...told.flatMap((one) => sameAsTold(one, ends)),
    ...(idle < 0 || idle > left ? [`I5: ${ends.length} records for ${told.length} answers and ${left} left`] : []),
    ...(left > 0 && arrivals.length > 0 && ends.length === 0 ? ["I5: it came, its client left, and no record"] : []),
    ...(isWrite && intents.length < arrivals.length ? [`I5: ${intents.length} intents, ${arrivals.length} came`] : []),
    ...(intents.length > callsOf(entry) ? [`I5: ${intents.length} intents for ${callsOf(entry)} calls`] : []),
    ...intents.flatMap((intent) => hasEnded(intent, ends)),
    ...(callsOf(entry) === 1 ? ends.flatMap((end) => isTrue(end, arrivals.length)) : []),
  ];
};

const sameAsTold = ({ id, code, forwarded: said }: Told, ends: readonly Members[]): readonly string[] => {
  const own = ends.filter((record) => record["call"] === id);
  if (own.length !== 1) return [`I5: ${own.length} records of ${id}`];
  const [record] = own;
  const { code: kept = "", forwarded: keptForwarded, repeats } = Object(record);
  if (kept !== code) return [`I5: the journal says ${kept}, the answer ${code}`];
  if (repeats === undefined && keptForwarded !== said) return [`I5: forwarded ${keptForwarded}, the answer ${said}`];
  return [];
};

const hasEnded = (intent: Members, ends: readonly Members[]): readonly string[] => {
  const end = ends.find((record) => record["call"] === intent["call"]);
  if (end === undefined) return [`I5: the intent of ${String(intent["call"])} has no end`];
  return Number(intent["seq"]) < Number(end["seq"]) ? [] : ["I5: the intent stands behind its end"];
};

const isTrue = ({ forwarded: said, repeats }: Members, came: number): readonly string[] => {
  if (said === "no" && came > 0) return ["I4: the journal says that it was not forwarded, and it came"];
  return said === "yes" && repeats === undefined && came === 0 ? ["I4: the journal says yes, and nothing came"] : [];
};

const limited = ({ told, limit, arrivals }: Entry): readonly string[] => {
  if (limit === undefined) return [];
  const codes = told.map(({ code }) => code).filter((code) => code !== "");
  const isDue = codes.length === told.length - limit && codes.every((code) => code === "limit_reached");
  return isDue && arrivals.length === limit
    ? []
    : [`limit ${limit}: ${arrivals.length} came, refused: ${codes.join()}`];
};

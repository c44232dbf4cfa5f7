// The journal of this sidecar as it is being written: calls in pages, one call with all that belongs to it, and what the numbers
// say. Answered beside the calls, never by their thread.
import { FILTERS, type ReadFilter, STATS_FILTERS, readFilter } from "../journal/query/read-filter.ts";
import type { JournalReader } from "../journal/query/reader.ts";
import { type AdminRequest, type Answer, PROBLEMS, type Route, answerWith, problem } from "./answer.ts";
import { readPage } from "./read-page.ts";

export interface JournalRouteParts {
  /** Undefined where records do not go to SQLite. */
  readonly journal: JournalReader | undefined;
}

type Ask = (journal: JournalReader, request: AdminRequest) => Promise<Answer>;

export const createJournalRoutes = ({ journal }: JournalRouteParts): readonly Route[] => {
  const answer = (ask: Ask) => async (request: AdminRequest) => {
    if (journal === undefined) return problem(PROBLEMS.conflict, NOT_HERE);
    try {
      return await ask(journal, request);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return problem(PROBLEMS.noJournal, `The journal cannot be asked right now: ${why}.`);
    }
  };
  return [
    { method: "GET", path: "/journal", answer: answer(list) },
    { method: "GET", path: "/journal/stats", answer: answer(stats) },
    { method: "GET", path: "/journal/:id", answer: answer(show) },
  ];
};

const NOT_HERE =
  "The journal of this sidecar is not in SQLite, so it cannot be asked here. Use `checkrein journal <file>` on its lines, or set CHECKREIN_JOURNAL to sqlite:<file>.";

const list: Ask = async (journal, { query }) => {
  const { after, most, ...written } = query;
  if (after !== undefined && !(typeof after === "string" && /^\d{1,15}$/.test(after)))
    return refuse("`after` must be one whole number: the `next` of the page before.");
  const page = readPage({ query: most === undefined ? {} : { most } });
  if (!page.ok) return page.answer;
  const read = readQuery(written, FILTERS, ["after", "most"]);
  if (!read.ok) return read.answer;
  const from = after === undefined ? undefined : Number(after);
  const { records, next } = await journal.list(read.filter, { order: "newest", after: from, most: page.most });
  return answerWith({ records: records.map(asJson), ...(next === undefined ? {} : { next }) });
};

const stats: Ask = async (journal, { query }) => {
  const read = readQuery(query, STATS_FILTERS, []);
  return read.ok ? answerWith({ ...(await journal.stats(read.filter)) }) : read.answer;
};

const show: Ask = async (journal, { id, query }) => {
  if (Object.keys(query).length > 0) return refuse("Nothing is asked of one call but its id: leave the query out.");
  const found = await journal.find(id);
  if (found.ok) {
    const { call, records, isMore } = found;
    return answerWith({ call, records: records.map(asJson), ...(isMore ? { more: true } : {}) });
  }
  if (found.candidates.length === 0)
    return problem(
      PROBLEMS.notFound,
      "The journal has no call of this id: it was dropped with old records, or never was.",
    );
  return problem(PROBLEMS.notFound, `More than one call begins like this: ${found.candidates.join(", ")}.`);
};

/** A line of the journal is JSON of ours. */
const asJson = ({ text }: { readonly text: string }): unknown => JSON.parse(text);

type Query = Extract<ReadFilter, { readonly ok: true }> | { readonly ok: false; readonly answer: Answer };

/** `others`: what is known beside the filters, and read elsewhere. */
const readQuery = (query: AdminRequest["query"], known: readonly string[], others: readonly string[]): Query => {
  const unknown = Object.keys(query).find((name) => !known.includes(name));
  if (unknown !== undefined)
    return wrong(`The query takes ${[...known, ...others].map((name) => `\`${name}\``).join(", ")}, nothing else.`);
  const twice = Object.entries(query).find(([, value]) => typeof value !== "string");
  if (twice !== undefined) return wrong(`\`${twice[0]}\` is given twice.`);
  const read = readFilter(query as Readonly<Record<string, string>>, Date.now()); // as just looked at
  return read.ok ? read : wrong(`\`${read.name}\`: ${read.problem}.`);
};

const refuse = (detail: string): Answer => problem(PROBLEMS.badRequest, detail);
const wrong = (detail: string): Query => ({ ok: false, answer: refuse(detail) });

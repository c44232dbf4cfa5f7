// A filter as people write it, in options and in queries of URLs. What is misspelt is refused: an empty list would say that there
// was nothing.
import { parseDuration } from "../../contract/rule/duration.ts";
import { nearestNames } from "../../nearest.ts";
import { isRefusalCode, refusalCodes } from "../../refusal.ts";
import type { JournalFilter } from "./filter.ts";

/** Options, and parameters of URLs. */
export const FILTERS = ["run", "caller", "tool", "code", "class", "decision", "since", "until"] as const;
export const STATS_FILTERS = ["run", "caller", "tool", "since", "until"] as const;

export type WrittenFilter = { readonly [Name in (typeof FILTERS)[number]]?: string | undefined };

export type ReadFilter =
  | { readonly ok: true; readonly filter: JournalFilter }
  | { readonly ok: false; readonly name: (typeof FILTERS)[number]; readonly problem: string };

/** `now`: what `15m` is before, in milliseconds of the Unix epoch. */
export const readFilter = (written: WrittenFilter, now: number): ReadFilter => {
  const filter: Record<string, string | number> = {};
  for (const name of FILTERS) {
    const text = written[name];
    if (text === undefined) continue;
    const read = READERS[name](text, now);
    if (typeof read === "object") return { ok: false, name, problem: read.problem };
    filter[name] = read;
  }
  return { ok: true, filter }; // each member is what its reader gave
};

type Reader = (text: string, now: number) => string | number | { readonly problem: string };

const readName: Reader = (text) => (text === "" ? { problem: "is empty: name one, or leave it out" } : text);

const readWord =
  (words: readonly string[]): Reader =>
  (text) => {
    if (words.includes(text)) return text;
    const [nearest] = nearestNames(text, words);
    const mend = nearest === undefined ? `use ${words.join(", ")}` : `did you mean ${nearest}?`;
    return { problem: `"${text}" is none: ${mend}` };
  };

const CLASSES = [...new Set(Object.values(refusalCodes).map((entry) => entry.class))];

const readCode: Reader = (text) => {
  if (isRefusalCode(text)) return text;
  const [nearest] = nearestNames(text, Object.keys(refusalCodes));
  return { problem: `"${text}" is no code of refusals${nearest === undefined ? "" : `: did you mean ${nearest}?`}` };
};

/** RFC 3339, section 5.6; seconds may be left out. */
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/;

const readTime: Reader = (text, now) => {
  const ago = parseDuration(text);
  if (ago !== undefined) return now - ago;
  const at = MOMENT.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at)
    ? { problem: `"${text}" is no time: write it like 2026-01-31T09:30:00Z, or like 15m, 2h or 7d ago` }
    : at;
};

const READERS: Readonly<Record<(typeof FILTERS)[number], Reader>> = {
  run: readName,
  caller: readName,
  tool: readName,
  code: readCode,
  class: readWord(CLASSES),
  decision: readWord(["allow", "refuse"]),
  since: readTime,
  until: readTime,
};

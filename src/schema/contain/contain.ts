// Whether every value of one JSON Schema (2020-12) is a value of another. "yes" holds for all values; "no" comes with a value
// that the validator has judged both ways; everything else is "unclear". Recursive schemas: a question that comes back inside
// its own answer is about a smaller value, and may be taken for true while it is open.
import { fingerprint } from "./fingerprint.ts";
import { formsOf } from "./forms.ts";
import { areApart, isEmpty } from "./apart.ts";
import { listGaps } from "./list.ts";
import { memberGaps } from "./members.ts";
import {
  type Form,
  type Gap,
  type Node,
  type Outcome,
  type SchemaDocument,
  accepts,
  bareNode,
  keyOf,
  nodeOf,
} from "./node.ts";
import { listIntegers, numberGaps } from "./number.ts";
import { samplesOf, textsOf } from "./sample.ts";
import { splitObject } from "./split.ts";
import { textGaps } from "./text.ts";

/** Nodes of two documents, or of one. */
export const contains = (outer: Node, inner: Node): Outcome =>
  compare({ documents: [], known: new Map(), open: new Map(), assumed: new Set(), left: MOST_QUESTIONS }, inner, outer);

/** Then it is unclear: an answer is not worth minutes. */
const MOST_QUESTIONS = 10_000;

interface Search {
  /** Their numbers tell nodes of one from those of another. */
  readonly documents: SchemaDocument[];
  readonly known: Map<string, Outcome>;
  /** Questions that are being answered, by their depth. */
  readonly open: Map<string, number>;
  /** Depths of the open questions that answers relied on. */
  readonly assumed: Set<number>;
  left: number;
}

const YES: Outcome = { verdict: "yes" };

const compare = (search: Search, inner: Node, outer: Node): Outcome => {
  const key = `${nameOf(search, inner)} ${nameOf(search, outer)}`;
  const known = search.known.get(key);
  if (known !== undefined) return known;
  const depth = search.open.get(key);
  if (depth !== undefined) {
    search.assumed.add(depth);
    return YES;
  }
  search.left -= 1;
  if (search.left < 0) return { verdict: "unclear", at: "" };
  const own = search.open.size;
  search.open.set(key, own);
  const outcome = answer(search, inner, outer);
  search.open.delete(key);
  search.assumed.delete(own);
  // A yes that stands on a question still open is none yet.
  if (outcome.verdict === "no" || search.assumed.size === 0) search.known.set(key, outcome);
  return outcome;
};

const nameOf = ({ documents }: Search, node: Node): string => {
  const known = documents.indexOf(node.document);
  const index = known < 0 ? documents.push(node.document) - 1 : known;
  return `${index}:${keyOf(node)}`;
};

const answer = (search: Search, inner: Node, outer: Node): Outcome => {
  if (isSameText(inner, outer) || isEmpty(inner)) return YES;
  const [own, given] = [formsOf(inner), formsOf(outer)];
  const gaps =
    own === undefined || given === undefined
      ? [UNKNOWN]
      : own.flatMap((form) => formGaps(search, form, { outer, given, splits: MOST_SPLITS }));
  if (gaps.length === 0) return YES;
  const isWitness = (value: unknown): boolean => accepts(inner, value) && !accepts(outer, value);
  for (const { at, tries } of gaps) {
    const witness = tries.find(isWitness);
    if (witness !== undefined) return { verdict: "no", at, witness };
  }
  const at = gaps[0]?.at ?? "";
  const witness = samplesOf(inner).find(isWitness);
  return witness === undefined ? { verdict: "unclear", at } : { verdict: "no", at, witness };
};

const UNKNOWN: Gap = { at: "", tries: [] };

const isSameText = (inner: Node, outer: Node): boolean => {
  const texts = ({ document, schemas }: Node): ReadonlySet<string> =>
    new Set(schemas.map((schema) => fingerprint(document, schema)).filter((text) => text !== "true"));
  const own = texts(inner);
  return own.has("false") || [...texts(outer)].every((text) => own.has(text));
};

interface Against {
  readonly outer: Node;
  readonly given: readonly Form[];
  /** How often the form may still be taken apart. */
  readonly splits: number;
}

const MOST_SPLITS = 2;

/** Integers of a range are listed up to so many. */
const MOST_LISTED = 64;

/** Empty when every value of the form is one of the outer node. */
const formGaps = (search: Search, form: Form, { outer, given, splits }: Against): readonly Gap[] => {
  const values = form.values ?? (form.type === "number" ? listIntegers(form, MOST_LISTED) : undefined);
  if (values !== undefined) {
    const refused = values.filter((value) => isOfForm(form, value) && !accepts(outer, value));
    return refused.length === 0 ? [] : [{ at: "", tries: refused }];
  }
  if (isExcluded(search, form)) return [];
  const fitting = given.filter(({ type }) => type === form.type);
  const misses: (readonly Gap[])[] = [];
  for (const one of fitting) {
    const gaps = gapsBetween(search, form, one);
    if (gaps.length === 0) return [];
    misses.push(gaps);
  }
  const isCovered = (part: Form): boolean => formGaps(search, part, { outer, given, splits: splits - 1 }).length === 0;
  if (splits > 0 && splitObject(form, fitting).some((parts) => parts.every(isCovered))) return [];
  // The form that misses least says best where.
  const gaps = misses.toSorted((one, other) => one.length - other.length).flat();
  return gaps.length === 0 ? [UNKNOWN] : gaps;
};

/** All that the form takes is taken out of it again. */
const isExcluded = (search: Search, form: Form): boolean =>
  form.nots.some((not) => compare(search, bareNode(form), not).verdict === "yes");

const isOfForm = ({ document, parts, nots }: Form, value: unknown): boolean =>
  accepts({ document, schemas: parts }, value) && !nots.some((not) => accepts(not, value));

const gapsBetween = (search: Search, inner: Form, outer: Form): readonly Gap[] => {
  search.left -= 1;
  if (search.left < 0) return [UNKNOWN];
  return [
    ...keywordGaps(search, inner, outer),
    ...outer.opaque.filter((text) => !inner.opaque.includes(text)).map(() => UNKNOWN),
    ...outer.nots.filter((not) => !excludes(inner, not)).map((not) => ({ at: "", tries: samplesOf(not) })),
  ];
};

const keywordGaps = (search: Search, inner: Form, outer: Form): readonly Gap[] => {
  if (outer.values !== undefined) return [{ at: "", tries: samplesOf(nodeOf(inner.document, ...inner.parts)) }];
  const ask = (one: Node, other: Node): Outcome => compare(search, one, other);
  if (inner.type === "number") return numberGaps(inner, outer);
  if (inner.type === "string") return textGaps(inner, outer, textsOf);
  return inner.type === "array" ? listGaps(inner, outer, ask) : memberGaps(inner, outer, ask);
};

/** No value of the form is one of the node. */
const excludes = (form: Form, not: Node): boolean => {
  const text = ({ document, schemas }: Node): string => schemas.map((schema) => fingerprint(document, schema)).join();
  const isSaid = form.nots.some((own) => text(own) === text(not));
  return isSaid || areApart(bareNode(form), not);
};

// Objects: each named member against the other's, what is required, how many there may be, and the members that nobody names.
import { isSchema } from "../keywords.ts";
import type { JsonSchema } from "../schema.ts";
import { isEmpty, possibleNames } from "./apart.ts";
import { escapePointer } from "../../json/pointer.ts";
import { type Ask, type Form, type Gap, type Node, type Outcome, accepts, nodeOf } from "./node.ts";
import { additionalIn, countsOf, memberNode, namesIn, otherMembers, patternsIn, requiredIn } from "./places.ts";
import { objectsOf, objectsWith, samplesOf } from "./sample.ts";

export const memberGaps = (inner: Form, outer: Form, ask: Ask): readonly Gap[] => [
  ...requiredGaps(inner, outer),
  ...countGaps(inner, outer),
  ...namedGaps(inner, outer, ask),
  ...otherGaps(inner, outer, ask),
  ...nameGaps(inner, outer, ask),
];

const requiredGaps = (inner: Form, outer: Form): readonly Gap[] => {
  const own = requiredIn(inner);
  return [...requiredIn(outer)]
    .filter((name) => !own.has(name))
    .map((name) => ({ at: `/${escapePointer(name)}`, tries: objectsOf(inner) }));
};

const isClosed = (form: Form): boolean =>
  form.parts.every((part) => patternsIn(part).length === 0) && isEmpty(otherMembers(form));

const countGaps = (inner: Form, outer: Form): readonly Gap[] => {
  const [from, to] = countsOf(inner, "Properties");
  const [least, most] = countsOf(outer, "Properties");
  const needed = Math.max(from, requiredIn(inner).size);
  const possible = to > most && isClosed(inner) ? Math.min(to, possibleNames(inner).length) : to;
  if (needed >= least && possible <= most) return [];
  return [{ at: "", tries: [...objectsOf(inner), ...larger(inner, most + 1)] }];
};

const LARGEST = 200;

/** An object with so many members, the last of them under made-up names. */
const larger = (form: Form, size: number): readonly object[] => {
  const [value] = samplesOf(otherMembers(form));
  const base = objectsOf(form)[0];
  if (value === undefined || base === undefined || size > LARGEST) return [];
  const names = Array.from({ length: Math.max(0, size - Object.keys(base).length) }, (_name, index) => `other${index}`);
  return [{ ...base, ...Object.fromEntries(names.map((name) => [name, value])) }];
};

const namedGaps = (inner: Form, outer: Form, ask: Ask): readonly Gap[] =>
  [...new Set([...namesIn(inner), ...namesIn(outer)])]
    .filter((name) => !isEmpty(memberNode(inner, name)))
    .flatMap((name) => gapsOf(ask(memberNode(inner, name), memberNode(outer, name)), inner, name));

const gapsOf = (outcome: Outcome, inner: Form, name: string): readonly Gap[] => {
  if (outcome.verdict === "yes") return [];
  const tries = outcome.verdict === "no" ? objectsWith(inner, name, outcome.witness) : [];
  return [{ at: `/${escapePointer(name)}${outcome.at}`, tries }];
};

/**
 * Members that nobody names. A pattern of the inner form holds for names of that pattern alone, so where it is not the outer's
 * own pattern, all that may stand there has to fit.
 */
const otherGaps = (inner: Form, outer: Form, ask: Ask): readonly Gap[] => {
  const free = freshName([inner, outer]);
  return outer.parts.flatMap((part) => {
    const sources = patternsIn(part).map(([source]) => source);
    const wanted = [
      ...patternsIn(part).flatMap(([source, schema]) => [[schema, guaranteed(inner, source)] as const]),
      ...additionalIn(part).flatMap((schema) => possible(inner, sources).map((node) => [schema, node] as const)),
    ];
    return wanted
      .filter(([, node]) => !isEmpty(node))
      .flatMap(([schema, node]) => {
        const outcome = ask(node, nodeOf(outer.document, schema));
        return gapsOf(outcome, inner, free).map(({ tries }) => ({ at: "/*", tries }));
      });
  });
};

/** All that is certain about members whose names fit the pattern. */
const guaranteed = ({ document, parts }: Form, source: string): Node => {
  const certain = parts.flatMap((part): readonly JsonSchema[] => {
    const patterns = patternsIn(part);
    // A member that the part names itself is compared by its name.
    return patterns.length === 0
      ? additionalIn(part)
      : patterns.filter(([own]) => own === source).map(([, schema]) => schema);
  });
  return nodeOf(document, ...certain);
};

/** What may stand under names that fit none of these patterns: each a case. */
const possible = (inner: Form, sources: readonly string[]): readonly Node[] => {
  const others = inner.parts.flatMap(patternsIn).filter(([source]) => !sources.includes(source));
  const bare = inner.parts.filter((part) => patternsIn(part).length === 0).flatMap(additionalIn);
  const cases = others.map(([, schema]) => nodeOf(inner.document, ...bare, schema));
  return [otherMembers(inner), ...cases];
};

const freshName = (forms: readonly Form[]): string => {
  const taken = new Set(forms.flatMap(namesIn));
  let name = "other";
  while (taken.has(name)) name += "_";
  return name;
};

/** `propertyNames`: a name is a text. */
const nameGaps = (inner: Form, outer: Form, ask: Ask): readonly Gap[] => {
  const wanted = nodeOf(outer.document, ...nameSchemas(outer));
  if (wanted.schemas.length === 0) return [];
  const names = possibleNames(inner);
  if (isClosed(inner) && names.every((name) => accepts(wanted, name))) return [];
  const own = nodeOf(inner.document, { type: "string" }, ...nameSchemas(inner));
  const outcome = ask(own, wanted);
  if (outcome.verdict === "yes") return [];
  const tried = outcome.verdict === "no" ? [String(outcome.witness)] : [];
  const [value] = samplesOf(otherMembers(inner));
  return [
    {
      at: "/*",
      tries: [...names, ...tried].flatMap((name) =>
        objectsWith(inner, name, samplesOf(memberNode(inner, name))[0] ?? value),
      ),
    },
  ];
};

const nameSchemas = ({ parts }: Form): readonly JsonSchema[] =>
  parts.map(({ propertyNames }) => propertyNames).filter(isSchema);

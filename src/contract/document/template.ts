// Path templates and the languages of their segments. Everything here speaks of decoded text: what a backend sees after
// decoding once. A parameter stands for one or more characters of one segment.
import type { PathTemplate, Segment, SegmentPart } from "../contract.ts";

interface ReadTemplate {
  readonly path: PathTemplate;
  /** Why no operation can be offered on this path. It stays in the table all the same: others must not render to it. */
  readonly problem: string | undefined;
}

const PARTS = /\{([^{}]+)\}|([^{}]+)/gy;

/** Reads `/a/{b}.json`. Literals of the result are decoded; the template keeps the document's own writing. */
export const readTemplate = (template: string): ReadTemplate => {
  const [path = ""] = template.split(/[?#]/, 1);
  const problems: string[] = [];
  if (path !== template) problems.push("has a query or fragment");
  if (!path.startsWith("/")) problems.push("does not start with `/`");
  const texts = (path.startsWith("/") ? path.slice(1) : path).split("/");
  if (texts.slice(0, -1).includes("")) problems.push("has an empty segment");
  const segments = texts.map((segment) => readSegment(segment, problems));
  const names = segments.flat().flatMap((part) => ("parameter" in part ? [part.parameter] : []));
  if (new Set(names).size < names.length) problems.push("names a parameter twice");
  return { path: Object.freeze({ template, segments: Object.freeze(segments) }), problem: problems[0] };
};

const readSegment = (segment: string, problems: string[]): Segment => {
  const parts: SegmentPart[] = [];
  let end = 0;
  for (const [whole, parameter, literal] of segment.matchAll(PARTS)) {
    end += whole.length;
    const previous = parts.at(-1);
    if (parameter !== undefined && previous !== undefined && "parameter" in previous)
      problems.push("has two parameters without text between them");
    parts.push(parameter === undefined ? { literal: decodeLiteral(literal ?? "", problems) } : { parameter });
  }
  if (end === segment.length && parts.length > 0) return Object.freeze(fixed(parts, problems));
  if (segment !== "") problems.push("has an unpaired brace");
  return Object.freeze([{ literal: segment }]);
};

/** A literal `.` or `..` is a path step to every receiver: no request for it would arrive there. */
const fixed = (parts: SegmentPart[], problems: string[]): SegmentPart[] => {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined && "literal" in only && /^\.{1,2}$/.test(only.literal))
    problems.push("has a path step");
  return parts;
};

const decodeLiteral = (literal: string, problems: string[]): string => {
  try {
    return decodeURIComponent(literal);
  } catch {
    problems.push("has a broken percent-encoding");
    return literal;
  }
};

/** The texts around a segment's parameters: one more than it has parameters. A literal segment has one. */
export const literalsOf = (segment: Segment): readonly string[] => {
  const literals = [""];
  for (const part of segment) {
    if ("parameter" in part) literals.push("");
    else literals[literals.length - 1] += part.literal;
  }
  return literals;
};

/** Splits from the left, each parameter as short as it can be. Undefined when the text does not fit. */
const splitLeft = (literals: readonly string[], segment: string): string[] | undefined => {
  const last = literals.length - 1;
  const prefix = literals[0] ?? "";
  const suffix = literals[last] ?? "";
  if (!segment.startsWith(prefix) || !segment.endsWith(suffix)) return undefined;
  const values: string[] = [];
  let from = prefix.length;
  for (let index = 1; index < last; index++) {
    const literal = literals[index] ?? "";
    const at = segment.indexOf(literal, from + 1);
    if (at < 0) return undefined;
    values.push(segment.slice(from, at));
    from = at + literal.length;
  }
  const end = segment.length - suffix.length;
  if (end <= from) return undefined;
  values.push(segment.slice(from, end));
  return values;
};

/** The same from the right. */
const splitRight = (literals: readonly string[], segment: string): string[] => {
  const values: string[] = [];
  let end = segment.length - (literals.at(-1) ?? "").length;
  for (let index = literals.length - 2; index > 0; index--) {
    const literal = literals[index] ?? "";
    const at = segment.lastIndexOf(literal, end - 1 - literal.length);
    values.unshift(segment.slice(at + literal.length, end));
    end = at;
  }
  values.unshift(segment.slice((literals[0] ?? "").length, end));
  return values;
};

export const fitsLiterals = (literals: readonly string[], segment: string): boolean => {
  if (literals.length === 1) return segment === literals[0];
  if (literals.length === 2 && literals[0] === "" && literals[1] === "") return segment !== "";
  return splitLeft(literals, segment) !== undefined;
};

/**
 * The values of a segment's parameters, in order. `ambiguous` when the text can be split in more than one way
 * (`a...b...c` for `{base}...{head}`): the backend may see other values than those that were checked.
 */
export const splitSegment = (segment: Segment, decoded: string): readonly string[] | "ambiguous" | undefined => {
  const literals = literalsOf(segment);
  if (literals.length === 1) return decoded === literals[0] ? [] : undefined;
  const left = splitLeft(literals, decoded);
  // Leftmost and rightmost bound every other split: where both agree there is no third.
  if (left === undefined || left.length === 1) return left;
  const right = splitRight(literals, decoded);
  return left.every((value, index) => value === right[index]) ? left : "ambiguous";
};

/** Stands for any text in a segment: no literal of a document has it, so only a parameter can cover it. */
const ANY = "\uFFFF";

/** Whether everything that fits `narrow` fits `wide`, too. Exact: a parameter that covers ANY covers every text. */
export const covers = (wide: readonly string[], narrow: readonly string[]): boolean =>
  fitsLiterals(wide, narrow.join(ANY));

/** Whether some text fits both. Exact: with a parameter on both sides, only prefixes and suffixes can disagree. */
export const overlaps = (one: readonly string[], other: readonly string[]): boolean => {
  if (one.length === 1) return fitsLiterals(other, one[0] ?? "");
  if (other.length === 1) return fitsLiterals(one, other[0] ?? "");
  const [a = "", b = ""] = [one[0], other[0]];
  const [x = "", y = ""] = [one.at(-1), other.at(-1)];
  return (a.startsWith(b) || b.startsWith(a)) && (x.endsWith(y) || y.endsWith(x));
};

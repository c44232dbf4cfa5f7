// Writes an ECMA-262 pattern (flag `u`) in RE2's syntax with equal meaning: every character and class
// becomes explicit ranges of code points, so that nothing depends on what RE2 means by \s, `.`, `$` or \p.
// What has no equal is refused: look-around, back-references, inline modifiers.
// https://tc39.es/ecma262/#sec-patterns
import {
  type CharacterSet,
  complement,
  digits,
  joinRanges,
  lineTerminators,
  scanClass,
  whiteSpace,
  word,
} from "./character-set.ts";

/** Thrown inside this file and `pattern.ts` alone. */
export class UntranslatablePattern extends Error {}

interface Reader {
  /** Code points: `u` never looks at half of a pair. */
  readonly points: readonly string[];
  at: number;
  depth: number;
}

const maxDepth = 200;
const maxRepeat = 1000;

const fail = (problem: string): never => {
  throw new UntranslatablePattern(problem);
};

const looksAt = (reader: Reader, text: string): boolean =>
  [...text].every((character, offset) => reader.points[reader.at + offset] === character);

const takeIf = (reader: Reader, text: string): boolean => {
  if (!looksAt(reader, text)) return false;
  reader.at += text.length;
  return true;
};

const hex = (point: number): string => `\\x{${point.toString(16)}}`;

const writeSet = (set: CharacterSet): string => {
  if (set.length === 0) return "[^\\x{0}-\\x{10ffff}]";
  const [first] = set;
  if (set.length === 1 && first !== undefined && first[0] === first[1]) return hex(first[0]);
  return `[${set.map(([low, high]) => (low === high ? hex(low) : `${hex(low)}-${hex(high)}`)).join("")}]`;
};

const single = (point: number): CharacterSet => [[point, point]];

const readHex = (reader: Reader, length: number): number => {
  const text = reader.points.slice(reader.at, reader.at + length).join("");
  if (!/^[0-9a-fA-F]+$/.test(text) || text.length !== length) fail("has an incomplete \\x or \\u escape");
  reader.at += length;
  return Number.parseInt(text, 16);
};

const readUnicode = (reader: Reader): number => {
  if (takeIf(reader, "{")) {
    const end = reader.points.indexOf("}", reader.at);
    const point = end < 0 ? Number.NaN : Number.parseInt(readHexText(reader, end), 16);
    if (!(point <= 0x10ffff)) fail("has a \\u{…} escape that is no code point");
    return point;
  }
  const lead = readHex(reader, 4);
  if (lead < 0xd800 || lead > 0xdbff || !looksAt(reader, "\\u")) return lead;
  const start = reader.at;
  reader.at += 2;
  const trail = looksAt(reader, "{") ? 0 : readHex(reader, 4);
  if (trail >= 0xdc00 && trail <= 0xdfff) return (lead - 0xd800) * 0x400 + (trail - 0xdc00) + 0x10000;
  reader.at = start;
  return lead;
};

const readHexText = (reader: Reader, end: number): string => {
  const text = reader.points.slice(reader.at, end).join("");
  reader.at = end + 1;
  return /^[0-9a-fA-F]+$/.test(text) ? text : "x";
};

const controls: ReadonlyMap<string, number> = new Map([
  ["t", 9],
  ["n", 10],
  ["v", 11],
  ["f", 12],
  ["r", 13],
]);

const classes: ReadonlyMap<string, CharacterSet> = new Map([
  ["d", digits],
  ["D", complement(digits)],
  ["s", whiteSpace],
  ["S", complement(whiteSpace)],
  ["w", word],
  ["W", complement(word)],
]);

const properties = new Map<string, CharacterSet>();

const readProperty = (reader: Reader, kind: string): CharacterSet => {
  const end = reader.points.indexOf("}", reader.at);
  if (!looksAt(reader, "{") || end < 0) fail(`has \\${kind} without a property in braces`);
  const source = `\\${kind}${reader.points.slice(reader.at, end + 1).join("")}`;
  reader.at = end + 1;
  const known = properties.get(source);
  if (known !== undefined) return known;
  const set = scanClass(source);
  properties.set(source, set);
  return set;
};

/** A class escape or one character, after the backslash. */
const readEscape = (reader: Reader): CharacterSet => {
  const character = reader.points[reader.at++] ?? fail("ends with a backslash");
  const set = classes.get(character);
  if (set !== undefined) return set;
  if (character === "p" || character === "P") return readProperty(reader, character);
  const control = controls.get(character);
  if (control !== undefined) return single(control);
  if (character === "u") return single(readUnicode(reader));
  if (character === "x") return single(readHex(reader, 2));
  if (character === "0" && !/[0-9]/.test(reader.points[reader.at] ?? "")) return single(0);
  if (character === "c") return single(readControlLetter(reader));
  if (/[0-9A-Za-z]/.test(character)) fail(`has the escape \\${character}, which ECMA-262 does not know`);
  return single(pointOf(character));
};

const readControlLetter = (reader: Reader): number => {
  const letter = reader.points[reader.at++] ?? "";
  return /^[A-Za-z]$/.test(letter) ? pointOf(letter) % 32 : fail("has \\c without a letter");
};

// Every element of `points` is one whole character, so a code point is there.
const pointOf = (character: string): number => character.codePointAt(0) ?? 0;

const readClassAtom = (reader: Reader): { readonly set: CharacterSet; readonly point: number | undefined } => {
  const character = reader.points[reader.at++] ?? fail("has a class that is not closed");
  if (character !== "\\") return { set: single(pointOf(character)), point: pointOf(character) };
  if (takeIf(reader, "b")) return { set: single(8), point: 8 };
  const isClass = /[dDsSwWpP]/.test(reader.points[reader.at] ?? "");
  const set = readEscape(reader);
  return { set, point: isClass ? undefined : set[0]?.[0] };
};

/** After the opening bracket. */
const readClass = (reader: Reader): string => {
  const isNegated = takeIf(reader, "^");
  const ranges: (readonly [number, number])[] = [];
  while (!takeIf(reader, "]")) {
    const atom = readClassAtom(reader);
    const isRange = looksAt(reader, "-") && reader.points[reader.at + 1] !== "]";
    if (!isRange) ranges.push(...atom.set);
    else {
      reader.at++;
      const end = readClassAtom(reader).point;
      if (atom.point === undefined || end === undefined || end < atom.point)
        return fail("has a class range that is no range");
      ranges.push([atom.point, end]);
    }
  }
  return writeSet(isNegated ? complement(ranges) : joinRanges(ranges));
};

const openings = ["(?=", "(?!", "(?<=", "(?<!"];

const skipGroupHead = (reader: Reader): void => {
  if (openings.some((opening) => looksAt(reader, opening))) fail("uses look-around, which has no linear-time equal");
  if (takeIf(reader, "(?:")) return;
  if (takeIf(reader, "(?<")) {
    const end = reader.points.indexOf(">", reader.at);
    reader.at = end < 0 ? fail("has a group name that is not closed") : end + 1;
    return;
  }
  if (looksAt(reader, "(?")) fail("uses inline flags");
  reader.at++;
};

const readGroup = (reader: Reader): string => {
  skipGroupHead(reader);
  if (++reader.depth > maxDepth) fail("nests groups too deeply");
  const inner = readDisjunction(reader);
  reader.depth--;
  if (!takeIf(reader, ")")) fail("has a group that is not closed");
  return `(?:${inner})`;
};

const readBackslash = (reader: Reader): string => {
  const next = reader.points[reader.at] ?? "";
  if (/[1-9k]/.test(next)) fail("uses a back-reference, which has no linear-time equal");
  if (next !== "b" && next !== "B") return writeSet(readEscape(reader));
  reader.at++;
  return `\\${next}`;
};

const isCounted = (reader: Reader): boolean =>
  reader.points[reader.at] === "{" &&
  /^\{[0-9]+(,[0-9]*)?\}/.test(reader.points.slice(reader.at, reader.at + 40).join(""));

const readAtom = (reader: Reader): string => {
  if (looksAt(reader, "(")) return readGroup(reader);
  if (isCounted(reader)) fail("repeats nothing");
  const character = reader.points[reader.at++] ?? "";
  if (character === "[") return readClass(reader);
  if (character === ".") return writeSet(complement(lineTerminators));
  if (character === "\\") return readBackslash(reader);
  if (character === "^") return "\\A";
  if (character === "$") return "\\z";
  if (/[*+?]/.test(character)) fail("repeats nothing");
  return writeSet(single(pointOf(character)));
};

const readCount = (reader: Reader): string => {
  const end = reader.points.indexOf("}", reader.at);
  const [low = "", high] = reader.points
    .slice(reader.at + 1, end)
    .join("")
    .split(",");
  reader.at = end + 1;
  if (Number(low) > maxRepeat || Number(high ?? 0) > maxRepeat) fail(`repeats more than ${maxRepeat} times`);
  if (high !== undefined && high !== "" && Number(high) < Number(low))
    fail("has a repeat whose ends are in the wrong order");
  return high === undefined ? `{${Number(low)}}` : `{${Number(low)},${high === "" ? "" : Number(high)}}`;
};

const readQuantifier = (reader: Reader): string => {
  const character = reader.points[reader.at] ?? "";
  let quantifier = "";
  if (isCounted(reader)) quantifier = readCount(reader);
  else if (/^[*+?]$/.test(character)) quantifier = reader.points[reader.at++] ?? "";
  // Greed decides what is captured, never whether something matches.
  if (quantifier !== "") takeIf(reader, "?");
  return quantifier;
};

const isAssertion = (atom: string): boolean => ["\\A", "\\z", "\\b", "\\B"].includes(atom);

const readDisjunction = (reader: Reader): string => {
  let out = "";
  while (reader.at < reader.points.length && !looksAt(reader, ")")) {
    if (takeIf(reader, "|")) {
      out += "|";
      continue;
    }
    const atom = readAtom(reader);
    const quantifier = readQuantifier(reader);
    if (quantifier !== "" && isAssertion(atom)) fail("repeats an assertion");
    out += atom + quantifier;
  }
  return out;
};

/** RE2 syntax for a search with this pattern. Throws `UntranslatablePattern`. */
export const translatePattern = (source: string): string => {
  const reader: Reader = { points: [...source], at: 0, depth: 0 };
  const out = readDisjunction(reader);
  if (reader.at < reader.points.length) fail("closes a group that was not opened");
  return out;
};

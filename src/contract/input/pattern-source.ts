// A RegExp of an author as the source of a JSON Schema pattern: ECMA-262 with the flag `u`, no other flag, searched.
// Flags are written into the source where that can be done exactly; what is left is refused with its reason.
// Deliberate: a character is a code point, as in JSON Schema, also where the author left out `u`.
import { foldCase } from "./fold-case.ts";
import type { RegexToken } from "./regex-tokens.ts";
import { readRegexTokens } from "./regex-tokens.ts";
import { toUnicodeTokens } from "./unicode-source.ts";

type PatternSource = { readonly source: string } | { readonly message: string; readonly mend: string };

const refused = (message: string, mend: string): PatternSource => ({ message, mend });

// `\u{61}` and `\p{L}` are repeated or plain letters without `u`: nobody means that.
const hasUnicodeEscape = (source: string): boolean =>
  readRegexTokens(source, true).some(({ kind, text }) => kind === "escape" && /^\\(?:u\{|[pP]\{)/.test(text));

const isUnicodeSource = (source: string): boolean => {
  try {
    return new RegExp(source, "u").source !== "";
  } catch {
    return false;
  }
};

const isModifier = ({ kind, text }: RegexToken): boolean => kind === "syntax" && /^\(\?[a-z-]+:$/.test(text);

const dotAll = ({ kind, text }: RegexToken): string => (kind === "syntax" && text === "." ? "[\\s\\S]" : text);

export const readPatternSource = (pattern: RegExp): PatternSource => {
  const { flags } = pattern;
  const isUnicode = flags.includes("u");
  if (flags.includes("v")) return refused("the flag v changes how a pattern is written", "write it with the flag u");
  if (!isUnicode && hasUnicodeEscape(pattern.source)) {
    return refused("\\u{…} and \\p{…} mean something else without the flag u", "add the flag u");
  }
  const read = readRegexTokens(pattern.source, isUnicode);
  const tokens = isUnicode ? read : toUnicodeTokens(read);
  if (tokens.some(isModifier)) return refused("(?i:…) sets a flag inside the pattern", "write both cases out: [aA]");
  if (flags.includes("m") && tokens.some(({ kind, text }) => kind === "syntax" && (text === "^" || text === "$"))) {
    return refused("a pattern has no flag m: ^ and $ stand for the whole text", "leave out the flag m");
  }
  const dotted = flags.includes("s") ? tokens.map((token) => ({ ...token, text: dotAll(token) })) : tokens;
  const source = flags.includes("i") ? foldCase(dotted, { isUnicode }) : dotted.map(({ text }) => text).join("");
  if (source === undefined || !isUnicodeSource(source)) return refusedSource(flags.includes("i"));
  return { source: flags.includes("y") ? `^(?:${source})` : source };
};

const refusedSource = (isFolded: boolean): PatternSource =>
  isFolded
    ? refused("the flag i cannot be written into this pattern exactly", "write both cases out: [aA]")
    : refused("the pattern is not valid with the flag u, which JSON Schema uses", "write it with the flag u");

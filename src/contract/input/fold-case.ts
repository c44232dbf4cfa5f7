// Writes the flag `i` into a pattern, because a JSON Schema pattern has no flags: every ASCII letter becomes a class of
// its cases, every class gets the other case of its letters. What ECMA-262 folds beyond ASCII is refused, not guessed.
import type { RegexToken } from "./regex-tokens.ts";

interface Fold {
  /** Folding differs: with `u`, `k` also matches U+212A and `s` also U+017F. */
  readonly isUnicode: boolean;
}

const simpleEscapes = /^\\(?:[dDsStnvfr0^$\\.*+?()[\]{}|/-]|c[A-Za-z]|[1-9]\d*|k<[^>]*>)$/;
const hexEscape = /^\\(?:x|u\{?)([0-9a-fA-F]+)\}?$/;

/** The code point that a token stands for, or undefined when it stands for a set or an assertion. */
const codeOf = (token: RegexToken): number | undefined => {
  if (token.kind === "literal") return token.text.codePointAt(0);
  const hex = hexEscape.exec(token.text)?.[1];
  if (hex !== undefined) return Number.parseInt(hex, 16);
  return /^\\[^A-Za-z0-9]$/.test(token.text) ? token.text.codePointAt(1) : undefined;
};

const beyondAscii = (letters: string): string =>
  (letters.includes("k") ? "\\u212A" : "") + (letters.includes("s") ? "\\u017F" : "");

const shorten = (letters: string): string =>
  letters.replace("abcdefghijklmnopqrstuvwxyz", "a-z").replace("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "A-Z");

/** The other writings of the ASCII letters between two code points, as members of a class. */
const otherCases = (from: number, to: number, { isUnicode }: Fold): string => {
  let [uppers, lowers, all] = ["", "", ""];
  for (let code = 0x61; code <= 0x7a; code++) {
    const hasLower = from <= code && code <= to;
    const hasUpper = from <= code - 32 && code - 32 <= to;
    if (hasLower || hasUpper) all += String.fromCharCode(code);
    if (hasLower && !hasUpper) uppers += String.fromCharCode(code - 32);
    if (hasUpper && !hasLower) lowers += String.fromCharCode(code);
  }
  return shorten(uppers) + shorten(lowers) + (isUnicode ? beyondAscii(all) : "");
};

const isUncased = (code: number): boolean => {
  const text = String.fromCodePoint(code);
  return code <= 0x7f || (text.toLowerCase() === text && text.toUpperCase() === text);
};

const foldOutside = (token: RegexToken, fold: Fold): string | undefined => {
  const code = codeOf(token);
  if (code === undefined) return foldSet(token, fold, true);
  if (!isUncased(code)) return undefined;
  const others = otherCases(code, code, fold);
  return others === "" ? token.text : `[${token.text}${others}]`;
};

// `\w` with `iu` takes in the two characters beyond ASCII that fold to letters; `\W` and `\b` change with it: refused.
const foldSet = ({ text }: RegexToken, { isUnicode }: Fold, isAlone: boolean): string | undefined => {
  if (simpleEscapes.test(text)) return text;
  if (text === "\\w" && isUnicode) return isAlone ? "[\\w\\u017F\\u212A]" : "\\w\\u017F\\u212A";
  return !isUnicode && /^\\[wWbB]$/.test(text) ? text : undefined;
};

/** The members of one class, folded, or undefined when a range or an escape reaches beyond ASCII. */
const foldClass = (members: readonly RegexToken[], fold: Fold): string | undefined => {
  let folded = "";
  for (let at = 0; at < members.length; at++) {
    const [first, dash, last] = [members[at], members[at + 1], members[at + 2]];
    if (first === undefined) continue;
    const from = codeOf(first);
    const to = dash?.text === "-" && last !== undefined ? codeOf(last) : undefined;
    if (from !== undefined && to !== undefined) {
      if (to > 0x7f) return undefined;
      folded += `${first.text}-${last?.text ?? ""}${otherCases(from, to, fold)}`;
      at += 2;
      continue;
    }
    const single =
      from === undefined
        ? foldSet(first, fold, false)
        : isUncased(from)
          ? first.text + otherCases(from, from, fold)
          : undefined;
    if (single === undefined) return undefined;
    folded += single;
  }
  return folded;
};

/** The same pattern without `i`, or undefined when that cannot be written exactly. */
export const foldCase = (tokens: readonly RegexToken[], fold: Fold): string | undefined => {
  let source = "";
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    if (token === undefined) continue;
    if (token.kind === "open") {
      const end = tokens.findIndex(({ kind }, index) => index > at && kind === "close");
      const members = foldClass(tokens.slice(at + 1, end), fold);
      if (members === undefined) return undefined;
      source += `${token.text}${members}]`;
      at = end;
      continue;
    }
    const text = token.kind === "syntax" ? token.text : foldOutside(token, fold);
    if (text === undefined) return undefined;
    source += text;
  }
  return source;
};

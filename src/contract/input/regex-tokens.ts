// Cuts the source of a regular expression into the few kinds of token that translating it has to tell apart.
// The source comes from a RegExp, so that it is known to be well formed.

export interface RegexToken {
  readonly kind: "literal" | "escape" | "open" | "close" | "syntax";
  readonly text: string;
  readonly isInClass: boolean;
}

const escape = /\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|c[A-Za-z]|k<[^>]*>|[1-9]\d*|[^])/y;
const unicodeEscape =
  /\\(?:x[0-9a-fA-F]{2}|u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|u\{[0-9a-fA-F]+\}|[pP]\{[^}]*\}|c[A-Za-z]|k<[^>]*>|[1-9]\d*|[^])/y;
// Letters in here are syntax: they must not be folded or taken for literals.
const group = /\(\?(?:[:=!]|<[=!]|<[^>]*>|[a-z-]*:)/y;
const quantifier = /\{\d+(?:,\d*)?\}/y;

const match = (pattern: RegExp, source: string, at: number): string | undefined => {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0];
};

const readToken = (source: string, at: number, isInClass: boolean, isUnicode: boolean): RegexToken => {
  const token = (kind: RegexToken["kind"], text: string): RegexToken => ({ kind, text, isInClass });
  const character = String.fromCodePoint(source.codePointAt(at) ?? 0);
  if (character === "\\") return token("escape", match(isUnicode ? unicodeEscape : escape, source, at) ?? character);
  if (isInClass) return character === "]" ? token("close", "]") : token("literal", character);
  if (character === "[") return token("open", source[at + 1] === "^" ? "[^" : "[");
  const longer = match(group, source, at) ?? match(quantifier, source, at);
  if (longer !== undefined) return token("syntax", longer);
  return token("^$.*+?()|".includes(character) ? "syntax" : "literal", character);
};

export const readRegexTokens = (source: string, isUnicode: boolean): readonly RegexToken[] => {
  const tokens: RegexToken[] = [];
  let isInClass = false;
  for (let at = 0; at < source.length;) {
    const token = readToken(source, at, isInClass, isUnicode);
    tokens.push(token);
    at += token.text.length;
    if (token.kind === "open") isInClass = true;
    if (token.kind === "close") isInClass = false;
  }
  return tokens;
};

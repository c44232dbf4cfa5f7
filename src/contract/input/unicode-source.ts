// A pattern written without the flag `u`, with the same meaning under `u`: ECMA-262 Annex B lets such a pattern have
// needless escapes, lone brackets and ranges of sets, which `u` refuses. A character becomes a code point on purpose.
import type { RegexToken } from "./regex-tokens.ts";

const literal = (token: RegexToken, text: string): RegexToken => ({ ...token, kind: "literal", text });
const escaped = (token: RegexToken, text: string): RegexToken => ({ ...token, kind: "escape", text });

// Without `u` a backslash before any other character is dropped; with `u` it is a mistake.
const isNeedlessEscape = ({ kind, text, isInClass }: RegexToken): boolean =>
  kind === "escape" && /^\\[^A-Za-z0-9^$\\.*+?()[\]{}|/]$/.test(text) && !(isInClass && text === "\\-");

const isLoneBracket = ({ kind, text, isInClass }: RegexToken): boolean =>
  kind === "literal" && !isInClass && /^[\]{}]$/.test(text);

const withUnicode = (token: RegexToken): RegexToken => {
  if (isNeedlessEscape(token)) return literal(token, token.text.slice(1));
  return isLoneBracket(token) ? escaped(token, `\\${token.text}`) : token;
};

const isSet = (token: RegexToken | undefined): boolean => token?.kind === "escape" && /^\\[dDsSwW]$/.test(token.text);
const isDash = (token: RegexToken | undefined): token is RegexToken =>
  token?.kind === "literal" && token.isInClass && token.text === "-";
const isMember = (token: RegexToken | undefined): token is RegexToken =>
  token?.isInClass === true && token.kind !== "close";
const plainDash = (token: RegexToken): RegexToken => (isDash(token) ? escaped(token, "\\-") : token);

/** `[\w-.]` is a set, a dash and a dot: a range needs two characters. */
const withPlainDashes = (tokens: readonly RegexToken[]): readonly RegexToken[] => {
  const plain: RegexToken[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const [from, dash, to] = [tokens[at], tokens[at + 1], tokens[at + 2]];
    if (from === undefined) continue;
    if (!isMember(from) || !isDash(dash) || !isMember(to)) {
      plain.push(from);
      continue;
    }
    plain.push(...(isSet(from) || isSet(to) ? [from, dash, to].map(plainDash) : [from, dash, to]));
    at += 2;
  }
  return plain;
};

export const toUnicodeTokens = (tokens: readonly RegexToken[]): readonly RegexToken[] =>
  withPlainDashes(tokens).map(withUnicode);

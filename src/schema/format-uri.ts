// RFC 3986 and 3987 (URI, IRI, references), RFC 6570 (templates), RFC 6901 (JSON Pointer, relative JSON Pointer).
// The text is split at its delimiters first and each part judged by one class of characters: linear by construction.
import { isIpv6 } from "./format-host.ts";

const unreserved = "A-Za-z0-9\\-._~";
const subDelimiters = "!$&'()*+,;=";
// RFC 3987, ucschar: everything beyond ASCII but controls, private use and noncharacters.
const international =
  "\\u{a0}-\\u{d7ff}\\u{f900}-\\u{fdcf}\\u{fdf0}-\\u{ffef}" +
  Array.from(
    { length: 13 },
    (_, plane) => `\\u{${(plane + 1).toString(16)}0000}-\\u{${(plane + 1).toString(16)}fffd}`,
  ).join("") +
  "\\u{e1000}-\\u{efffd}";
const privateUse = "\\u{e000}-\\u{f8ff}\\u{f0000}-\\u{ffffd}\\u{100000}-\\u{10fffd}";

const of = (characters: string): RegExp => new RegExp(`^(?:[${characters}]|%[0-9A-Fa-f]{2})*$`, "u");

const createParts = (more: string, moreInQuery: string) => ({
  user: of(`${unreserved}${subDelimiters}:${more}`),
  name: of(`${unreserved}${subDelimiters}${more}`),
  path: of(`${unreserved}${subDelimiters}:@/${more}`),
  query: of(`${unreserved}${subDelimiters}:@/?${more}${moreInQuery}`),
  fragment: of(`${unreserved}${subDelimiters}:@/?${more}`),
});

const parts = { uri: createParts("", ""), iri: createParts(international, privateUse) } as const;
type Parts = (typeof parts)["uri"];

const isIpLiteral = (text: string): boolean =>
  isIpv6(text) || /^[vV][0-9A-Fa-f]+\.[A-Za-z0-9\-._~!$&'()*+,;=:]+$/.test(text);

const isHostAndPort = (text: string, judge: Parts): boolean => {
  const literal = /^\[([^[\]]*)\](?::\d*)?$/.exec(text);
  if (literal !== null) return isIpLiteral(literal[1] ?? "");
  const colon = text.indexOf(":");
  const [host, port] = colon < 0 ? [text, ""] : [text.slice(0, colon), text.slice(colon + 1)];
  return judge.name.test(host) && /^\d*$/.test(port);
};

const isAuthority = (text: string, judge: Parts): boolean => {
  const at = text.indexOf("@");
  return judge.user.test(text.slice(0, Math.max(at, 0))) && isHostAndPort(text.slice(at + 1), judge);
};

const isHierarchy = (text: string, judge: Parts): boolean => {
  if (!text.startsWith("//")) return judge.path.test(text);
  const slash = text.indexOf("/", 2);
  const end = slash < 0 ? text.length : slash;
  return isAuthority(text.slice(2, end), judge) && judge.path.test(text.slice(end));
};

const splitOnce = (text: string, delimiter: string): readonly [string, string] => {
  const at = text.indexOf(delimiter);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
};

const createJudge =
  (judge: Parts, mayBeRelative: boolean) =>
  (text: string): boolean => {
    const [beforeFragment, fragment] = splitOnce(text, "#");
    const [beforeQuery, query] = splitOnce(beforeFragment, "?");
    if (!judge.fragment.test(fragment) || !judge.query.test(query)) return false;
    const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:/.exec(beforeQuery)?.[0];
    if (scheme !== undefined) return isHierarchy(beforeQuery.slice(scheme.length), judge);
    // A colon in the first segment would read as a scheme.
    return mayBeRelative && !splitOnce(beforeQuery, "/")[0].includes(":") && isHierarchy(beforeQuery, judge);
  };

export const isUri = createJudge(parts.uri, false);
export const isUriReference = createJudge(parts.uri, true);
export const isIri = createJudge(parts.iri, false);
export const isIriReference = createJudge(parts.iri, true);

export const isJsonPointer = (text: string): boolean =>
  text === "" || (text.startsWith("/") && !/~(?![01])/.test(text));

export const isRelativeJsonPointer = (text: string): boolean => {
  const prefix = /^(?:0|[1-9]\d*)/.exec(text)?.[0];
  if (prefix === undefined) return false;
  const rest = text.slice(prefix.length);
  return rest === "#" || isJsonPointer(rest);
};

const variable = /^(?:[A-Za-z0-9_]|%[0-9A-Fa-f]{2})+$/;
const isVariable = (text: string): boolean => {
  const name = text.replace(/(?:\*|:[1-9]\d{0,3})$/, "");
  return name.split(".").every((part) => variable.test(part));
};
const isExpression = (text: string): boolean =>
  text
    .replace(/^[+#./;?&]/, "")
    .split(",")
    .every(isVariable);

const literal = new RegExp(
  `^(?:[!#$&'()*+,\\-./0-9:;=?@A-Z[\\]_a-z~${international}${privateUse}]|%[0-9A-Fa-f]{2})*$`,
  "u",
);

export const isUriTemplate = (text: string): boolean => {
  const [head = "", ...rest] = text.split("{");
  if (!literal.test(head)) return false;
  return rest.every((piece) => {
    const end = piece.indexOf("}");
    return end > 0 && isExpression(piece.slice(0, end)) && literal.test(piece.slice(end + 1));
  });
};

// The inverse of check/style.ts: the wire form of one parameter, already split from its neighbours, to a value. Delimiters
// are split before decoding (RFC 6570), so an encoded delimiter stays inside its item.
import type { Parameter } from "../contract/contract.ts";
import { type Checked, accept, refuse } from "../refusal.ts";
import { parseStrictJson } from "../json/strict-json.ts";
import type { WireType } from "../contract/wire-type.ts";
import { readItem, readMember, readText } from "./read-text.ts";

/** One `name=value` of a query, form or cookie; the value is still encoded. */
export interface Pair {
  readonly name: string;
  readonly value: string;
}

type Decode = (text: string) => string;

/** Percent-decoding, once, strict UTF-8. Throws a URIError. `+` is a space in queries and forms. */
export const decodeSegment: Decode = decodeURIComponent;
export const decodeQuery: Decode = (text) => decodeURIComponent(text.includes("+") ? text.replaceAll("+", " ") : text);
const decodeHeader: Decode = (text) => text;

const wantsList = (wire: WireType): boolean => wire.types.has("array") && !wire.types.has("string");
const wantsObject = (wire: WireType): boolean =>
  wire.types.has("object") && !wire.types.has("string") && !wire.types.has("array");

/** A text in `simple` form, or the like with another separator: `a`, `a,b`, `k,v` or `k=v`. */
const readJoined = (text: string, separator: string, explode: boolean, wire: WireType, decode: Decode): unknown => {
  if (wantsList(wire)) return text.split(separator).map((item) => readItem(decode(item), wire));
  if (!wantsObject(wire)) return readText(decode(text), wire);
  const parts = text.split(separator);
  if (explode)
    return readMembers(
      parts.map((part) => splitPair(part)),
      wire,
      decode,
    );
  const pairs = parts.flatMap((name, index) => (index % 2 === 0 ? [{ name, value: parts[index + 1] ?? "" }] : []));
  return readMembers(pairs, wire, decode);
};

/** Foreign names become own members by definition, never by assignment: `__proto__` is a name like any other, and fails later. */
const readMembers = (pairs: readonly Pair[], wire: WireType, decode: Decode): unknown =>
  Object.fromEntries(pairs.map(({ name, value }) => [decode(name), readMember(decode(name), decode(value), wire)]));

export const splitPair = (text: string): Pair => {
  const equals = text.indexOf("=");
  return equals < 0 ? { name: text, value: "" } : { name: text.slice(0, equals), value: text.slice(equals + 1) };
};

const isScalar = (wire: WireType): boolean => !wantsList(wire) && !wantsObject(wire);

const readJson = (text: string): Checked<unknown> =>
  parseStrictJson(new TextEncoder().encode(text), { maxDepth: 64, unsafeNumbers: "refuse" });

/** A raw path value. May throw a URIError. */
export const readPath = (parameter: Parameter, raw: string, wire: WireType): Checked<unknown> => {
  if (parameter.json) return readJson(decodeSegment(raw));
  const { style, explode, name } = parameter;
  if (style !== "label" && style !== "matrix") return accept(readJoined(raw, ",", explode, wire, decodeSegment));
  const prefix = style === "label" ? "." : explode && !isScalar(wire) ? ";" : `;${name}=`;
  if (!raw.startsWith(prefix))
    return refuse("malformed_target", `The path's part ${name} must start with "${prefix}".`);
  const text = raw.slice(prefix.length);
  if (style === "label") return accept(readJoined(text, explode ? "." : ",", explode, wire, decodeSegment));
  const pairs = text.split(";").map(splitPair);
  if (explode && wantsList(wire)) return accept(pairs.map(({ value }) => readItem(decodeSegment(value), wire)));
  if (explode && wantsObject(wire)) return accept(readMembers(pairs, wire, decodeSegment));
  return accept(readJoined(text, ",", false, wire, decodeSegment));
};

/** A header's text. */
export const readHeader = (parameter: Parameter, text: string, wire: WireType): Checked<unknown> => {
  if (parameter.json) return readJson(text);
  return accept(
    readJoined(
      wantsList(wire) ? text.replace(/[ \t]*,[ \t]*/g, ",") : text,
      ",",
      parameter.explode,
      wire,
      decodeHeader,
    ),
  );
};

const DELIMITERS: Readonly<Record<string, RegExp | string>> = {
  form: ",",
  spaceDelimited: /%20|\+/,
  pipeDelimited: /%7C|\|/i,
};

/** Takes from `pairs` what belongs to one query, form or cookie parameter; undefined when nothing does. */
export const readPairs = (
  parameter: Pick<Parameter, "name" | "style" | "explode" | "json">,
  pairs: Pair[],
  wire: WireType,
  decode: Decode = decodeQuery,
): Checked<unknown> => {
  if (parameter.style === "deepObject") return readDeepObject(parameter.name, pairs, wire, decode);
  if (parameter.explode && wantsObject(wire) && !parameter.json) return readExploded(pairs, wire, decode);
  const own = takePairs(pairs, ({ name }) => decode(name) === parameter.name);
  const first = own[0];
  if (first === undefined) return accept(undefined);
  // Where a text is taken as well as a list, one is the text and more are the list.
  const isList = wantsList(wire) || (own.length > 1 && wire.types.has("array"));
  if (parameter.explode && isList && !parameter.json)
    return accept(own.map(({ value }) => readItem(decode(value), wire)));
  if (own.length > 1)
    return refuse(
      "duplicate_parameter",
      `The parameter ${parameter.name} takes one value and stands ${own.length} times: send it once.`,
    );
  if (parameter.json) return readJson(decode(first.value));
  if (!wantsList(wire) && !wantsObject(wire)) return accept(readText(decode(first.value), wire));
  const parts = first.value.split(DELIMITERS[parameter.style] ?? ",");
  return accept(readJoined(parts.join("\0"), "\0", false, wire, decode));
};

const takePairs = (pairs: Pair[], isOwn: (pair: Pair) => boolean): Pair[] => {
  const own: Pair[] = [];
  const others: Pair[] = [];
  for (const pair of pairs) (isOwn(pair) ? own : others).push(pair);
  if (own.length > 0) {
    pairs.length = 0;
    for (const pair of others) pairs.push(pair); // not spread: a request may have more pairs than a call takes arguments
  }
  return own;
};

const readDeepObject = (name: string, pairs: Pair[], wire: WireType, decode: Decode): Checked<unknown> => {
  const own = takePairs(pairs, (pair) => decode(pair.name).startsWith(`${name}[`) && decode(pair.name).endsWith("]"));
  if (own.length === 0) return accept(undefined);
  const members = own.map((pair) => ({
    name: decode(pair.name).slice(name.length + 1, -1),
    value: decode(pair.value),
  }));
  return uniqueMembers(members, wire, (text) => text);
};

/** `form` with explode: the object's members are parameters of their own. */
const readExploded = (pairs: Pair[], wire: WireType, decode: Decode): Checked<unknown> => {
  const own = takePairs(pairs, ({ name }) => wire.others !== undefined || wire.members.has(decode(name)));
  return own.length === 0 ? accept(undefined) : uniqueMembers(own, wire, decode);
};

const uniqueMembers = (pairs: readonly Pair[], wire: WireType, decode: Decode): Checked<unknown> => {
  const names = pairs.map(({ name }) => decode(name));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return refuse("duplicate_parameter", `The parameter ${twice} stands twice: send it once.`);
  return accept(readMembers(pairs, wire, decode));
};

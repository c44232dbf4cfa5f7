// How one checked value is written into a URL or header: OpenAPI 3.1 parameter styles (RFC 6570 forms).
// What a style cannot carry without changing it (null, an empty array, a delimiter inside an item) is refused, never bent:
// most receivers decode before they split, so an encoded delimiter would arrive as two items.
import { type JsonValue, isJsonObject } from "../call.ts";
import type { Parameter } from "../contract/contract.ts";

export type Written<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string };

const written = <T>(value: T): Written<T> => ({ ok: true, value });
const cannot = (message: string): { readonly ok: false; readonly message: string } => ({ ok: false, message });

const RESERVED = /[!'()*]/g;

/** Percent-encodes everything but RFC 3986 unreserved characters. The text must be well-formed. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(RESERVED, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);

/** What may stand in a path as it is beside unreserved characters (RFC 3986, pchar); `+` is read as a space by some. */
const PATH_MARKS = /%(?:3A|40|24|26|2C|3B|3D)/g;

/** A literal part of a path template: marks stay as the document writes them, because some backends route on them raw. */
export const encodeLiteral = (text: string): string => encode(text).replace(PATH_MARKS, decodeURIComponent);

/** Scalars as text; undefined for what has no text form of its own. */
const scalarText = (value: JsonValue): string | undefined => {
  if (typeof value === "string") return value.isWellFormed() ? value : undefined;
  return typeof value === "number" || typeof value === "boolean" ? String(value === 0 ? 0 : value) : undefined;
};

const isList = (value: JsonValue): value is readonly JsonValue[] => Array.isArray(value);
const wholeText = (value: JsonValue): Written<string> => {
  const text = scalarText(value);
  if (text !== undefined) return written(text);
  return cannot(value === null ? "cannot be null here: leave it out instead" : "cannot be written here as it is");
};

/** The flat texts of a list or object; `pairs` says whether an object becomes name, value, name, value. */
const flatTexts = (value: JsonValue, forbidden: string): Written<readonly (readonly [string, string])[]> => {
  const entries: (readonly [string, string])[] = [];
  const items = isList(value) ? value.map((item) => ["", item] as const) : Object.entries(value as object);
  if (items.length === 0) return cannot("cannot be empty here: leave it out instead");
  for (const [name, item] of items) {
    const text = scalarText(item);
    if (text === undefined) return cannot("can hold only texts, numbers and booleans here");
    const clash = [...forbidden].find((mark) => text.includes(mark) || name.includes(mark));
    if (clash !== undefined)
      return cannot(`cannot have ${JSON.stringify(clash)} inside an item here: it separates the items`);
    entries.push([name, text]);
  }
  return written(entries);
};

const joined = (
  value: JsonValue,
  separator: string,
  explode: boolean,
  escape: (text: string) => string,
): Written<string> => {
  if (!isList(value) && !isJsonObject(value)) {
    const text = wholeText(value);
    return text.ok ? written(escape(text.value)) : text;
  }
  const texts = flatTexts(value, explode && isJsonObject(value) ? `${separator}=` : separator);
  if (!texts.ok) return texts;
  const parts = texts.value.map(([name, text]) => {
    if (isList(value)) return escape(text);
    return explode ? `${escape(name)}=${escape(text)}` : `${escape(name)}${separator}${escape(text)}`;
  });
  return written(parts.join(separator));
};

/** Encoded text for one place in a path template. */
export const writePath = (parameter: Parameter, value: JsonValue): Written<string> => {
  if (parameter.json) return written(encode(JSON.stringify(value)));
  if (parameter.style === "label")
    return prefixed(".", joined(value, parameter.explode ? "." : ",", parameter.explode, encode));
  if (parameter.style !== "matrix") return joined(value, ",", parameter.explode, encode);
  const name = `;${encode(parameter.name)}`;
  if (!parameter.explode || !(isList(value) || isJsonObject(value)))
    return prefixed(`${name}=`, withoutSemicolon(joined(value, ",", false, encode)));
  const texts = flatTexts(value, ";=");
  if (!texts.ok) return texts;
  return written(
    texts.value
      .map(([key, text]) => (isList(value) ? `${name}=${encode(text)}` : `;${encode(key)}=${encode(text)}`))
      .join(""),
  );
};

const withoutSemicolon = (text: Written<string>): Written<string> =>
  text.ok && text.value.includes("%3B") ? cannot('cannot have ";" inside here: it separates the parameters') : text;

const prefixed = (prefix: string, text: Written<string>): Written<string> =>
  text.ok ? written(prefix + text.value) : text;

const DELIMITERS: Readonly<Partial<Record<Parameter["style"], readonly [raw: string, wire: string]>>> = {
  form: [",", ","],
  spaceDelimited: [" ", "%20"],
  pipeDelimited: ["|", "%7C"],
};

/** Encoded `name=value` pairs of a query, cookie or form member, joined by `&`. */
export const writeQuery = (
  parameter: Pick<Parameter, "name" | "style" | "explode" | "json">,
  value: JsonValue,
): Written<string> => {
  const name = encode(parameter.name);
  if (parameter.json) return written(`${name}=${encode(JSON.stringify(value))}`);
  if (!isList(value) && !isJsonObject(value)) return prefixed(`${name}=`, joined(value, ",", false, encode));
  if (parameter.style === "deepObject") return writeDeepObject(name, value);
  const [raw, wire] = DELIMITERS[parameter.style] ?? [",", ","];
  const texts = flatTexts(value, parameter.explode ? "" : raw);
  if (!texts.ok) return texts;
  if (parameter.explode)
    return written(texts.value.map(([key, text]) => `${isList(value) ? name : encode(key)}=${encode(text)}`).join("&"));
  const flat = texts.value.flatMap(([key, text]) => (isList(value) ? [encode(text)] : [encode(key), encode(text)]));
  return written(`${name}=${flat.join(wire)}`);
};

const writeDeepObject = (name: string, value: JsonValue): Written<string> => {
  if (!isJsonObject(value)) return cannot("must be an object here");
  const texts = flatTexts(value, "");
  if (!texts.ok) return texts;
  if (texts.value.some(([key]) => /[[\]]/.test(key)))
    return cannot("cannot have a bracket in a member's name here: it would be read as nesting");
  return written(texts.value.map(([key, text]) => `${name}%5B${encode(key)}%5D=${encode(text)}`).join("&"));
};

/** RFC 9110 5.5 without obs-text: visible ASCII, with spaces and tabs only inside. */
const FIELD_VALUE = /^(?:[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?)?$/;

/** RFC 9110 5.6.1: receivers of a list drop empty items, and the blanks around each. */
const LIST_ITEM = /^[^ \t](?:.*[^ \t])?$/;

/** A header field's value, not encoded: what cannot stand in a header is refused. */
export const writeHeader = (parameter: Parameter, value: JsonValue): Written<string> => {
  const text = parameter.json ? written(JSON.stringify(value)) : joined(value, ",", parameter.explode, (part) => part);
  if (!text.ok) return text;
  if (!FIELD_VALUE.test(text.value))
    return cannot("becomes a header: only visible ASCII characters, with spaces inside, can be sent");
  const isOne = parameter.json || !(isList(value) || isJsonObject(value));
  return isOne || text.value.split(",").every((item) => LIST_ITEM.test(item))
    ? text
    : cannot("becomes a header: an item can be neither empty nor begin or end with a space");
};

/** A cookie pair. RFC 6265: the value is percent-encoded, so that `;` cannot end it. */
export const writeCookie = (parameter: Parameter, value: JsonValue): Written<string> => {
  const pair = writeQuery({ ...parameter, style: "form" }, value);
  return pair.ok ? written(pair.value.replaceAll("&", "; ")) : pair;
};

// The same value in other writings, of which a schema may accept one: a number as text, an object as JSON text, one item
// without its list, a misspelt word of a list, a date. Nothing is rounded, cut or filled in. Whether one is accepted is for
// the validator to say.
import { readNumberToken } from "../../json/json-number.ts";
import { parseStrictJson } from "../../json/strict-json.ts";
import { onlyNear } from "../../slip.ts";
import type { SchemaObject } from "../schema.ts";
import { dateWritings } from "./date-writings.ts";

/** `schemas`: all that may judge the value at its place. None of the writings is the value itself, and none stands twice. */
export const otherWritings = (value: unknown, schemas: readonly SchemaObject[]): readonly unknown[] => {
  const wanted = wantedOf(schemas);
  const { types } = wanted;
  const isPlain = typeof value === "boolean" || Number.isFinite(value);
  const found = typeof value === "string" ? ofText(value, wanted) : isPlain ? ofPlain(value, types, wanted.listed) : [];
  if (types.has("array") && isItem(value)) found.push([value]);
  if (Array.isArray(value) && value.length === 1) found.push(value[0], ...readItem(value[0], types));
  return uniqueOf(found.filter((one) => one !== value));
};

interface Wanted {
  readonly types: ReadonlySet<unknown>;
  readonly listed: readonly unknown[];
  /** Of those, the texts. */
  readonly words: readonly string[];
  readonly isDay: boolean;
  readonly isMoment: boolean;
}

const known = new WeakMap<readonly SchemaObject[], Wanted>();

/** Worked out once: lists may have thousands of values, and the schemas are the contract's. */
const wantedOf = (schemas: readonly SchemaObject[]): Wanted => {
  const before = known.get(schemas);
  if (before !== undefined) return before;
  const listed = schemas.flatMap(listedIn);
  const formats = schemas.map(({ format }) => format);
  const wanted = {
    types: new Set(schemas.flatMap(({ type }) => (type === undefined ? [] : [type].flat()))),
    listed,
    words: listed.filter((one) => typeof one === "string"),
    // Only such schemas tell one writing of a date from another; what a pattern of hours means, it does not say.
    isDay: schemas.some(({ format, pattern }) => format !== undefined || pattern !== undefined),
    isMoment: formats.includes("time") || formats.includes("date-time"),
  };
  known.set(schemas, wanted);
  return wanted;
};

/** What can have been meant as one of several. A list in another language's writing, or with commas, is several already. */
const isItem = (value: unknown): boolean => {
  if (value === null || Array.isArray(value)) return false;
  return typeof value !== "string" || !/^\s*(?:$|null$|[[{(])|[,;\n]/.test(value);
};

/** `["12"]` for 12: in a list and as a text at once. */
const readItem = (item: unknown, types: ReadonlySet<unknown>): readonly unknown[] =>
  typeof item === "string" ? scalarsOf(item, types) : [];

const listedIn = (schema: SchemaObject): readonly unknown[] => [
  ...(Object.hasOwn(schema, "const") ? [schema["const"]] : []),
  ...(Array.isArray(schema["enum"]) ? (schema["enum"] as readonly unknown[]) : []),
];

const ofText = (text: string, { types, listed, words, isDay, isMoment }: Wanted): unknown[] => {
  const found = scalarsOf(text, types);
  if (isDay) found.push(...dateWritings(text).filter((date) => isMoment || !date.includes(":")));
  if (types.has("object") || types.has("array")) found.push(...compositesOf(text));
  if (listed.length === 0) return found;
  const near = onlyNear(text, words);
  if (near !== undefined) found.push(near);
  found.push(...listed.filter((one) => typeof one !== "string" && JSON.stringify(one) === text.trim()));
  return found;
};

const isNumeric = (types: ReadonlySet<unknown>): boolean => types.has("integer") || types.has("number");

const scalarsOf = (text: string, types: ReadonlySet<unknown>): unknown[] => {
  const word = text.trim();
  const number = isNumeric(types) ? readNumberToken(word) : undefined;
  if (number !== undefined) return [number];
  if (types.has("boolean") && /^(?:true|false)$/i.test(word)) return [word.toLowerCase() === "true"];
  return types.has("null") && word === "null" ? [null] : [];
};

/** Deeper or longer ones are not looked into: a refusal must not cost more than a call. */
const MOST_DEPTH = 32;
const MOST_TEXT = 16_384;

const compositesOf = (text: string): unknown[] => {
  if (text.length > MOST_TEXT || !/^\s*[[{]/.test(text)) return [];
  const parsed = parseStrictJson(Buffer.from(text), { maxDepth: MOST_DEPTH, unsafeNumbers: "refuse" });
  return parsed.ok ? [parsed.value] : [];
};

/**
 * As text, with every other text that could have been meant: a number has lost the zeros in front and behind, a boolean may
 * have been a word. Where the schema takes more than one of them, there is no telling.
 */
const ofPlain = (value: unknown, types: ReadonlySet<unknown>, listed: readonly unknown[]): unknown[] => {
  const text = String(value);
  if (!types.has("string") && !listed.includes(text)) return [];
  if (typeof value === "boolean") return [text, text.toUpperCase(), value ? "yes" : "no", value ? "on" : "off"];
  return [text, text.replace(/^-?/, "$&0"), text.includes(".") ? `${text}0` : `${text}.0`];
};

const uniqueOf = (values: readonly unknown[]): readonly unknown[] =>
  values.length < 2 ? values : [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];

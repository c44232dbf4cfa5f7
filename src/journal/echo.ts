// A backend may say again what it was sent. Of a call with secret arguments its words are hidden as a whole, for it may say a
// part of a secret, or in another coding; of a value whose form a contract knows, the texts in which a secret stands.
import type { JsonValue } from "../call.ts";
import type { Hide } from "./text.ts";

export interface Echo {
  /** Words of a backend. */
  readonly hideWords: <T extends JsonValue>(words: T, hide: Hide) => T | string;
  /** The value itself where nothing in it is secret. */
  readonly hideIn: <T extends JsonValue>(value: T, hide: Hide) => JsonValue;
}

/** `secrets`: what was hidden in the arguments of the call. */
export const createEcho = (secrets: readonly unknown[]): Echo => {
  if (secrets.length === 0) return NO_ECHO;
  const texts = textsIn(secrets);
  const hideWords: Echo["hideWords"] = (words, hide) => hide("[secret]", words);
  if (texts.size > MOST_TEXTS) return { hideWords, hideIn: hideWords };
  const forms = [...texts].filter((text) => text.length >= LEAST_PART).flatMap(formsOf);
  const isSecret = (text: string): boolean => texts.has(text) || forms.some((form) => text.includes(form));
  return { hideWords, hideIn: (value, hide) => hideTexts({ isSecret, hide }, value) };
};

const NO_ECHO: Echo = Object.freeze({ hideWords: <T>(words: T) => words, hideIn: <T>(value: T) => value });

/** Each is looked for in all of a result. */
const MOST_TEXTS = 32;
/** A shorter text stands in other words by chance; where it is all of a value, it is hidden. */
const LEAST_PART = 3;

const textsIn = (secrets: readonly unknown[]): ReadonlySet<string> => {
  const texts = new Set<string>();
  const waiting = [...secrets];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (typeof value === "string" || typeof value === "number") texts.add(String(value));
    else if (typeof value === "object" && value !== null)
      for (const [name, member] of Object.entries(value)) waiting.push(name, member); // a spread of a million would throw
    if (texts.size > MOST_TEXTS) return texts;
  }
  texts.delete("");
  return texts;
};

/** As it stands, in a text of JSON, and in an address. */
const formsOf = (text: string): readonly string[] => [
  ...new Set([text, JSON.stringify(text).slice(1, -1), encodeURIComponent(text.toWellFormed())]),
];

interface Hiding {
  readonly isSecret: (text: string) => boolean;
  readonly hide: Hide;
}

const hideTexts = (about: Hiding, value: JsonValue): JsonValue => {
  const { isSecret, hide } = about;
  if (typeof value === "string" || typeof value === "number")
    return isSecret(String(value)) ? hide("[secret]", value) : value;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => hideTexts(about, item));
  if (Object.keys(value).some(isSecret)) return hide("[secret]", value);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, hideTexts(about, member)]));
};

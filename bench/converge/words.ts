// Misspellings as agents make them, and whether a reader could take the word for another one. Measured here on its own,
// because it decides whether a repair exists.
import type { Random } from "./random.ts";

/** Edits from one to the other, two swapped neighbours counted as one. */
export const editsBetween = (left: string, right: string): number => {
  const rows = Array.from({ length: left.length + 1 }, (_, i) => [i, ...Array.from({ length: right.length }, () => 0)]);
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0;
  for (let j = 1; j <= right.length; j += 1) rows[0]?.splice(j, 1, j);
  for (let i = 1; i <= left.length; i += 1) {
    for (let j = 1; j <= right.length; j += 1) {
      const replaced = at(i - 1, j - 1) + (left[i - 1] === right[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1];
      const swapped = isSwap ? at(i - 2, j - 2) + 1 : replaced;
      rows[i]?.splice(j, 1, Math.min(replaced, swapped, at(i - 1, j) + 1, at(i, j - 1) + 1));
    }
  }
  return at(left.length, right.length);
};

const plain = (word: string): string => word.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, "");

/** A third of the length, three at most. */
const boundOf = (word: string): number => Math.min(3, Math.max(1, Math.floor(plain(word).length / 3)));

export const isNear = (wrong: string, right: string): boolean =>
  editsBetween(plain(wrong), plain(right)) <= boundOf(wrong);

/** `one`: it can only be the right one; `none`: it is as near to another; `unclear`: another is near, and farther. */
export const clarityOf = (wrong: string, right: string, others: readonly string[]): "one" | "none" | "unclear" => {
  const own = editsBetween(plain(wrong), plain(right));
  const near = others.filter((other) => other !== right && isNear(wrong, other));
  if (near.some((other) => editsBetween(plain(wrong), plain(other)) <= own)) return "none";
  return near.length === 0 || own === 0 ? "one" : "unclear";
};

/** The shortest word that an edit leaves recognisable. */
const LEAST_LENGTH = 4;

const partsOf = (word: string): readonly string[] =>
  word
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .split(/[^A-Za-z0-9]+/)
    .filter((part) => part !== "")
    .map((part) => part.toLowerCase());

const capital = (part: string): string => part.slice(0, 1).toUpperCase() + part.slice(1);

/** The word in the other ways in which names are written. */
const stylesOf = (word: string): readonly string[] => {
  const parts = partsOf(word);
  const camel = parts.map((part, index) => (index === 0 ? part : capital(part))).join("");
  const styles = [camel, capital(camel), ...["_", "-", " ", "."].map((separator) => parts.join(separator))];
  return [...styles, word.toUpperCase(), parts.join("")];
};

const editsOf = (word: string, random: Random): readonly string[] => {
  if (word.length < LEAST_LENGTH) return [];
  const at = 1 + random.below(word.length - 2);
  const [before, one = "", two = "", after] = [word.slice(0, at), word[at], word[at + 1], word.slice(at + 2)];
  const swapped = `${before}${two}${one}${after}`;
  return [swapped, `${before}${two}${after}`, `${before}${one}${one}${two}${after}`];
};

export interface Misspelling {
  readonly kind: "edit" | "style";
  readonly word: string;
}

/** Every kind of misspelling of a word, once each, in the order of chance. Words that are no names have edits alone. */
export const misspellingsOf = (word: string, random: Random): readonly Misspelling[] => {
  const isName = /^[A-Za-z][A-Za-z0-9_. -]*$/.test(word);
  const styles = isName ? stylesOf(word).map((other): Misspelling => ({ kind: "style", word: other })) : [];
  const edits = isName ? editsOf(word, random).map((other): Misspelling => ({ kind: "edit", word: other })) : [];
  const different = [...styles, ...edits].filter((one) => one.word !== word);
  return random.shuffle([...new Map(different.map((one) => [one.word, one])).values()]);
};

// A word that is one slip of the pen away from what was meant. Narrow on purpose: words that differ by a letter are often other
// words (min, max; id, ip), and some are the opposite (sync, async). Whoever asks writes the word into somebody else's call.

/** A separator beside a letter says nothing: `1.5` is not `15`, nor `-created` `created`. */
const SEPARATORS = /(?<=\p{L})[\s_.-]+(?=[\p{L}\p{N}])|(?<=\p{N})[\s_.-]+(?=\p{L})/gu;

/** Neither do blanks around it, nor the letters' case. */
const normal = (word: string): string => {
  const text = word.trim().toLowerCase();
  return /[\s_.-]/.test(text) ? text.replace(SEPARATORS, "") : text;
};

/** One edit that makes `to` of another word: at which of its letters, and which letters are concerned. */
interface Slip {
  readonly kind: "swapped" | "left out" | "added" | "changed";
  readonly at: number;
  readonly letters: string;
}

const slipBetween = (from: string, to: string): Slip | undefined => {
  const longer = from.length - to.length;
  if (longer > 1 || longer < -1) return undefined;
  let at = 0;
  while (at < to.length && from[at] === to[at]) at += 1;
  const rest = (text: string, skip: number): string => text.slice(at + skip);
  if (longer === 1) return rest(from, 1) === rest(to, 0) ? { kind: "added", at, letters: from[at] ?? "" } : undefined;
  if (longer === -1) return rest(from, 0) === rest(to, 1) ? { kind: "left out", at, letters: to[at] ?? "" } : undefined;
  const letters = `${from[at] ?? ""}${to[at] ?? ""}`;
  if (rest(from, 1) === rest(to, 1)) return { kind: "changed", at, letters };
  const isSwapped = from[at] === to[at + 1] && from[at + 1] === to[at] && rest(from, 2) === rest(to, 2);
  return isSwapped ? { kind: "swapped", at, letters } : undefined;
};

interface Least {
  /** How long the part of the word has to be in which a letter is swapped, left out or added. */
  readonly moved: number;
  /** In which one is another. */
  readonly changed: number;
  /** Whether the very first letter may be left out or added. */
  readonly isFirstFree: boolean;
}

const LEAST: Least = { moved: 4, changed: 7, isFirstFree: false };
/** For a name that has to be there, and is not. */
export const LEAST_IF_MISSING: Least = { moved: 3, changed: 5, isFirstFree: true };

/**
 * Digits and signs are no slips: `v1` for `v2`, or `+1` for `-1`, is another word. Words are turned round by their first letter:
 * deactivate and reactivate, sync and async, lock and block.
 */
const isMeant = (name: string, { kind, at, letters }: Slip, least: Least): boolean => {
  if (!/^\p{L}+$/u.test(letters)) return false;
  const length = partAt(name, Math.min(at, normal(name).length - 1)); // what is added may stand behind
  if (length < (kind === "changed" ? least.changed : least.moved)) return false;
  return at > 0 || kind === "swapped" || (least.isFirstFree && kind !== "changed" && !/[ae]/.test(letters));
};

/** Of `team_slug` or `teamSlug`, the length of the part that the letter of its normal form stands in. */
const partAt = (name: string, at: number): number => {
  let end = 0;
  for (const part of name.trim().split(/(?<=[\p{Ll}\p{N}])(?=\p{Lu})|[\s_.-]+/u)) {
    end += part.length;
    if (at < end) return part.length;
  }
  return 0;
};

const known = new WeakMap<readonly string[], readonly string[]>();

/** Lists of names belong to contracts and are asked about again and again. */
const normalsOf = (names: readonly string[]): readonly string[] => {
  const found = known.get(names) ?? names.map(normal);
  known.set(names, found);
  return found;
};

const LONGEST = 128;
/** In a longer list only the same word in another style is looked for. */
const MOST_COMPARED = 500;

/**
 * The one name that a misspelt one stands for: the same but for case, blanks and separators, else one slip away. Undefined when
 * there is none, or when a second name is as near, however short.
 */
export const onlyNear = (wrong: string, names: readonly string[], least = LEAST): string | undefined => {
  if (wrong.length > LONGEST) return undefined;
  const from = normal(wrong);
  const normals = normalsOf(names);
  const same = normals.indexOf(from);
  if (same >= 0) return normals.includes(from, same + 1) ? undefined : names[same];
  if (names.length > MOST_COMPARED) return undefined;
  let found: { readonly name: string; readonly slip: Slip } | undefined;
  for (const [index, to] of normals.entries()) {
    const slip = slipBetween(from, to);
    if (slip === undefined) continue;
    if (found !== undefined) return undefined;
    found = { name: names[index] ?? "", slip };
  }
  return found !== undefined && isMeant(found.name, found.slip, least) ? found.name : undefined;
};

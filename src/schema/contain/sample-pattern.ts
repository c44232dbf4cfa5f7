// A text for a pattern, put together from the pattern's own source. It covers what authors write; what comes out is only a
// value to try, which the validator judges.

/** How a text is made: which of several branches or letters, and how many more than the least of a repeat. */
interface Choice {
  readonly which: number;
  readonly extra: number;
}

/** Different texts of about these lengths, none for a pattern that is not understood. */
export const textsForPattern = (source: string, lengths: readonly number[]): readonly string[] => {
  const choices = [0, 1, 2, 7, ...lengths].flatMap((extra) => [0, 1, 2].map((which) => ({ which, extra })));
  const texts = choices.flatMap((choice) => {
    const reading: Reading = { source, at: 0, choice };
    const text = readAlternatives(reading);
    return text === undefined || reading.at < source.length ? [] : [text];
  });
  return [...new Set(texts)];
};

interface Reading {
  readonly source: string;
  at: number;
  readonly choice: Choice;
}

const readAlternatives = (reading: Reading): string | undefined => {
  const branches: string[] = [];
  do {
    const text = readSequence(reading);
    if (text === undefined) return undefined;
    branches.push(text);
  } while (take(reading, "|"));
  return branches[reading.choice.which % branches.length];
};

const take = (reading: Reading, text: string): boolean => {
  if (!reading.source.startsWith(text, reading.at)) return false;
  reading.at += text.length;
  return true;
};

const readSequence = (reading: Reading): string | undefined => {
  let whole = "";
  while (reading.at < reading.source.length && !"|)".includes(reading.source[reading.at] ?? "")) {
    const atom = readAtom(reading);
    if (atom === undefined) return undefined;
    whole += atom.repeat(readCount(reading));
  }
  return whole;
};

const LETTERS = ["a", "0", "A", "-", "_", ".", " ", "@", "/", ":", "é", "😀"];

const readAtom = (reading: Reading): string | undefined => {
  if (take(reading, "^") || take(reading, "$")) return "";
  if (/^\(\?(?!:)/.test(reading.source.slice(reading.at))) return undefined;
  if (take(reading, "(?:") || take(reading, "(")) {
    const inner = readAlternatives(reading);
    return take(reading, ")") ? inner : undefined;
  }
  const [letterClass] =
    /^(?:\[(?:[^\]\\]|\\.)*\]|\\[pP]\{[^}]*\}|\\u\{[^}]*\}|\\u[\da-fA-F]{4}|\\x[\da-fA-F]{2}|\\.|\.)/u.exec(
      reading.source.slice(reading.at),
    ) ?? [];
  if (letterClass === undefined) return readLetter(reading);
  reading.at += letterClass.length;
  return letterOf(letterClass, reading.choice);
};

const readLetter = (reading: Reading): string => {
  const letter = String.fromCodePoint(reading.source.codePointAt(reading.at) ?? 0);
  reading.at += letter.length;
  return letter;
};

const letterOf = (letterClass: string, { which }: Choice): string | undefined => {
  if (letterClass === "\\b") return "";
  try {
    const pattern = new RegExp(`^${letterClass}$`, "u");
    const own = [...letterClass.replaceAll(/[[\]\\^]/g, "")].toReversed();
    const letters = [...LETTERS, ...own].filter((letter) => pattern.test(letter));
    return letters[which % letters.length];
  } catch {
    return undefined; // written as only Annex B has it
  }
};

/** At most this many of one letter: a text to try, not a burden. */
const MOST = 2000;

const readCount = (reading: Reading): number => {
  const [found, from, comma, to] = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})/.exec(reading.source.slice(reading.at)) ?? [];
  if (found === undefined) return 1;
  reading.at += found.length;
  take(reading, "?");
  const least = from === undefined ? (found === "+" ? 1 : 0) : Number(from);
  const bounded =
    found === "?" ? 1 : from !== undefined && comma === "" ? least : Number(to === "" ? MOST : (to ?? MOST));
  return Math.min(least + reading.choice.extra, bounded, MOST);
};

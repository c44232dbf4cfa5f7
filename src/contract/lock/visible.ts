// Text of an upstream server as an operator reads it: what a screen would hide, move or act on is written out, so that an
// instruction for the model alone is seen by the person who accepts it.

/**
 * Controls (ANSI escapes among them), bidi and zero-width letters, tags, private, unassigned and blank letters. What an emoji
 * is put together of is shown by the emoji itself: one selector after it, one joiner between two.
 */
const HIDDEN =
  /(?!(?<=\p{Emoji})\u{FE0F})(?!(?<=\p{Extended_Pictographic}\u{FE0F}?|\p{EMod})\u{200D}\p{Extended_Pictographic})[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{Cs}\p{Default_Ignorable_Code_Point}\u2800]/gu;

const codeOf = (letter: string): number => letter.codePointAt(0) ?? 0;
const written = (letter: string): string => `\\u{${codeOf(letter).toString(16)}}`;

/** One line: line ends are written out, too. */
export const visible = (text: string): string => text.replaceAll(HIDDEN, written);

/** Line ends and tabs stay: texts have them. */
export const replaceHidden = (text: string, write: (code: number) => string): string =>
  text.replaceAll(HIDDEN, (letter) => (letter === "\n" || letter === "\t" ? letter : write(codeOf(letter))));

/** The hidden letters of a text, each once, written out. */
export const hiddenLetters = (text: string): readonly string[] => {
  const found = new Set<string>();
  replaceHidden(text, (code) => (found.add(`\\u{${code.toString(16)}}`), ""));
  return [...found];
};

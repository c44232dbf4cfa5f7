// Two texts compared word by word: one line for each place where they differ, with a few words around it.
import { type Change, diffWordsWithSpace } from "diff";
import { visible } from "./visible.ts";

/** Longer stretches are not compared word by word: the work grows with the square, and the text is a stranger's. */
const MOST_COMPARED = 8_000;
const MOST_SHOWN = 400;
const CONTEXT = 40;

export const describeTexts = (place: string, one: string, other: string): readonly string[] => {
  const before = sharedStart(one, other);
  const after = sharedEnd(one.slice(before), other.slice(before));
  const [removed, added] = [one.slice(before, one.length - after), other.slice(before, other.length - after)];
  const changes = [{ value: one.slice(Math.max(0, before - CONTEXT), before) }, ...changesOf(removed, added)];
  const around = [...changes, { value: one.slice(one.length - after).slice(0, CONTEXT) }];
  const [cutBefore, cutAfter] = [before > CONTEXT, after > CONTEXT];
  return linesOf(around).map((line, index, lines) => {
    const start = index > 0 || cutBefore ? "…" : "";
    return `${place}: ${start}${line}${index < lines.length - 1 || cutAfter ? "…" : ""}`;
  });
};

type Part = Pick<Change, "value"> & { readonly added?: boolean; readonly removed?: boolean };

const changesOf = (removed: string, added: string): readonly Part[] => {
  const isShort = removed.length <= MOST_COMPARED && added.length <= MOST_COMPARED;
  const found = isShort ? diffWordsWithSpace(removed, added, { maxEditLength: 300, timeout: 50 }) : undefined;
  return (
    found ?? [
      { value: removed, removed: true },
      { value: added, added: true },
    ]
  );
};

/** Changes that stand close together are one. */
const linesOf = (parts: readonly Part[]): readonly string[] => {
  const lines: string[] = [];
  let line = "";
  let isOpen = false; // the line has a change already
  for (const part of parts) {
    if (part.removed === true || part.added === true) {
      line += part.removed === true ? `[-${shown(part.value)}-] ` : `{+${shown(part.value)}+} `;
      isOpen = true;
      continue;
    }
    const letters = visible(part.value);
    if (isOpen && letters.length > 2 * CONTEXT) {
      lines.push(`${line.trimEnd()}${letters.slice(0, CONTEXT)}`);
      line = letters.slice(-CONTEXT);
      isOpen = false;
    } else line = isOpen ? `${line.trimEnd()}${letters}` : letters.slice(-CONTEXT);
  }
  return isOpen ? [...lines, line.trimEnd()] : lines;
};

const shown = (text: string): string => {
  const more = text.length - MOST_SHOWN;
  return more > 0 ? `${visible(text.slice(0, MOST_SHOWN))}… (${more} more characters)` : visible(text);
};

const isWordPart = (text: string, at: number): boolean => /[\p{L}\p{N}\p{M}_\uD800-\uDFFF]/v.test(text.charAt(at));

/** The length of the shared start, back to where a word begins. */
const sharedStart = (one: string, other: string): number => {
  const most = Math.min(one.length, other.length);
  let at = 0;
  while (at < most && one.charCodeAt(at) === other.charCodeAt(at)) at += 1;
  while (at > 0 && (isWordPart(one, at) || isWordPart(other, at)) && isWordPart(one, at - 1)) at -= 1;
  return at;
};

const sharedEnd = (one: string, other: string): number => {
  const most = Math.min(one.length, other.length);
  let count = 0;
  while (count < most && one.charCodeAt(one.length - 1 - count) === other.charCodeAt(other.length - 1 - count))
    count += 1;
  const at = (text: string, from: number): boolean => isWordPart(text, text.length - from);
  while (count > 0 && (at(one, count + 1) || at(other, count + 1)) && at(one, count)) count -= 1;
  return count;
};

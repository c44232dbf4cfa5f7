// Sets of code points as sorted ranges. Whatever depends on Unicode data (\p) is asked of V8 itself, so that the linear
// engine can never disagree with the language about a character.

type Range = readonly [low: number, high: number];
export type CharacterSet = readonly Range[];

const last = 0x10ffff;

/** Sorted, without overlaps and neighbours. */
export const joinRanges = (ranges: CharacterSet): CharacterSet => {
  const joined: [number, number][] = [];
  for (const [low, high] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const previous = joined.at(-1);
    if (previous !== undefined && low <= previous[1] + 1) previous[1] = Math.max(previous[1], high);
    else joined.push([low, high]);
  }
  return joined;
};

export const complement = (set: CharacterSet): CharacterSet => {
  const rest: Range[] = [];
  let next = 0;
  for (const [low, high] of joinRanges(set)) {
    if (low > next) rest.push([next, low - 1]);
    next = high + 1;
  }
  if (next <= last) rest.push([next, last]);
  return rest;
};

export const digits: CharacterSet = [[0x30, 0x39]];
export const word: CharacterSet = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];
/** ECMA-262 WhiteSpace and LineTerminator: more than RE2's own \s. */
export const whiteSpace: CharacterSet = [
  [0x09, 0x0d],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];
export const lineTerminators: CharacterSet = [
  [0x0a, 0x0a],
  [0x0d, 0x0d],
  [0x2028, 0x2029],
];

/** Every code point that V8 matches with this one class; surrogates are left out: no JSON text has lone ones. */
export const scanClass = (classSource: string): CharacterSet => {
  const runs = new RegExp(`${classSource}+`, "gu");
  const ranges: Range[] = [];
  for (let start = 0; start <= last; start += 0x1000) {
    if (start >= 0xd800 && start < 0xe000) continue;
    const block = String.fromCodePoint(
      ...Array.from({ length: Math.min(0x1000, last - start + 1) }, (_, offset) => start + offset),
    );
    const unit = start < 0x10000 ? 1 : 2;
    for (const run of block.matchAll(runs)) {
      const low = start + run.index / unit;
      ranges.push([low, low + run[0].length / unit - 1]);
    }
  }
  return joinRanges(ranges);
};

// A fix is offered only if the mended call is not refused at or inside its places by what comes after the schema: named checks,
// the restrictions of the run, the request that would be built, rules that need nothing but the call.
import { applyFixes, isWithin, placesOf } from "../json/patch.ts";
import type { Issue } from "../refusal.ts";

/** Fixes depend on each other: where one is taken away, the others are judged again, so often at most. */
const MOST_ROUNDS = 3;

/** `judge`: what is found wrong with other arguments, without asking a store. */
export const keepFixes = (
  issues: readonly Issue[],
  args: unknown,
  judge: (args: unknown) => readonly Issue[],
): readonly Issue[] => {
  let kept = issues;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    if (kept.every(({ fix }) => fix === undefined)) return kept;
    const mended = applyFixes(args, kept);
    if (mended === undefined) break;
    const left = dropVain(kept, judge(mended.value));
    if (left === kept) return kept;
    kept = left;
  }
  return kept.map(withoutFix);
};

const withoutFix = ({ fix: _fix, ...issue }: Issue): Issue => issue;

/** Without the fixes at whose places something is still wrong; the same list where there is none. */
export const dropVain = (issues: readonly Issue[], left: readonly Issue[]): readonly Issue[] => {
  const isVain = ({ path, fix }: Issue): boolean =>
    fix !== undefined && left.some((other) => isWithin([path, ...placesOf(fix)], other.path));
  return issues.some(isVain) ? issues.map((issue) => (isVain(issue) ? withoutFix(issue) : issue)) : issues;
};

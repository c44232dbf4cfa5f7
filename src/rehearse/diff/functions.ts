// The author's functions, old and new, by their texts: equal, there or not, or another. What another text decides nobody can
// tell from outside.
import type { Contract } from "../../contract/contract.ts";
import { type Pair, type ToolFinding, found, mapPair } from "./finding.ts";
import { type ChangedName, createChangedName } from "./sources.ts";

export interface Functions {
  /** Undefined when the function is not there. */
  text(place: string): { readonly text: string | undefined } | undefined;
}

export interface Comparison {
  readonly contracts: Pair<Contract>;
  readonly functions: Pair<Functions>;
  readonly changedName: ChangedName;
}

export const createComparison = (contracts: Pair<Contract>): Comparison => ({
  contracts,
  functions: mapPair(contracts, ({ functions }) => ({ text: (place) => functions.find((one) => one.place === place) })),
  changedName: createChangedName(contracts),
});

export type FunctionChange =
  | { readonly kind: "same" | "added" | "removed" }
  /** Why nothing can be said. */
  | { readonly kind: "unclear"; readonly why: string };

/** The function at a place of the old contract, and the one at a place of the new. */
export const compareFunction = ({ functions, changedName }: Comparison, places: Pair<string>): FunctionChange => {
  const [old, now] = [functions.old.text(places.old), functions.now.text(places.now)];
  if (old === undefined && now === undefined) return { kind: "same" };
  if (old === undefined) return { kind: "added" };
  if (now === undefined) return { kind: "removed" };
  return compareTexts({ old: old.text, now: now.text }, changedName);
};

const compareTexts = ({ old, now }: Pair<string | undefined>, changedName: ChangedName): FunctionChange => {
  if (old !== now) return { kind: "unclear", why: "the function has another text" };
  const name = changedName(now);
  if (name === undefined) return { kind: "same" };
  return { kind: "unclear", why: `the function is the same and uses ${name}, of files that have changed` };
};

/** Named checks of schemas, by where they stand: one more narrows, one less widens. */
export const compareChecks = ({ contracts, changedName }: Comparison): readonly ToolFinding[] => {
  const checks = mapPair(contracts, ({ functions }) => functions.filter(({ place }) => isOfSchema(place)));
  const places = new Set([...checks.old, ...checks.now].map(({ place }) => place));
  return [...places].flatMap((place) => {
    const { old, now } = mapPair(checks, (all) => all.filter((one) => one.place === place).map(({ text }) => text));
    const gone = without(old, now);
    const fresh = without(now, old);
    if (gone.length > 0 && fresh.length > 0) return [found("unclear", place, "a check has another text")];
    const name = now
      .filter((text) => old.includes(text))
      .map(changedName)
      .find((one) => one !== undefined);
    return [
      ...(gone.length > 0 ? [found("widens", place, "a check is gone")] : []),
      ...(fresh.length > 0 ? [found("narrows", place, "a new check")] : []),
      ...(name === undefined
        ? []
        : [found("unclear", place, `a check is the same and uses ${name}, of files that have changed`)]),
    ];
  });
};

const isOfSchema = (place: string): boolean => /^(?:input|output|errors)\b/.test(place);

/** Each as often as it stands. */
const without = <T>(all: readonly T[], others: readonly T[]): readonly T[] => {
  const left = [...others];
  return all.filter((one) => {
    const at = left.indexOf(one);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
};

// The one way in which text meets a regular expression that somebody else wrote: linear time, ECMA-262 meaning
// (flag `u`, a search). RE2 runs the translated pattern; V8's own engine only judges whether the source is a pattern,
// because its backtracking lets 28 characters take seconds.
import { RE2JS } from "re2js";
import { translatePattern, UntranslatablePattern } from "./pattern-translate.ts";
import { namedPatterns } from "./zod-patterns.ts";

interface LinearPattern {
  test(text: string): boolean;
  /** Ajv keys patterns by this text: without it all of them collapse into the first. */
  toString(): string;
}
type PatternProblem = { readonly problem: string };

const maxCached = 10_000;
const cached = new Map<string, LinearPattern | PatternProblem>();

// Annex B spellings such as `\@` and a lone `]` have only one reading, so that they are no reason to refuse a document.
const isPattern = (source: string): boolean => ["u", ""].some((flags) => readsAs(source, flags));

const readsAs = (source: string, flags: string): boolean => {
  try {
    void new RegExp(source, flags);
    return true;
  } catch {
    return false;
  }
};

/** True for what ECMA-262 calls a pattern, whether or not it can run in linear time. */
export const isRegularExpression = (source: string): boolean => readsAs(source, "u");

const compileRe2 = (source: string): LinearPattern | PatternProblem => {
  if (!isPattern(source)) return { problem: "is not a regular expression of ECMA-262" };
  const key = `/${source}/u`;
  try {
    const engine = RE2JS.compile(translatePattern(source));
    return Object.freeze({ test: (text: string) => engine.test(text), toString: () => key });
  } catch (fault) {
    if (fault instanceof UntranslatablePattern) return { problem: fault.message };
    // RE2 refuses what its bounds cannot hold: repeats of repeats, too deep nesting, too large programs.
    return {
      problem: `is too large for the linear-time engine (${fault instanceof Error ? fault.message : "unknown"})`,
    };
  }
};

const compileNamed = (source: string): LinearPattern | undefined => {
  const test = namedPatterns.get(source);
  return test && Object.freeze({ test, toString: () => `named /${source}/` });
};

/** A pattern that runs in linear time, or why it cannot: a phrase that goes on from "the pattern". */
export const compilePattern = (source: string): LinearPattern | PatternProblem => {
  const known = cached.get(source);
  if (known !== undefined) return known;
  const made = compileNamed(source) ?? compileRe2(source);
  if (cached.size >= maxCached) cached.clear();
  cached.set(source, made);
  return made;
};

// How what is wrong with a grant is told: where in it, what, and how it is mended. Load says it of a file, the admin port of
// a JSON Pointer.
import { didYouMean } from "../../nearest.ts";

/** Names of tools and arguments that a mend lists. */
export const MOST_NAMED = 20;

export type GrantReport = (path: readonly string[], message: string, mend: string) => void;

export const below =
  (report: GrantReport, ...inside: readonly string[]): GrantReport =>
  (path, message, mend) =>
    report([...inside, ...path], message, mend);

/** A member that nobody knows would be left out in silence: a restriction that does not restrict. */
export const checkMembers = (written: object, known: readonly string[], whole: string, report: GrantReport): void => {
  for (const name of Object.keys(written).filter((one) => !known.includes(one)))
    report([name], `${whole} has no ${JSON.stringify(name)}`, didYouMean(name, known, MOST_NAMED));
};

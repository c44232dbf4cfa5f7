// How what is wrong with a grant is told: where in it, what, and how it is mended. Load says it of a file, the admin port of
// a JSON Pointer.
import { nearestNames } from "../../nearest.ts";

export type GrantReport = (path: readonly string[], message: string, mend: string) => void;

export const below =
  (report: GrantReport, ...inside: readonly string[]): GrantReport =>
  (path, message, mend) =>
    report([...inside, ...path], message, mend);

/** A member that nobody knows would be left out in silence: a restriction that does not restrict. */
export const checkMembers = (written: object, known: readonly string[], whole: string, report: GrantReport): void => {
  for (const name of Object.keys(written).filter((one) => !known.includes(one)))
    report([name], `${whole} has no ${JSON.stringify(name)}`, didYouMean(name, known));
};

export const didYouMean = (wrong: string, known: readonly string[]): string => {
  const [nearest] = nearestNames(wrong, known);
  if (nearest !== undefined) return `did you mean ${nearest}?`;
  return known.length === 0 ? "leave it out" : `use one of: ${known.slice(0, 20).join(", ")}`;
};

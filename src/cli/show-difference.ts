// Two values as pretty JSON, line by line: what goes in red, what comes in green, and a little of what stays around it.
import { type ChangeObject, diffJson } from "diff";
import { canonicalJson } from "../json/canonical.ts";
import type { Paint } from "./paint.ts";

/** Lines that stay, shown on each side of a change. */
const CONTEXT = 3;
/** The work grows with the square of what differs. */
const BOUNDS = { maxEditLength: 2000, timeout: 1000 } as const;

/**
 * One line each, without line ends. Names are in the alphabet's order, so that a renamed member stays near; texts are
 * compared, because `diffJson` would call a member of the name `toJSON`.
 */
export const showDifference = (before: unknown, after: unknown, paint: Paint): readonly string[] => {
  const texts = [before, after].map((value) => JSON.stringify(JSON.parse(canonicalJson(value)), undefined, 2));
  const [old = "", fresh = ""] = texts;
  const parts = diffJson(old, fresh, BOUNDS) ?? [
    { value: old, removed: true, added: false, count: 0 },
    { value: fresh, removed: false, added: true, count: 0 },
  ];
  return parts.flatMap((part, index) =>
    linesOf(part, paint, { isFirst: index === 0, isLast: index === parts.length - 1 }),
  );
};

interface Where {
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

const linesOf = ({ value, added, removed }: ChangeObject<string>, paint: Paint, where: Where): readonly string[] => {
  const lines = value.replace(/\n$/, "").split("\n");
  if (added) return lines.map((line) => paint("green", `+ ${line}`));
  if (removed) return lines.map((line) => paint("red", `- ${line}`));
  return around(lines, where).map((line) => paint("dim", `  ${line}`));
};

const around = (lines: readonly string[], { isFirst, isLast }: Where): readonly string[] => {
  const before = isFirst ? 0 : CONTEXT;
  const after = isLast ? 0 : CONTEXT;
  if (lines.length <= 2 * CONTEXT + 1) return lines;
  return [...lines.slice(0, before), "…", ...lines.slice(lines.length - after)];
};

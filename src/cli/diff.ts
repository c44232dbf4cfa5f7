// `checkrein diff`: what widens, narrows and breaks between two sets of contracts, with a gate for CI. Texts of contracts are
// shown with nothing hidden: who reads them decides about them.
import type { Catalog } from "../contract/contract.ts";
import { loadContracts } from "../contract/load/load.ts";
import { diffSets } from "../rehearse/diff/diff-sets.ts";
import type { Change, Finding } from "../rehearse/diff/finding.ts";
import { readOptions } from "./options.ts";
import { type Paint, paintFor } from "./paint.ts";
import { type Output, count, failUsage, printProblems } from "./print.ts";

/** Exit code 0 when nothing widens or is unclear, or all of it is accepted; 2 for wrong usage. */
export const diff = async (argv: readonly string[], out: Output): Promise<number> => {
  const options = readOptions(argv, { accept: "flag", json: "flag" });
  if (!options.ok) return failUsage(out, options.problem);
  const [before, after, ...others] = options.words;
  if (before === undefined || after === undefined || others.length > 0)
    return failUsage(out, "name two folders of contracts, the old one first: checkrein diff <old> <new>");
  const [old, now] = [await loadSet(before, out), await loadSet(after, out)];
  if (old === undefined || now === undefined) return 1;
  const findings = diffSets({ old, now });
  const isHeld = findings.some(({ change }) => GATED.includes(change)) && !options.values.accept;
  if (options.values.json) out.write(`${JSON.stringify(findings, undefined, 2)}\n`);
  else print(findings, { out, isHeld });
  return isHeld ? 1 : 0;
};

/** What may let a call through that was refused. */
const GATED: readonly Change[] = ["widens", "unclear"];

const loadSet = async (folder: string, out: Output): Promise<Catalog | undefined> => {
  const loaded = await loadContracts(folder);
  if (loaded.ok) return loaded.catalog;
  printProblems(loaded.problems, out);
  return undefined;
};

interface Printing {
  readonly out: Output;
  readonly isHeld: boolean;
}

const print = (findings: readonly Finding[], { out, isHeld }: Printing): void => {
  const paint = paintFor(out);
  for (const tool of new Set(findings.map((finding) => finding.tool))) {
    out.write(`${paint("bold", tool)}\n`);
    printTool(
      findings.filter((finding) => finding.tool === tool),
      { out, paint },
    );
  }
  out.write(`${findings.length === 0 ? "nothing has changed" : summary(findings)}\n`);
  if (isHeld) out.write("What widens and what cannot be told has to be accepted: read it, then add --accept\n");
};

const WORDS = {
  breaks: ["breaks", "red"],
  widens: ["widens", "yellow"],
  unclear: ["cannot tell", "yellow"],
  narrows: ["narrows", "cyan"],
  same: ["same", "dim"],
} as const;

const WIDTH = 11;

const printTool = (
  findings: readonly Finding[],
  { out, paint }: { readonly out: Output; readonly paint: Paint },
): void => {
  const width = Math.max(...findings.map(({ place }) => place.length));
  for (const { change, place, message } of findings) {
    const [word, style] = WORDS[change];
    out.write(
      `  ${paint(style, word.padEnd(WIDTH))}  ${paint("reset", place.padEnd(width))}  ${paint("reset", message)}\n`,
    );
  }
};

/** `2 tools: 1 breaks, 3 widens` */
const summary = (findings: readonly Finding[]): string => {
  const counts = Object.entries(WORDS).flatMap(([change, [word]]) => {
    const number = findings.filter((finding) => finding.change === change).length;
    return number === 0 ? [] : [`${number} ${word}`];
  });
  return `${count(findings.length, "change")}: ${counts.join(", ")}`;
};

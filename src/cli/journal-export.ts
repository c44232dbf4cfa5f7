// `checkrein journal export`: the lines of a journal as they stand, so that whoever gets them can verify them.
import { readPlace } from "../journal/chain.ts";
import { journalLines } from "../journal/read.ts";
import { sourceOf, tooMany } from "./journal-source.ts";
import { readOptions } from "./options.ts";
import { type Output, fail, failUsage } from "./print.ts";
import { writeLines } from "./write-lines.ts";

interface Range {
  readonly from: number;
  readonly to: number;
}

/** Exit code 0 when all is printed, 2 for an option that is wrong, else 1. */
export const exportLines = async (argv: readonly string[], out: Output): Promise<number> => {
  const options = readOptions(argv, { from: "one", to: "one" });
  if (!options.ok) return failUsage(out, options.problem);
  const { from, to } = options.values;
  const many = tooMany(options.words);
  if (many !== undefined) return failUsage(out, many);
  const wrong = [...from, ...to].find((text) => !/^[1-9]\d{0,14}$/.test(text));
  if (wrong !== undefined) return failUsage(out, `"${wrong}" is no record: name it by its seq, like 1200`);
  const place = sourceOf(options.words[0], process.env);
  if (!place.ok) return fail(out, place.problem);
  const isPart = from.length + to.length > 0;
  const range = { from: Number(from[0] ?? 1), to: Number(to[0] ?? Number.POSITIVE_INFINITY) };
  const lines = journalLines(place.value);
  try {
    await writeLines(isPart ? lines.filter((line) => isWithin(line, range)) : lines, out);
    return 0;
  } catch (error) {
    return fail(out, `the journal cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
};

const isWithin = (line: string, { from, to }: Range): boolean => {
  const seq = readPlace(line)?.seq;
  return seq !== undefined && from <= seq && seq <= to;
};

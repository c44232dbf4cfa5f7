// `checkrein journal show <call>`: one call as a story, with all that belongs to it.
import { findCall } from "../journal/query/find.ts";
import { parseRecord } from "./journal-line.ts";
import { sourceOf, withTables } from "./journal-source.ts";
import { tellStory } from "./journal-story.ts";
import { readOptions } from "./options.ts";
import { paintFor } from "./paint.ts";
import { type Output, fail, failUsage } from "./print.ts";

/** Exit code 0 when it is shown, 2 for an option that is wrong, else 1. */
export const showCall = async (argv: readonly string[], out: Output): Promise<number> => {
  const options = readOptions(argv, { json: "flag" });
  if (!options.ok) return failUsage(out, options.problem);
  const [id, place, ...more] = options.words;
  if (id === undefined || id === "" || more.length > 0)
    return failUsage(out, "name one call: checkrein journal show <call> [<journal>]");
  const source = sourceOf(place, process.env);
  if (!source.ok) return fail(out, source.problem);
  return withTables(source.value, out, (tables) => {
    const found = findCall(tables, id);
    if (!found.ok) return fail(out, notFound(id, found.candidates));
    const records = found.records.map(({ text }) => parseRecord(text)).filter((record) => record !== undefined);
    if (options.values.json) for (const { text } of found.records) out.write(`${text}\n`);
    else out.write(tellStory(records, paintFor(out)) + (found.isMore ? MORE : ""));
    return 0;
  });
};

const MORE = "\nand more, which would be too long here: checkrein journal export has all records\n";

const notFound = (id: string, candidates: readonly string[]): string => {
  if (candidates.length > 0)
    return `more than one call begins with "${id}":\n${candidates.map((call) => `  ${call}\n`).join("")}write more of its id`;
  return `no call "${id}" stands in the journal: its id is the answer's \`checkrein-call\`; \`checkrein journal\` lists calls, and old records are dropped after a time`;
};

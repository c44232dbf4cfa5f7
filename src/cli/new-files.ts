// New files of drafts: what is there already is the author's.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Output } from "./print.ts";

export const NAME_RULE = "use lower-case letters, digits and dashes, a letter first";

/** How many files are new. Makes the folder. */
export const writeFiles = (
  folder: string,
  files: readonly (readonly [name: string, text: string])[],
  out: Output,
): number => {
  mkdirSync(folder, { recursive: true });
  let written = 0;
  for (const [name, text] of files) {
    const file = join(folder, name);
    try {
      // `wx` asks and writes in one step: a file that appears in between is not overwritten either.
      writeFileSync(file, text, { flag: "wx" });
      written += 1;
      out.write(`wrote ${file}\n`);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
      out.write(`kept ${file}: it exists already\n`);
    }
  }
  return written;
};

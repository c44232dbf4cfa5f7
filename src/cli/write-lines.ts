// Many lines on their way out, as fast as they are taken. A reader that has seen enough and leaves (`| head`) is no failure.
import type { Output } from "./print.ts";

const CHUNK = 65_536;

/** Ends early when nobody reads any longer. */
export const writeLines = async (lines: Iterable<string>, out: Output): Promise<void> => {
  process.stdout.on("error", ignore);
  try {
    let text = "";
    for (const line of lines) {
      text += `${line}\n`;
      if (text.length < CHUNK) continue;
      if (!(await write(text, out))) return;
      text = "";
    }
    await write(text, out);
  } finally {
    if (out !== process.stdout) process.stdout.off("error", ignore);
  }
};

const ignore = (): void => undefined;

/** Whether it was taken. */
const write = (text: string, out: Output): Promise<boolean> =>
  new Promise((resolve) => {
    if (out === process.stdout) return process.stdout.write(text, (error) => resolve(error == null));
    out.write(text);
    return resolve(true);
  });

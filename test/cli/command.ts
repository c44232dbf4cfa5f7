// A command as a person runs it: a process of its own, with an environment of its own.
import { execFile } from "node:child_process";

export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const MAIN = new URL("../../src/main.ts", import.meta.url).pathname;

/** `checkrein <words>`; nothing of this process's environment reaches it but PATH. */
export const runCommand = (
  words: readonly string[],
  {
    environment = {},
    folder = process.cwd(),
  }: { environment?: Readonly<Record<string, string>>; folder?: string } = {},
): Promise<Ended> =>
  new Promise((resolve) => {
    const env = { PATH: process.env["PATH"], ...environment };
    const child = execFile(
      process.execPath,
      [MAIN, ...words],
      { cwd: folder, env, timeout: 15_000 },
      (_error, stdout, stderr) => resolve({ exitCode: child.exitCode ?? -1, stdout, stderr }),
    );
  });

type Command = (argv: readonly string[], out: { write(text: string): void }) => Promise<number>;

/** The same in this process, with its environment: quicker, where a table has many rows. */
export const callCommand = async (
  command: Command,
  words: readonly string[],
): Promise<Pick<Ended, "exitCode" | "stdout">> => {
  let stdout = "";
  const exitCode = await command(words, { write: (text) => void (stdout += text) });
  return { exitCode, stdout };
};

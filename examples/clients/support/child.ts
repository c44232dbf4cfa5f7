// A child process with its whole family: ended as a group, so that nothing a client started outlives it.
import { type ChildProcess, spawn } from "node:child_process";
import { dirname, join } from "node:path";

export interface Child {
  /** What it wrote so far. */
  stdout(): string;
  stderr(): string;
  /** Waits for its own end; undefined when it was killed, by the time limit for instance. */
  readonly ended: Promise<number | undefined>;
  kill(): Promise<void>;
}

export interface ChildOptions {
  readonly folder: string;
  /** All that it gets: nothing is inherited but PATH, behind the folder's own programs. */
  readonly environment: Readonly<Record<string, string>>;
  readonly milliseconds?: number;
}

export const startChild = (command: readonly string[], options: ChildOptions): Child => {
  const [program = "", ...words] = command;
  const own = [dirname(process.execPath), join(options.folder, "node_modules/.bin")];
  const child = spawn(program, words, {
    cwd: options.folder,
    env: { PATH: [...own, process.env["PATH"]].join(":"), ...options.environment },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true, // a group of its own
  });
  const killGroup = (): void => signalGroup(child);
  const timer = setTimeout(killGroup, options.milliseconds ?? 2 ** 31 - 1).unref();
  process.once("exit", killGroup);
  const end = (code: number | null | undefined): number | undefined => {
    clearTimeout(timer);
    process.off("exit", killGroup);
    return code ?? undefined;
  };
  const ended = new Promise<number | undefined>((resolve) => {
    child.once("close", (code) => resolve(end(code)));
    child.once("exit", killGroup); // what it left behind, which might hold the pipes and so keep `close` away
    child.once("error", (error) => (errors.push(String(error)), resolve(end(undefined))));
  });
  const [output, errors]: [string[], string[]] = [[], []];
  child.stdout.setEncoding("utf8").on("data", (text: string) => output.push(text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => errors.push(text));
  const kill = async (): Promise<void> => {
    killGroup();
    await ended;
  };
  return { stdout: () => output.join(""), stderr: () => errors.join(""), ended, kill };
};

const signalGroup = ({ pid }: ChildProcess): void => {
  if (pid === undefined) return; // it never started
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // nobody of the group is left
  }
};

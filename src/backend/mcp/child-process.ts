// An MCP server as a child process, in a process group of its own, so that what it starts ends with it. No shell, and of
// the sidecar's environment only PATH and HOME: its secrets stay here.
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { Readable } from "node:stream";

export interface ChildOptions {
  /** Program and arguments. */
  readonly command: readonly string[];
  /** Working directory; undefined: the sidecar's. */
  readonly directory: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
}

export interface Child {
  readonly process: ChildProcessWithoutNullStreams;
  /** The whole group. */
  kill(signal: "SIGTERM" | "SIGKILL"): void;
  /** Why the child is gone, once its output was read to the end. */
  readonly ended: Promise<Error>;
}

/** How long output is awaited from a pipe that some escaped process may hold open. */
const LAST_WORDS_MS = 1000;

/** Throws for what no program can be started with, such as a NUL in an argument, and where no pipe can be opened. */
export const startChild = ({ command, directory, environment }: ChildOptions): Child => {
  const [program = "", ...rest] = command;
  const child = spawn(program, rest, {
    cwd: directory,
    env: { ...ownEnvironment(), ...environment },
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
    windowsHide: true,
  });
  let reason = new Error("the server's process could not be started");
  child.once("error", (error) => (reason = error));
  const hasPipes: boolean = child.stdout instanceof Readable; // not so when file descriptors run out, whatever the type says
  if (!hasPipes) throw reason;
  let group = child.pid; // forgotten once all of it was killed: the number may be given to others then
  const kill = (signal: "SIGTERM" | "SIGKILL"): void => killGroup(group, signal);
  const stopWithUs = killAtExit(() => kill("SIGKILL"));
  const ended = new Promise<Error>((resolve) => {
    child.once("exit", (code, signal) => {
      reason = new Error(`the server's process ended (${signal === null ? `status ${code}` : signal})`);
      kill("SIGKILL"); // what it leaves behind
      group = undefined;
      setTimeout(() => child.stdout.destroy(), LAST_WORDS_MS).unref();
      setTimeout(() => child.stderr.destroy(), LAST_WORDS_MS).unref();
    });
    child.once("close", () => {
      stopWithUs();
      resolve(reason);
    });
  });
  return { process: child, kill, ended };
};

const ownEnvironment = (): Record<string, string> => {
  const { PATH, HOME } = process.env;
  return { ...(PATH === undefined ? {} : { PATH }), ...(HOME === undefined ? {} : { HOME }) };
};

const killGroup = (pid: number | undefined, signal: "SIGTERM" | "SIGKILL"): void => {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // ESRCH: nobody is left
  }
};

/** Children are no part of our process group: nothing else ends them when we end. */
const killAtExit = (kill: () => void): (() => void) => {
  process.setMaxListeners(process.getMaxListeners() + 1);
  process.once("exit", kill);
  return () => {
    process.off("exit", kill);
    process.setMaxListeners(process.getMaxListeners() - 1);
  };
};

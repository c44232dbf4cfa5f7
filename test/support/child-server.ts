// A server in a process of its own, as it runs in production: what blocks or ends it cannot block or end the test.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { keepOutput } from "./keep-outputs.ts";

export interface ChildServer {
  readonly process: ChildProcess;
  /** The line that said `ready`. */
  readonly ready: Readonly<Record<string, unknown>>;
  /** Lines of stdout and stderr so far. */
  readonly log: readonly string[];
  /** SIGKILL, and waits for the end. */
  kill(): Promise<void>;
}

export interface ChildOptions {
  readonly arguments: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Words in front of Node, such as a program that sets limits. */
  readonly through?: readonly string[];
}

/** Of the suite's many children each would strip and compile the same files: a third of the processor time of a start. */
const COMPILED = fileURLToPath(new URL("../../node_modules/.cache/compiled", import.meta.url));

/** Starts `node <arguments>` and waits for a line of JSON on stderr with `"msg":"ready"`. */
export const startChild = async (options: ChildOptions): Promise<ChildServer> => {
  const { arguments: argv, environment, through = [] } = options;
  const [program = process.execPath, ...words] = [...through, process.execPath, ...argv];
  const child = spawn(program, words, {
    cwd: new URL("../..", import.meta.url),
    // Other tests run on the same cores: a turn of the event loop that waits for them is no load.
    env: { NODE_COMPILE_CACHE: COMPILED, ...process.env, CHECKREIN_MAX_LOOP_DELAY_MS: "60000", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const log: string[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => {
    keepOutput("stdout", line);
    log.push(line);
  });
  const ready = await new Promise<Readonly<Record<string, unknown>>>((resolve, reject) => {
    createInterface({ input: child.stderr }).on("line", (line) => {
      keepOutput("stderr", line);
      log.push(line);
      const read = readLine(line);
      if (read["msg"] === "ready") resolve(read);
    });
    child.once("exit", (code) =>
      reject(new Error(`the server ended with ${code} before it was ready:\n${log.join("\n")}`)),
    );
  });
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  };
  return { process: child, ready, log, kill };
};

const readLine = (line: string): Readonly<Record<string, unknown>> => {
  try {
    return Object(JSON.parse(line));
  } catch {
    return {};
  }
};

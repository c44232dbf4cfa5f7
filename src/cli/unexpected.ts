// What nobody caught. A rejected promise that nobody waited for is a fault and no more: no answer depends on it, and a function
// of a contract that forgets an `await` must not end everybody's calls. An exception has torn off whatever ran, and nobody knows
// what state it left: the sidecar answers what is in flight and ends, so that whoever supervises it starts another.
import type { Logger } from "pino";

export interface Unexpected {
  /** Resolves with the first exception. */
  readonly broken: Promise<void>;
  isBroken(): boolean;
  /** The process ends with 1 after so long, whatever still runs in it. */
  endWithin(milliseconds: number): void;
}

/** To be called once everything runs: before, an exception ends the process at once. */
export const watchUnexpected = (
  log: Pick<Logger, "fatal">,
  onFault: (what: string, error: unknown) => void,
): Unexpected => {
  process.on("unhandledRejection", (error) => onFault("a promise was rejected that nobody waited for", error));
  let isBroken = false;
  const broken = new Promise<void>((resolve) => {
    process.on("uncaughtException", (error) => {
      log.fatal(
        { err: error },
        "an exception was caught by nobody: calls in flight are answered, then the process ends",
      );
      isBroken = true;
      resolve();
    });
  });
  return {
    broken,
    isBroken: () => isBroken,
    endWithin: (milliseconds) => void setTimeout(() => process.exit(1), milliseconds).unref(),
  };
};

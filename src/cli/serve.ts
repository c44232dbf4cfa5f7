// `checkrein serve`: reads settings, starts, prints where to call, and stops on SIGTERM or SIGINT, or when an
// exception has broken it.
import pino from "pino";
import { type App, StartError, startApp } from "../app.ts";
import { readSettings } from "../settings.ts";
import { type Output, fail, failUsage, printProblems } from "./print.ts";
import { watchUnexpected } from "./unexpected.ts";

/** Exit code, 2 for a flag that is wrong; resolves when the sidecar has stopped. */
export const serve = async (argv: readonly string[], out: Output): Promise<number> => {
  const read = readSettings(process.env, argv);
  if (!read.ok) {
    const problems = read.problems.join("\n");
    return readSettings({}, argv).ok ? fail(out, problems) : failUsage(out, problems);
  }
  const { settings } = read;
  // Before anything is loaded: process 1 of a container loses a signal that nobody listens for yet, and others end with it.
  const stopped = stopSignal();
  const started = Promise.withResolvers<App>();
  onHangUp(() => void started.promise.then((app) => app.reload("signal")));
  unblock(process.stdout);
  const destination = openLog();
  const log = pino({ level: settings.logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
  try {
    const app = await startApp({ settings, environment: process.env, log });
    for (const { file, tool, message } of app.notices) log.warn({ file, tool }, message);
    log.info({ data: app.dataUrl, admin: app.adminUrl, tools: app.catalog.contracts.length }, "ready");
    started.resolve(app);
    const unexpected = watchUnexpected(log, app.fault);
    void unexpected.broken.then(() => unexpected.endWithin(settings.drainMs + CLOSING_MS));
    await Promise.race([stopped, unexpected.broken]);
    await app.stop();
    if (!unexpected.isBroken()) return 0;
    unexpected.endWithin(LAST_WORDS_MS); // a timer of what broke could keep the process
    return 1;
  } catch (error) {
    if (error instanceof StartError) printProblems(error.problems, out);
    else fail(out, `checkrein cannot start: ${describeFault(error)}`);
    return 1;
  } finally {
    closeLog(destination);
    endSoon();
  }
};

/** Of what a stop waits for behind the grace time. */
const CLOSING_MS = 5000;
/** For the log's last lines. */
const LAST_WORDS_MS = 1000;

/** By its name the signal of a terminal that is closed: where there is one, the process ends with it. */
const onHangUp = (act: () => void): void => {
  if (!process.stdin.isTTY) process.on("SIGHUP", act);
};

/** On stderr, never waiting for its reader: a log that is full or closed loses lines, and the sidecar goes on. */
const openLog = (): ReturnType<typeof pino.destination> => {
  unblock(process.stderr);
  let isClosed = false;
  const options = { dest: 2, sync: false, maxLength: 1_048_576, retryEAGAIN: () => !isClosed };
  const destination = pino.destination(options);
  destination.on("error", () => undefined); // there is nowhere left to say it
  destination.on("close", () => (isClosed = true));
  return destination;
};

/** A reader that takes nothing does not keep the process. */
const closeLog = (destination: ReturnType<typeof openLog>): void => {
  destination.end();
  setTimeout(() => destination.destroy(), 1000).unref();
};

/** All is closed by now but for what packages keep: an export of telemetry waits ten seconds for a collector that says nothing. */
const endSoon = (): void => void setTimeout(() => process.exit(), 1500).unref();

/** Node makes a pipe non-blocking when its stream is first asked for; a blocking write would hold a thread until the end. */
const unblock = (stream: NodeJS.WriteStream): void => void stream.on("error", () => undefined);

const describeFault = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const { code, address, port } = error as NodeJS.ErrnoException & { address?: string; port?: number }; // Node's own fields, or absent
  if (code !== "EADDRINUSE") return error.message;
  return `port ${port} of ${address} is taken, perhaps by another checkrein. Stop that one, or choose another port with --port or --admin-port.`;
};

/** The first signal stops in order; the second ends the process at once. */
const stopSignal = (): Promise<void> =>
  new Promise((resolve) => {
    let isStopping = false;
    const stop = (): void => {
      if (isStopping) process.kill(process.pid, "SIGKILL"); // an orderly exit waits for readers of the journal and the log
      isStopping = true;
      resolve();
    };
    process.on("SIGTERM", stop);
    process.on("SIGINT", stop);
  });

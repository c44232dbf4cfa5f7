// `checkrein serve`: reads settings, starts, prints where to call, and stops on SIGTERM or SIGINT.
import pino from "pino";
import { StartError, startApp } from "../app.ts";
import { readSettings } from "../settings.ts";
import { type Output, printProblems } from "./print.ts";

/** Exit code; resolves when the sidecar has stopped. */
export const serve = async (argv: readonly string[], out: Output): Promise<number> => {
  const read = readSettings(process.env, argv);
  if (!read.ok) {
    for (const problem of read.problems) out.write(`${problem}\n`);
    return 1;
  }
  const { settings } = read;
  const log = pino(
    { level: settings.logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: true }),
  );
  try {
    const app = await startApp({ settings, environment: process.env, log });
    for (const { file, tool, message } of app.notices) log.warn({ file, tool }, message);
    if (!["127.0.0.1", "localhost", "::1"].includes(settings.host))
      log.warn("the data port is open beyond loopback, and callers are not authenticated yet");
    log.info({ data: app.dataUrl, admin: app.adminUrl, tools: app.catalog.contracts.length }, "ready");
    await stopSignal();
    await app.stop();
    return 0;
  } catch (error) {
    if (error instanceof StartError) printProblems(error.problems, out);
    else out.write(`checkrein cannot start: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
};

/** The first signal stops in order; the second ends the process at once. */
const stopSignal = (): Promise<void> =>
  new Promise((resolve) => {
    let isStopping = false;
    const stop = (): void => {
      if (isStopping) process.exit(1);
      isStopping = true;
      resolve();
    };
    process.on("SIGTERM", stop);
    process.on("SIGINT", stop);
  });

// The journal's first form: one JSON line a call, written by pino to stdout or a file, off the path of the call. Secrets are
// cut by the contract before anything is written; of an unknown tool no argument is written, for nobody knows its secrets.
import { mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import pino from "pino";
import { refusalCodes } from "../refusal.ts";
import type { Journal, JournalEntry } from "./journal.ts";

const VERSION = 1;

/** Lines wait this long for company; so much a crash can lose. */
const FLUSH_MS = 500;

/** Bytes that wait for a slow or failing reader; what comes after them is lost and counted. */
const MOST_WAITING = 8_388_608;

/** A reader that takes nothing must not keep the sidecar from stopping. */
const CLOSE_MS = 2000;

/** `target`: "stdout", "none" or a file's path. A file that cannot be opened throws. */
export const createLinesJournal = (target: string, onTrouble: (message: string) => void): Journal => {
  if (target === "none") return { record: () => {}, trouble: () => undefined, close: async () => {} };
  const dest = target === "stdout" ? 1 : openFile(target);
  const destination = pino.destination({
    dest,
    sync: false,
    minLength: 8192,
    maxLength: MOST_WAITING,
    retryEAGAIN: () => !isGivenUp,
  });
  let isGivenUp = false;
  let failure: string | undefined;
  let lost = 0;
  const fail = (message: string): void => {
    if (failure === undefined && !isGivenUp) onTrouble(`the journal cannot be written: ${message}`);
    failure = message;
  };
  destination.on("error", (error: Error) => fail(error.message));
  destination.on("drain", () => (failure = undefined));
  destination.on("drop", () => {
    lost += 1; // one line a drop
    fail("more lines wait than are kept");
  });
  const lines = pino({ base: null, timestamp: false, formatters: { level: () => ({ v: VERSION }) } }, destination);
  const timer = setInterval(() => destination.flush(), FLUSH_MS);
  timer.unref();
  return {
    record: (entry) => lines.info(describeEntry(entry)),
    trouble: () => {
      if (failure === undefined && lost === 0) return undefined;
      return `journal: ${failure ?? "is written again"}; ${lost} records lost so far`;
    },
    close: () =>
      new Promise((resolve) => {
        clearInterval(timer);
        const done = (): void => {
          clearTimeout(patience);
          resolve();
        };
        const giveUp = (): void => {
          isGivenUp = true;
          destination.destroy();
          onTrouble("the journal was closed before all of it was written");
          done();
        };
        const patience = setTimeout(giveUp, failure === undefined ? CLOSE_MS : 100);
        destination.once("close", done);
        destination.once("error", done);
        destination.end();
      }),
  };
};

/** Opened here and now, so that a file that cannot be written refuses to start. */
const openFile = (path: string): number => {
  mkdirSync(dirname(path), { recursive: true });
  return openSync(path, "a", 0o600);
};

const describeEntry = (entry: JournalEntry): Readonly<Record<string, unknown>> => {
  const { call, contract, verdict, milliseconds, counts, stream } = entry;
  return {
    time: new Date().toISOString(),
    call: call.id,
    caller: call.caller.name,
    ingress: call.ingress,
    tool: call.tool.slice(0, 256),
    contract: contract?.digest.slice(0, 12),
    arguments: contract?.redact(call.arguments),
    ...describeVerdict(call.ingress, verdict),
    counts: counts === false ? false : undefined, // true goes without saying
    stream,
    ms: Math.round(milliseconds * 1000) / 1000,
  };
};

const describeVerdict = (ingress: string, verdict: JournalEntry["verdict"]): Readonly<Record<string, unknown>> => {
  if (verdict.ok)
    return { decision: "allow", forwarded: ingress === "check" ? "no" : "yes", status: verdict.value?.status };
  const { code, class: refusalClass, forwarded, issues, backend, log } = verdict.refusal;
  return {
    decision: refusalCodes[code].blame === "backend" ? "allow" : "refuse",
    forwarded,
    code,
    class: refusalClass,
    issues: issues.length === 0 ? undefined : issues.map(({ path, code: keyword }) => ({ path, code: keyword })),
    status: backend?.status,
    note: log,
  };
};

// The journal's first form: one JSON line a call, written by pino to stdout or a file, off the path of the call. Secrets are
// cut by the contract before anything is written; of an unknown tool no argument is written, for nobody knows its secrets.
import pino from "pino";
import { refusalCodes } from "../refusal.ts";
import type { Journal, JournalEntry } from "./journal.ts";

const VERSION = 1;

/** Lines wait this long for company; so much a crash can lose. */
const FLUSH_MS = 500;

/** `target`: "stdout", "none" or a file's path. A file that cannot be opened throws. */
export const createLinesJournal = (target: string, onTrouble: (message: string) => void): Journal => {
  if (target === "none") return { record: () => {}, trouble: () => undefined, close: async () => {} };
  const destination = pino.destination({
    dest: target === "stdout" ? 1 : target,
    sync: false,
    append: true,
    mkdir: true,
    minLength: 8192,
    maxLength: 8_388_608,
  });
  let lost = 0;
  let trouble: string | undefined;
  const lose = (message: string): void => {
    lost += 1;
    if (trouble === undefined) onTrouble(`the journal loses records: ${message}`);
    trouble = `${message}; ${lost} times so far`;
  };
  destination.on("error", (error: Error) => lose(error.message));
  destination.on("drop", () => lose("its reader is too slow"));
  const lines = pino({ base: null, timestamp: false, formatters: { level: () => ({ v: VERSION }) } }, destination);
  const timer = setInterval(() => destination.flush(), FLUSH_MS);
  timer.unref();
  return {
    record: (entry) => lines.info(describeEntry(entry)),
    trouble: () => trouble,
    close: () =>
      new Promise((resolve) => {
        clearInterval(timer);
        destination.once("close", resolve);
        destination.once("error", resolve);
        destination.end();
      }),
  };
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

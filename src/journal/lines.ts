// The journal's first form: one JSON line a call, written through pino's destination to stdout or a file, off the path of
// the call. Secrets are cut by the contract before anything is written; of an unknown tool no argument is written, for
// nobody knows its secrets.
import { mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import pino from "pino";
import type { ToolResult } from "../call.ts";
import { refusalCodes } from "../refusal.ts";
import type { Journal, JournalEntry } from "./journal.ts";

const VERSION = 1;

/** Lines wait this long for company; so much a crash can lose. */
const FLUSH_MS = 500;

/** Bytes that go out at once when there are so many, and not one by one: each write costs a trip through the thread pool. */
const BATCH = 65_536;

/** Bytes that wait for a slow or failing reader; what comes after them is lost and counted. */
const MOST_WAITING = 8_388_608;

/** A reader that takes nothing must not keep the sidecar from stopping. */
const CLOSE_MS = 2000;

/** `target`: "stdout", "none" or a file's path. A file that cannot be opened throws. */
export const createLinesJournal = (target: string, onTrouble: (message: string) => void): Journal => {
  if (target === "none")
    return { record: () => {}, isFailing: () => false, trouble: () => undefined, close: async () => {} };
  const dest = target === "stdout" ? 1 : openFile(target);
  const destination = pino.destination({
    dest,
    sync: false,
    minLength: BATCH,
    maxWrite: BATCH * 16,
    contentMode: "buffer", // as texts, it would count all waiting bytes anew for each line
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
  const timer = setInterval(() => destination.flush(), FLUSH_MS);
  timer.unref();
  return {
    record: (entry) => void destination.write(asBytes(`${writeLine(entry)}\n`)),
    isFailing: () => failure !== undefined,
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
          if (isGivenUp) return; // the last attempt fails after the end
          isGivenUp = true;
          destination.destroy();
          onTrouble("the journal was closed before all of it was written");
          done();
        };
        const patience = setTimeout(giveUp, failure === undefined ? CLOSE_MS : 100);
        destination.once("close", done);
        destination.once("error", giveUp); // it would try again for ever
        destination.end();
      }),
  };
};

/** The destination takes bytes in this mode; its types know texts alone. */
const asBytes = (line: string): string => Buffer.from(line) as unknown as string;

/** Opened here and now, so that a file that cannot be written refuses to start. */
const openFile = (path: string): number => {
  mkdirSync(dirname(path), { recursive: true });
  return openSync(path, "a", 0o600);
};

/** Larger records have their long texts cut, then all arguments: an agent's megabyte is not worth one of journal. */
const MOST_CHARACTERS = 16_384;
const MOST_TEXT = 1024;

/** One JSON object; control characters and line ends inside of it are escaped. Members that do not apply are left out. */
const writeLine = (entry: JournalEntry): string => {
  const described = describeEntry(entry);
  let line = JSON.stringify(described);
  const { length } = line;
  if (length > MOST_CHARACTERS) line = JSON.stringify(described, cutTexts);
  if (line.length > MOST_CHARACTERS)
    line = JSON.stringify({ ...described, arguments: `[cut: ${length} characters]` }, cutTexts);
  return line.replace(UNSAFE, escapeMark);
};

/** JSON lets these stand in a text as they are; readers that split lines at them, and terminals, take them for their own. */
const UNSAFE = /[\u007f-\u009f\u2028\u2029]/g;
const escapeMark = (mark: string): string => `\\u${mark.charCodeAt(0).toString(16).padStart(4, "0")}`;

const cutTexts = (_name: string, value: unknown): unknown =>
  typeof value === "string" && value.length > MOST_TEXT
    ? `${value.slice(0, MOST_TEXT)}[cut: ${value.length} characters]`
    : value;

/** Every record has the same members in the same order: written out, because this runs on every call. */
const describeEntry = (entry: JournalEntry): object => {
  const { call, contract, verdict, observed, milliseconds, counts, repeats, approvals = [], stream } = entry;
  const happened = verdict.ok ? undefined : verdict.refusal;
  const refusal = observed ?? happened;
  const isAllowed = refusal === undefined || refusalCodes[refusal.code].blame === "backend";
  return {
    v: VERSION,
    time: new Date().toISOString(),
    call: call.id,
    caller: call.caller.name,
    run: call.run.id,
    ingress: call.ingress,
    tool: call.tool.slice(0, 256),
    contract: contract?.digest.slice(0, 12),
    arguments: contract?.redact(call.arguments),
    decision: isAllowed ? "allow" : "refuse",
    observed: observed === undefined ? undefined : true,
    forwarded: happened?.forwarded ?? (call.ingress === "check" || repeats !== undefined ? "no" : "yes"),
    repeats,
    approvals: approvals.length === 0 ? undefined : approvals.map(({ id, by }) => ({ id, by })),
    code: refusal?.code,
    class: refusal?.class,
    issues:
      refusal === undefined || refusal.issues.length === 0
        ? undefined
        : refusal.issues.map(({ path, code }) => ({ path, code })),
    status: verdict.ok ? statusOf(verdict.value) : happened?.backend?.status,
    toolError: verdict.ok && verdict.value?.kind === "content" && verdict.value.isError ? true : undefined,
    note: refusal?.log,
    counts: counts === false ? false : undefined, // true goes without saying
    stream,
    ms: Math.round(milliseconds * 1000) / 1000,
  };
};

const statusOf = (result: ToolResult | undefined): number | undefined =>
  result !== undefined && "status" in result ? result.status : undefined;

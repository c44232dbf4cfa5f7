// Runs: opened for an agent with what it may do, listed, looked at, ended. A token is shown once, to the one who opens.
import { type RunOpening, type RunRequest, readOpening } from "../run/open-run.ts";
import type { RunRecord, Store } from "../state/store.ts";
import {
  type AdminLog,
  type AdminRequest,
  type Answer,
  PROBLEMS,
  type Route,
  answerWith,
  problem,
  timeText,
} from "./answer.ts";
import { aPerson, anything, optional, readBody } from "./read-body.ts";
import { readPage } from "./read-page.ts";

export interface RunParts {
  readonly store: Pick<Store, "findRun" | "listRuns" | "endRun" | "hasEnded">;
  readonly openRun: (request: RunRequest) => Promise<RunOpening>;
  /** Scheme and authority of the data port, as agents reach it. */
  readonly publicUrl: () => string;
  readonly log: AdminLog;
}

export const createRunRoutes = (parts: RunParts): readonly Route[] => [
  { method: "POST", path: "/runs", answer: (request) => open(parts, request) },
  { method: "GET", path: "/runs", answer: (request) => list(parts, request) },
  { method: "GET", path: "/runs/:id", answer: ({ id }) => show(parts, id) },
  { method: "POST", path: "/runs/:id/end", answer: (request) => end(parts, request) },
];

/** What they say is judged where runs are opened. */
const REQUEST = { caller: anything, claims: anything, grant: anything, parent: anything, lifetimeMs: anything };

const open = async ({ openRun, publicUrl, log }: RunParts, request: AdminRequest): Promise<Answer> => {
  const read = readBody(request, REQUEST);
  if (!read.ok) return read.answer;
  const opened = await openRun(read.value);
  if (!opened.ok) {
    const told = opened.problems.map(({ path, message, mend }) => `${path} ${message} (${mend})`).join("; ");
    return problem(PROBLEMS.badBody, `The run is not opened. ${told}.`, opened.problems);
  }
  const { run, caller, token } = opened;
  const expiresAt = timeText(opened.expiresAt);
  log.info({ run: run.id, caller, lineage: run.lineage, expiresAt }, "a run was opened");
  const body = { run: run.id, token, url: `${publicUrl()}/r/${token}`, expiresAt };
  return { status: 201, location: `/runs/${run.id}`, body };
};

const list = async ({ store }: RunParts, request: AdminRequest): Promise<Answer> => {
  const page = readPage(request);
  if (!page.ok) return page.answer;
  const { after, most } = page;
  const runs = await store.listRuns({ after, most });
  const next = runs.length < most ? undefined : runs.at(-1)?.id;
  return answerWith({ runs: runs.map(viewOf), ...(next === undefined ? {} : { next }) });
};

const show = async ({ store }: RunParts, id: string): Promise<Answer> => {
  const run = await store.findRun(id);
  if (run === undefined) return noRun();
  const lineage = await lineageOf(store, run);
  return answerWith({ ...viewOf(run), lineage, live: !(await store.hasEnded(lineage)) });
};

const end = async (parts: RunParts, request: AdminRequest): Promise<Answer> => {
  const read = readBody(request, { by: optional(aPerson) });
  if (!read.ok) return read.answer;
  const { by = "operator" } = read.value;
  if (!(await parts.store.endRun(request.id, by))) return noRun();
  parts.log.info({ run: request.id, by }, "a run was ended");
  return show(parts, request.id);
};

const noRun = (): Answer =>
  problem(
    PROBLEMS.notFound,
    "There is no run of this id: it has expired, or never was. GET /runs lists those that live.",
  );

/** A store that somebody else writes to could have a circle. */
const MOST_ANCESTORS = 64;

/** The outermost first. Ending one ends all below it, so a run's own record does not say whether it lives. */
const lineageOf = async (store: RunParts["store"], run: RunRecord): Promise<readonly string[]> => {
  const lineage = [run.id];
  let { parent } = run;
  while (parent !== undefined && lineage.length < MOST_ANCESTORS) {
    lineage.unshift(parent);
    parent = (await store.findRun(parent))?.parent;
  }
  return lineage;
};

const viewOf = (run: RunRecord): Readonly<Record<string, unknown>> => {
  const { id, caller, parent, createdAt, expiresAt, endedBy } = run;
  return {
    id,
    caller,
    ...(parent === undefined ? {} : { parent }),
    ...readOpening(run),
    createdAt: timeText(createdAt),
    expiresAt: timeText(expiresAt),
    ...(endedBy === undefined ? {} : { endedBy }),
  };
};

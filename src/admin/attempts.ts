// Refused attempts in a row: which tools are stopped for whom, and their release. Names of tools may be an agent's own words.
import type { AttemptDesk, RunTried } from "../run/attempt-desk.ts";
import { type AdminLog, type AdminRequest, type Answer, PROBLEMS, type Route, answerWith, problem } from "./answer.ts";
import { aName, aPerson, optional, readBody } from "./read-body.ts";
import { readPage } from "./read-page.ts";

export interface AttemptParts {
  readonly attempts: AttemptDesk;
  readonly log: AdminLog;
}

export const createAttemptRoutes = (parts: AttemptParts): readonly Route[] => [
  { method: "GET", path: "/attempts", answer: (request) => list(parts, request) },
  { method: "POST", path: "/attempts/clear", answer: (request) => clear(parts, request) },
];

const list = async ({ attempts }: AttemptParts, { query }: AdminRequest): Promise<Answer> => {
  const { run, ...others } = query;
  if (run !== undefined) {
    if (!aName.fits(run) || Object.keys(others).length > 0)
      return problem(PROBLEMS.badRequest, "`run` must be the id of one run or the name of a caller, and stands alone.");
    const found = await attempts.find(run);
    return answerWith({ attempts: found === undefined ? [] : [viewOf(found)] });
  }
  const page = readPage({ query: others });
  if (!page.ok) return page.answer;
  const found = await attempts.list(page);
  const next = found.length < page.most ? undefined : found.at(-1)?.run;
  return answerWith({ attempts: found.map(viewOf), ...(next === undefined ? {} : { next }) });
};

const clear = async ({ attempts, log }: AttemptParts, request: AdminRequest): Promise<Answer> => {
  const read = readBody(request, { run: aName, tool: optional(aName), by: optional(aPerson) });
  if (!read.ok) return read.answer;
  const { run, tool, by = "operator" } = read.value;
  const cleared = await attempts.clear(run, tool);
  if (cleared === 0)
    return problem(
      PROBLEMS.notFound,
      "No attempts are counted for this run and tool. GET /attempts lists those that are, by the names to use here.",
    );
  const told = { run, ...(tool === undefined ? {} : { tool }), cleared, by };
  log.info(told, "attempts of a run were cleared");
  return answerWith(told);
};

const viewOf = ({ run, tools }: RunTried): Readonly<Record<string, unknown>> => ({
  run,
  tools: tools.map(({ tool, used, left, isStopped, expiresInMs }) => {
    return { tool, used, left, stopped: isStopped, expiresInSeconds: Math.ceil(expiresInMs / 1000) };
  }),
});

// The contracts that are served, and loading them again. A set with problems is answered with all of them, and changes nothing.
import type { Catalog, LoadProblem } from "../contract/contract.ts";
import type { Reload, Reloads } from "../reload.ts";
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
import { aPerson, optional, readBody } from "./read-body.ts";

export interface ContractParts {
  readonly contracts: {
    readonly reloads: Pick<Reloads, "reload" | "refused" | "servedSince"> & {
      served(): { readonly version: string; readonly catalog: Pick<Catalog, "contracts"> };
    };
  };
  readonly log: AdminLog;
}

export const createContractRoutes = ({ contracts: { reloads }, log }: ContractParts): readonly Route[] => {
  const show = async (): Promise<Answer> => {
    const { version, catalog } = reloads.served();
    return answerWith({
      version,
      servedSince: timeText(reloads.servedSince()),
      contracts: catalog.contracts.map(({ tool, effect, digest }) => ({ tool, effect, digest })),
      refused: reloads.refused()?.problems ?? null,
    });
  };
  const reload = async (request: AdminRequest): Promise<Answer> => {
    const read = readBody(request, { by: optional(aPerson) });
    if (!read.ok) return read.answer;
    const { by = "operator" } = read.value;
    const done = await reloads.reload("operator");
    log.info({ by, result: done.result, version: done.version }, "an operator has loaded the contracts again");
    return done.result === "refused" ? refuse(done) : answerWith({ ...done });
  };
  return [
    { method: "GET", path: "/contracts", answer: show },
    { method: "POST", path: "/reload", answer: reload },
  ];
};

const refuse = ({ problems, version }: Extract<Reload, { readonly result: "refused" }>): Answer => {
  const count = `${problems.length} ${problems.length === 1 ? "problem" : "problems"}`;
  const told = problem(PROBLEMS.badContracts, `The files have ${count}: version ${version} is served on.`);
  return { ...told, body: { ...told.body, version, problems: problems.map(view) } };
};

const view = ({ file, place, message, mend }: LoadProblem): LoadProblem => ({ file, place, message, mend });

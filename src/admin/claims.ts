// Calls of which nobody knows whether they took place: `once` keeps their key taken until a person has found out.
import type { Store } from "../state/store.ts";
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
import { aPerson, oneOf, readBody } from "./read-body.ts";

interface ClaimParts {
  readonly store: Pick<Store, "listUnknown" | "settleUnknown">;
  readonly log: AdminLog;
}

export const createClaimRoutes = ({ store, log }: ClaimParts): readonly Route[] => {
  const settle = async (request: AdminRequest): Promise<Answer> => {
    const read = readBody(request, { outcome: oneOf("done", "released"), by: aPerson });
    if (!read.ok) return read.answer;
    const { outcome, by } = read.value;
    const { id } = request;
    if (!(await store.settleUnknown(id, outcome)))
      return problem(
        PROBLEMS.notFound,
        "No claim of this id waits to be settled: it is settled already, or its call has ended by itself. GET /claims lists those that wait.",
      );
    log.info({ claim: id, outcome, by }, "a person settled a claim");
    return answerWith({ id, outcome, by });
  };
  return [
    {
      method: "GET",
      path: "/claims",
      answer: async () => {
        const unknown = await store.listUnknown();
        return answerWith({ claims: unknown.map(({ claim, about, at }) => ({ id: claim, about, at: timeText(at) })) });
      },
    },
    { method: "POST", path: "/claims/:id/settle", answer: settle },
  ];
};

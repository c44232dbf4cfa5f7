// The store itself: what is wrong with it, and the one thing that only a person may say: that what it lost may be lost.
import type { Store } from "../state/store.ts";
import { type AdminLog, type AdminRequest, type Answer, PROBLEMS, type Route, answerWith, problem } from "./answer.ts";
import { aPerson, readBody } from "./read-body.ts";

interface StateParts {
  readonly store: Pick<Store, "trouble" | "acceptLoss">;
  readonly log: AdminLog;
}

export const createStateRoutes = ({ store, log }: StateParts): readonly Route[] => {
  const show = (): Answer => answerWith({ trouble: store.trouble() ?? null });
  const acceptLoss = async (request: AdminRequest): Promise<Answer> => {
    const read = readBody(request, { by: aPerson });
    if (!read.ok) return read.answer;
    const trouble = store.trouble();
    if (trouble === undefined)
      return problem(PROBLEMS.conflict, "Nothing is wrong with the store: there is no loss to accept.");
    await store.acceptLoss();
    log.info({ by: read.value.by, trouble }, "a person accepted that state was lost");
    return show();
  };
  return [
    { method: "GET", path: "/state", answer: async () => show() },
    { method: "POST", path: "/state/accept", answer: acceptLoss },
  ];
};

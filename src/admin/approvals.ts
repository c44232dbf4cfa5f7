// What waits for a person: listed, approved, denied. The store makes the decision count once; here it is said who decided.
import { parseStrictJson } from "../json/strict-json.ts";
import type { Approval, Store } from "../state/store.ts";
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
import { aPerson, readBody } from "./read-body.ts";

interface ApprovalParts {
  readonly store: Pick<Store, "listApprovals" | "decideApproval">;
  readonly log: AdminLog;
}
type Decision = "approved" | "denied";

export const createApprovalRoutes = ({ store, log }: ApprovalParts): readonly Route[] => {
  const decide = async (request: AdminRequest, decision: Decision): Promise<Answer> => {
    const read = readBody(request, { by: aPerson });
    if (!read.ok) return read.answer;
    const decided = await store.decideApproval(request.id, decision, read.value.by);
    if (decided === undefined) return answerAgain(request.id, decision);
    const { id, tool, caller, run, by } = decided;
    log.info({ approval: id, decision, by, tool, caller, run }, "a person decided about a call");
    return answerWith(viewOf(decided));
  };
  /** Nothing was changed: somebody was quicker, perhaps the same person twice. */
  const answerAgain = async (id: string, decision: Decision): Promise<Answer> => {
    const earlier = (await store.listApprovals()).find((approval) => approval.id === id);
    if (earlier?.state === decision) return answerWith(viewOf(earlier));
    if (earlier === undefined || earlier.state === "pending")
      return problem(
        PROBLEMS.notFound,
        "Nothing of this id waits for approval: it is used, or expired, or never was. Where the agent still wants the call, it repeats it, and it waits here again.",
      );
    return problem(PROBLEMS.conflict, `This was ${earlier.state} already, by ${earlier.by ?? "somebody"}.`);
  };
  return [
    {
      method: "GET",
      path: "/approvals",
      answer: async () => answerWith({ approvals: (await store.listApprovals()).map(viewOf) }),
    },
    { method: "POST", path: "/approvals/:id/approve", answer: (request) => decide(request, "approved") },
    { method: "POST", path: "/approvals/:id/deny", answer: (request) => decide(request, "denied") },
  ];
};

const viewOf = (approval: Approval): Readonly<Record<string, unknown>> => {
  const { id, state, by, tool, caller, run, reason, createdAt, expiresAt } = approval;
  return {
    id,
    state,
    ...(by === undefined ? {} : { by }),
    tool,
    arguments: keptJson(approval.arguments),
    caller,
    run,
    reason,
    createdAt: timeText(createdAt),
    expiresAt: timeText(expiresAt),
  };
};

const MAX_DEPTH = 256;

/** A store may be shared: what is no JSON there is shown as it stands. */
const keptJson = (text: string): unknown => {
  const read = parseStrictJson(Buffer.from(text), { maxDepth: MAX_DEPTH, unsafeNumbers: "refuse" });
  return read.ok ? read.value : text;
};

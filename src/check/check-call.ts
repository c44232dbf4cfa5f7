// The only place that says yes: arguments, then the request, then the permit. Rules come between the last two.
import type { BuiltRequest, JsonObject, ToolCall } from "../call.ts";
import type { ArgumentsVerdict, Contract, Operation } from "../contract/contract.ts";
import { type Checked, MOST_ISSUES, accept, refuse } from "../refusal.ts";
import { type CheckedCall, permit } from "./checked-call.ts";
import { buildMcpRequest } from "./mcp-request.ts";
import { buildRequest } from "./request.ts";

/** A tool inside the agent's own process has no request, and no backend takes its permit. */
const NOTHING: BuiltRequest = Object.freeze({ kind: "rest", method: "", target: "", headers: [], body: undefined });

export const checkCall = (contract: Contract, call: ToolCall): Checked<CheckedCall> => {
  const verdict = withIngressIssues(call, contract.arguments.check(call.arguments));
  if (!verdict.ok) return refuse(verdict.code, detailOf(contract, verdict.issues.length), { issues: verdict.issues });
  const built = build(contract.operation, verdict.arguments);
  return built.ok ? accept(permit(call, contract, built.value)) : built;
};

const build = (operation: Operation, checked: JsonObject): Checked<BuiltRequest> => {
  if (operation.kind === "local") return accept(NOTHING);
  return operation.kind === "rest" ? buildRequest(operation, checked) : buildMcpRequest(operation, checked);
};

const withIngressIssues = (call: ToolCall, verdict: ArgumentsVerdict): ArgumentsVerdict => {
  if (call.issues === undefined || call.issues.length === 0) return verdict;
  const issues = verdict.ok ? call.issues : [...call.issues, ...verdict.issues];
  return { ok: false, code: "invalid_arguments", issues: issues.slice(0, MOST_ISSUES) };
};

const detailOf = (contract: Contract, count: number): string =>
  `${count === 1 ? "One thing does" : `${count} things do`} not match the contract of ${contract.tool}: see issues, mend all of them and call again.`;

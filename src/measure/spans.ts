// A call as spans: one of kind SERVER towards the agent, one of kind CLIENT for each time that something is sent to a backend.
// Its attributes say what was decided, never what was asked or answered.
import type { BackendAnswer, ToolCall } from "../call.ts";
import type { CheckedCall } from "../check/checked-call.ts";
import type { Contract } from "../contract/contract.ts";
import type { JournalEntry } from "../journal/journal.ts";
import { rpcCodes } from "../mcp.ts";
import type { Checked } from "../refusal.ts";
import { EXECUTE_TOOL, OTHER_VALUE, TOOLS_CALL, attributes as names } from "../telemetry/names.ts";
import type { Attributes, SpanStart } from "../telemetry/open-telemetry.ts";
import type { CallOutcome } from "./outcome.ts";

/** The name of a tool that there is not is an agent's word, and stands in no span. */
export const startServed = (call: ToolCall, contract: Contract | undefined): SpanStart => {
  const method = call.agent === undefined ? EXECUTE_TOOL : TOOLS_CALL;
  const name = contract === undefined ? method : `${method} ${contract.tool}`;
  return { name, kind: "server", parent: call.trace?.parent, link: call.trace?.link };
};

export const describeServed = (entry: JournalEntry, outcome: CallOutcome): Attributes => {
  const { call, contract, verdict, observed, repeats } = entry;
  const refusal = verdict.ok ? undefined : verdict.refusal;
  return {
    ...describeOperation(entry, outcome),
    [names.toolCall]: call.round ?? call.id,
    [names.ingress]: call.ingress,
    [names.contract]: contract?.digest.slice(0, DIGEST),
    [names.decision]: refusal === undefined ? "allow" : "refuse",
    [names.code]: refusal?.code,
    [names.class]: refusal?.class,
    [names.blame]: refusal === undefined ? undefined : outcome.blame,
    [names.forwarded]: outcome.forwarded,
    [names.observed]: observed?.code,
    [names.repeats]: repeats,
  };
};

/** As much as the journal shows of it. */
const DIGEST = 12;

/** The part that conventions name, which the histogram of MCP has, too. */
export const describeOperation = ({ call, contract }: JournalEntry, { code }: CallOutcome): Attributes => {
  const tool = contract === undefined ? undefined : call.tool;
  const shared = { [names.operation]: EXECUTE_TOOL, [names.tool]: tool };
  if (call.agent === undefined)
    return { ...shared, [names.toolType]: "function", [names.errorType]: code === "ok" ? undefined : code };
  return { ...shared, [names.method]: TOOLS_CALL, [names.revision]: call.agent.revision, ...describeRpc(code) };
};

/** What the agent gets: a result that says isError, or one of the few errors of the protocol itself. */
const describeRpc = (code: string): Attributes => {
  if (code === "ok") return {};
  if (code !== "unknown_tool" && code !== "invalid_request") return { [names.errorType]: "tool_error" };
  return { [names.errorType]: INVALID_PARAMS, [names.rpcStatus]: INVALID_PARAMS };
};

const INVALID_PARAMS = String(rpcCodes.invalidParams);

export const startSent = ({ contract: { operation } }: CheckedCall): Pick<SpanStart, "name" | "kind"> => {
  if (operation.kind === "rest") return { name: `${operation.method} ${operation.path.template}`, kind: "client" };
  const tool = operation.kind === "mcp" ? ` ${operation.definition.name}` : "";
  return { name: `${TOOLS_CALL}${tool}`, kind: "client" };
};

export const describeSent = ({ contract: { operation } }: CheckedCall, answer: Checked<BackendAnswer>): Attributes => {
  const refused = answer.ok ? undefined : { [names.errorType]: answer.refusal.code };
  if (operation.kind === "local") return { ...refused };
  const shared = { [names.backend]: operation.backend.name, ...refused };
  if (operation.kind === "rest")
    return {
      ...shared,
      [names.httpMethod]: operation.method,
      [names.template]: operation.path.template,
      ...describeStatus(answer),
    };
  return {
    ...shared,
    [names.method]: TOOLS_CALL,
    [names.operation]: EXECUTE_TOOL,
    [names.tool]: operation.definition.name,
    [names.transport]: operation.backend.server.kind === "stdio" ? "pipe" : "tcp",
    ...describeReply(answer),
  };
};

const describeStatus = (answer: Checked<BackendAnswer>): Attributes => {
  if (!answer.ok || answer.value.kind !== "rest") return {};
  const { status } = answer.value;
  return { [names.httpStatus]: status, [names.errorType]: status < 400 ? undefined : String(status) };
};

const describeReply = (answer: Checked<BackendAnswer>): Attributes => {
  if (!answer.ok || answer.value.kind !== "mcp") return {};
  const { reply } = answer.value;
  if (reply.kind === "error") return describeError(reply.code);
  return { [names.errorType]: reply.result["isError"] === true ? "tool_error" : undefined };
};

/** A server may write any number: those of the protocol alone are told apart. */
export const describeError = (code: number): Attributes => {
  const told = KNOWN_CODES.has(code) ? String(code) : OTHER_VALUE;
  return { [names.errorType]: told, [names.rpcStatus]: told };
};

const KNOWN_CODES: ReadonlySet<number> = new Set(Object.values(rpcCodes));

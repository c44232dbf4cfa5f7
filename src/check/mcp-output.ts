// Judges the result of an upstream `tools/call`. Content blocks are taken by their known forms and pass as they came;
// structured content is checked and projected as any other answer. A result that says `isError` is a result, and its
// structured content is judged by nobody: clients read the text.
import {
  type JsonObject,
  type JsonValue,
  type McpAnswer,
  type McpContent,
  type McpReply,
  type ToolResult,
  isJsonObject,
} from "../call.ts";
import type { Contract } from "../contract/contract.ts";
import type { AnswerPlan } from "../contract/output-plan.ts";
import { isExact } from "../json/exact.ts";
import { cut } from "../json/json-scalar.ts";
import { parseStrictJson } from "../json/strict-json.ts";
import { rpcCodes } from "../mcp.ts";
import { type Checked, type Refused, accept, refuse, refuseAnswer } from "../refusal.ts";
import { isContentBlock } from "./content-block.ts";

export const checkMcpAnswer = (contract: Contract, { reply }: McpAnswer): Checked<ToolResult> => {
  if (reply.kind === "error") return refuseError(reply);
  const { result } = reply;
  const { resultType: type = "complete", content = [], isError = false } = result;
  if (type === "input_required") return checkInputRequired(contract, result);
  if (type !== "complete") return invalid(contract, `resultType ${JSON.stringify(type)}`);
  if (!Array.isArray(content)) return invalid(contract, "the content is no list");
  const wrong = content.findIndex((block) => !isContentBlock(block));
  if (wrong >= 0) return invalid(contract, `content block ${wrong} has no known form`);
  if (typeof isError !== "boolean") return invalid(contract, "isError is neither true nor false");
  // Judged block by block.
  const whole = { kind: "content", content: content as readonly JsonObject[], structured: undefined, isError } as const;
  return isError ? accept(whole) : checkStructured(contract, whole, result["structuredContent"]);
};

const invalid = (contract: Contract, log: string): Refused =>
  refuseAnswer(
    contract.effect,
    "invalid_output",
    "The tool's result does not match the contract, so it is not passed on.",
    log,
  );

const MOST_MESSAGE = 500;

/**
 * The server's own words reach the agent: without them it cannot learn what the server does not take. MCP clients get the
 * error as it was, where the protocol asks for that: the status is the JSON-RPC code.
 */
const refuseError = ({ code, message, data }: Extract<McpReply, { kind: "error" }>): Refused => {
  const isArguments = code === rpcCodes.invalidParams;
  const words = cut(message, MOST_MESSAGE);
  return refuse("backend_error", `The backend refused the call: ${words}`, {
    status: isArguments ? 422 : 502,
    class: isArguments ? "fix_arguments" : "not_your_fault",
    forwarded: "yes",
    backend: { status: code, body: { message: words, ...(isShort(data) ? { data } : {}) } },
    log: `JSON-RPC error ${code}`,
  });
};

const MOST_DATA = 2000;

const isShort = (data: JsonValue | undefined): data is JsonValue =>
  data !== undefined && isExact(data) && JSON.stringify(data).length <= MOST_DATA;

const checkInputRequired = (contract: Contract, result: JsonObject): Checked<ToolResult> => {
  const { inputRequests, requestState } = result;
  if (requestState !== undefined && typeof requestState !== "string")
    return invalid(contract, "requestState is no text");
  if (inputRequests !== undefined && !isJsonObject(inputRequests))
    return invalid(contract, "inputRequests is no object");
  if (inputRequests === undefined && requestState === undefined) return invalid(contract, "nothing is required");
  if (!isExact(inputRequests)) return invalid(contract, "a number in inputRequests cannot be kept");
  return accept({ kind: "input_required", inputRequests, requestState });
};

const checkStructured = (
  contract: Contract,
  whole: McpContent,
  structured: JsonValue | undefined,
): Checked<ToolResult> => {
  const [plan] = contract.output.answer(200);
  if (plan?.project === undefined) return accept(whole); // structured content that nobody declared is dropped
  const { isAuthored } = contract.output;
  // Null is a value here: MCP 2026-07-28 takes any JSON.
  const given = structured === undefined && isAuthored ? onlyJson(whole.content) : structured;
  if (given === undefined) return invalid(contract, "there is no structured content, and the contract declares it");
  return projected(contract, plan, whole, given);
};

/** What is dropped from the structure must not stand in the text beside it: then the text is what is kept. */
const projected = (contract: Contract, plan: AnswerPlan, whole: McpContent, given: JsonValue): Checked<ToolResult> => {
  const kept = plan.project?.(given);
  if (kept === undefined) return invalid(contract, "the structured content does not match the output schema");
  const text = JSON.stringify(kept);
  const isWhole = !contract.output.isAuthored && text.length === JSON.stringify(given).length;
  const content = isWhole ? whole.content : [{ type: "text", text }];
  return accept({ ...whole, content, structured: kept });
};

const MAX_DEPTH = 128;

/** Servers without output schemas answer JSON as their only text. */
const onlyJson = (content: readonly JsonObject[]): JsonValue | undefined => {
  const [block, ...others] = content;
  const text = block?.["type"] === "text" && others.length === 0 ? block["text"] : undefined;
  if (typeof text !== "string") return undefined;
  const parsed = parseStrictJson(Buffer.from(text), { maxDepth: MAX_DEPTH, unsafeNumbers: "mark" });
  return parsed.ok ? (parsed.value as JsonValue) : undefined; // marked numbers fail the projection
};

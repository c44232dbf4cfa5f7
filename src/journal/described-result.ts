// What the journal keeps of a result: all of it without its secrets, or a digest where the contract says so or where it is too
// long. Bytes that went by, and what a server asked back, are not kept.
import { hash } from "node:crypto";
import type { JsonObject, JsonValue, ResultHeaders, ToolResult } from "../call.ts";
import type { JournalContract } from "./journal.ts";
import { type Hider, NO_PART, type Part, keepText } from "./text.ts";

/** All of a result. */
export type KeptResult =
  | { readonly kind: "json"; readonly value: JsonValue; readonly headers?: ResultHeaders }
  | { readonly kind: "text"; readonly mediaType: string; readonly text: string; readonly headers?: ResultHeaders }
  | { readonly kind: "empty"; readonly headers?: ResultHeaders }
  | { readonly kind: "content"; readonly content: readonly JsonObject[]; readonly structured?: JsonValue };

/** Where only this is there, the result was not kept. */
export type DescribedResult = KeptResult | { readonly kind: ToolResult["kind"]; readonly digest?: string };

export const isKept = (result: DescribedResult): result is KeptResult =>
  result.kind === "empty" ? !("digest" in result) : "value" in result || "text" in result || "content" in result;

export const describeResult = (
  contract: JournalContract | undefined,
  result: ToolResult | undefined,
  hider: Hider,
): Part => {
  if (contract === undefined || result === undefined) return NO_PART;
  if (result.kind === "bytes" || result.kind === "input_required")
    return { text: JSON.stringify({ kind: result.kind }), hidden: false, cut: true };
  const { journal } = contract;
  const part = keepText(Number.POSITIVE_INFINITY, (hide) => viewOf(contract, result, hide), hider);
  const { text = "null", hidden } = part;
  if (journal.result === "keep" && text.length <= journal.maxResult) return part;
  const digest = hash("sha256", text, "base64url");
  return { text: JSON.stringify({ kind: result.kind, digest }), hidden, cut: true };
};

type Kept = Exclude<ToolResult, { readonly kind: "bytes" | "input_required" }>;

const viewOf = (contract: JournalContract, result: Kept, hide: Parameters<JournalContract["redact"]>[1]): JsonValue => {
  if (result.kind === "content") return contentView(contract, result, hide);
  const headers = result.headers.length === 0 ? {} : { headers: result.headers as readonly (readonly string[])[] };
  if (result.kind === "json")
    return { kind: "json", value: redact(contract, result.status, result.value, hide), ...headers };
  if (result.kind === "text") return { kind: "text", mediaType: result.mediaType, text: result.text, ...headers };
  return { kind: "empty", ...headers };
};

/** Text blocks say what the structure says: where that has secrets, they have them, too. */
const contentView = (
  contract: JournalContract,
  { content, structured }: Extract<ToolResult, { kind: "content" }>,
  hide: Parameters<JournalContract["redact"]>[1],
): JsonValue => {
  if (structured === undefined) return { kind: "content", content };
  const shown = redact(contract, 200, structured, hide);
  const isWhole = shown === structured;
  return { kind: "content", content: isWhole ? content : (hide?.("[secret]", content) ?? null), structured: shown };
};

const redact = (
  { output }: JournalContract,
  status: number,
  value: JsonValue,
  hide: Parameters<JournalContract["redact"]>[1],
): JsonValue => output.answer(status).reduce((shown, plan) => plan.redact?.(shown, hide) ?? shown, value);

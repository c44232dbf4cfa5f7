// What the journal keeps of a result: all of it without its secrets, or a digest where the contract says so or where it is too
// long. Bytes that went by, and what a server asked back, are not kept.
import { hash } from "node:crypto";
import type { JsonObject, JsonValue, ResultHeaders, ToolResult } from "../call.ts";
import type { Echo } from "./echo.ts";
import type { JournalContract } from "./journal.ts";
import { type Hide, type Hider, NO_PART, type Part, keepText } from "./text.ts";

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

/** What a part of a record that others wrote is told by. */
export interface Telling {
  readonly contract: JournalContract | undefined;
  readonly hider: Hider;
  readonly echo: Echo;
}

export const describeResult = (result: ToolResult | undefined, { contract, hider, echo }: Telling): Part => {
  if (contract === undefined || result === undefined) return NO_PART;
  if (result.kind === "bytes" || result.kind === "input_required")
    return { text: JSON.stringify({ kind: result.kind }), hidden: false, cut: true };
  const { journal } = contract;
  const part = keepText(Number.POSITIVE_INFINITY, (hide) => viewOf(result, { contract, echo, hide }), hider);
  const { text = "null", hidden } = part;
  if (journal.result === "keep" && text.length <= journal.maxResult) return part;
  const digest = hash("sha256", text, "base64url");
  return { text: JSON.stringify({ kind: result.kind, digest }), hidden, cut: true };
};

type Kept = Exclude<ToolResult, { readonly kind: "bytes" | "input_required" }>;

interface Viewing {
  readonly contract: JournalContract;
  readonly echo: Echo;
  readonly hide: Hide;
}

const viewOf = (result: Kept, viewing: Viewing): JsonValue => {
  if (result.kind === "content") return contentView(result, viewing);
  const { echo, hide } = viewing;
  const headers = result.headers.length === 0 ? {} : { headers: echo.hideIn(result.headers as Lists, hide) };
  if (result.kind === "json") return { kind: "json", value: redact(result.status, result.value, viewing), ...headers };
  if (result.kind === "text")
    return { kind: "text", mediaType: result.mediaType, text: echo.hideWords(result.text, hide), ...headers };
  return { kind: "empty", ...headers };
};

type Lists = readonly (readonly string[])[];

/** Text blocks may say what the structure says: where that may have secrets, they may have them, too, and also without it. */
const contentView = (
  { content, structured }: Extract<ToolResult, { kind: "content" }>,
  viewing: Viewing,
): JsonValue => {
  const { contract, echo, hide } = viewing;
  const isOpen = contract.output.answer(200).every((plan) => plan.hasSecrets?.() !== true);
  const shown = isOpen ? echo.hideWords(content, hide) : hide("[secret]", content);
  if (structured === undefined) return { kind: "content", content: shown };
  return { kind: "content", content: shown, structured: redact(200, structured, viewing) };
};

const redact = (status: number, value: JsonValue, { contract, echo, hide }: Viewing): JsonValue => {
  const plans = contract.output.answer(status);
  return echo.hideIn(
    plans.reduce((shown, plan) => plan.redact?.(shown, hide) ?? shown, value),
    hide,
  );
};

// What the three model APIs have in common: a client sends the tools that it has and what they gave back so far, the
// model says what to call next. A fake model needs no more than that.
import { z } from "zod";

export interface OfferedTool {
  readonly name: string;
  /** Responses API: tools of one MCP server stand in a namespace, and are called with it. */
  readonly namespace?: string | undefined;
}

/** One request to a model, as far as a fake one cares. */
export interface Asked {
  readonly isStreamed: boolean;
  readonly tools: readonly OfferedTool[];
  /** Call id -> the text that the model reads as that call's outcome. */
  readonly results: ReadonlyMap<string, string>;
}

export type Said =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "call"; readonly id: string; readonly tool: OfferedTool; readonly arguments: string };

export interface ServerSentEvent {
  readonly event?: string;
  readonly data: unknown;
}

export interface ModelApi {
  /** How the path of a request ends. */
  readonly path: string;
  readRequest(body: unknown): Asked;
  writeAnswer(said: Said): unknown;
  writeEvents(said: Said): readonly ServerSentEvent[];
}

/** A text, or parts of which some are texts: all three APIs write tool results in both ways. */
export const ResultText = z
  .union([z.string(), z.array(z.looseObject({ text: z.string().default("") }))])
  .transform((content) => (typeof content === "string" ? content : content.map(({ text }) => text).join("\n")));

/** Messages and Responses write the event's name twice. */
export const named = (data: { readonly type: string; readonly [member: string]: unknown }): ServerSentEvent => ({
  event: data.type,
  data,
});

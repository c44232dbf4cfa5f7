// What of a backend's answer reaches the agent, worked out once at load.
import type { JsonValue } from "../call.ts";
import type { FormatMode } from "../schema/formats.ts";
import type { Redact } from "../schema/redact.ts";
import type { JsonSchema, SchemaObject } from "../schema/schema.ts";

/** What may come back for one status (or a range such as `4XX`, or `default`). */
export interface AnswerPlan {
  readonly kind: "json" | "text" | "bytes" | "empty";
  /** Lower-case media types without parameters; `*` and `type/*` as in the document. */
  readonly mediaTypes: readonly string[];
  /** JSON only: undefined when the value does not match, else the projected value. */
  readonly project: ((value: unknown) => JsonValue | undefined) | undefined;
  /** JSON only: the projected value without its secrets. */
  readonly redact?: Redact;
  /** JSON only: whether a value may have secrets. */
  readonly hasSecrets?: () => boolean;
  /** JSON only: what the value has to match. */
  readonly schema?: () => AnswerSchema;
  /** Declared response headers, lower case. */
  readonly headers: readonly string[];
}

export interface AnswerSchema {
  readonly schema: JsonSchema;
  readonly formats: FormatMode;
}

export interface OutputPlan {
  /** The author's own `output`, not the operation's schema: text that says the same is not passed on beside it. */
  readonly isAuthored: boolean;
  /** The plan for a status, or undefined when the contract knows no such answer. */
  answer(status: number): readonly AnswerPlan[];
  readonly succeeded: ((value: JsonValue | undefined) => boolean) | undefined;
  /** What the backend is asked for, as an `Accept` header. */
  readonly accept: string;
  /** What agents are shown as output schema, when there is one JSON success. */
  readonly schema: SchemaObject | undefined;
}

// The nouns of the measure: a valid call, a fault that was put into it, and what a right answer has to say where nothing
// mechanical mends it.
import type { Path } from "./edit.ts";
import type { Shape } from "./shape.ts";

export interface Call {
  readonly tool: string;
  readonly arguments: unknown;
}

/** An earlier call of the run, and what the backend gives for it. */
export interface PastCall extends Call {
  readonly result: unknown;
}

/** A call that is forwarded as it stands. */
export interface Subject {
  /** Of which folder of contracts. */
  readonly set: string;
  readonly name: string;
  readonly call: Call;
  readonly past: readonly PastCall[];
  readonly claims: Readonly<Record<string, unknown>>;
  readonly shape: Shape;
  /** All tools that may be called beside it. */
  readonly tools: readonly string[];
  /** Names that only the sidecar sets. */
  readonly pins: readonly string[];
}

export const faultClasses = [
  "wrong type",
  "stringified",
  "one for a list",
  "misspelt member",
  "misspelt enum",
  "extra member",
  "missing member",
  "wrong nesting",
  "wrong tool name",
  "out of range",
  "wrong date writing",
  "wrong order",
  "two at once",
  "three at once",
] as const;
export type FaultClass = (typeof faultClasses)[number];

/** What an answer has to say where no mechanical fix exists. */
export interface Told {
  readonly class: "fix_arguments" | "fix_tool" | "fix_order";
  /** The place that it has to name. */
  readonly path?: string;
  /** A keyword that `accepts` has to have there: `maximum`; without one, `accepts` must say anything at all. */
  readonly keyword?: string;
  /** What stands behind the keyword, or among what stands there. */
  readonly value?: unknown;
  /** `accepts` may be absent: the contract says nothing of it. */
  readonly isOpen?: true;
}

/**
 * Whether the answer can lead back to the very call, mechanically: decided by what was done to it. `unclear`: readers may
 * differ, so that both ways are right, and neither counts for a bar; a wrong repair is wrong all the same.
 */
export type Fix = "one" | "none" | "unclear";

export interface Fault {
  readonly class: FaultClass;
  /** What was done, in a few words. */
  readonly kind: string;
  readonly fix: Fix;
  /** Where there is not one fix. */
  readonly told?: Told;
  readonly call: Call;
  /** The earlier call that is not made. */
  readonly without?: number;
}

/** A fault inside the arguments, which others can stand beside. */
export interface ArgumentFault {
  readonly class: FaultClass;
  readonly kind: string;
  readonly fix: Fix;
  readonly told?: Told;
  /** Everything that it changes lies here. */
  readonly touched: Path;
  readonly apply: (args: unknown) => unknown;
  /** Of a member under another name: where, and both names. */
  readonly renamed?: { readonly object: Path; readonly wrong: string; readonly right: string };
}

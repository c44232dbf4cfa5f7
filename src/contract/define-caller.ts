// How an author declares an agent's identity: the key or the tokens that it comes with, what is known about it, and what it may
// do at most. The key itself never stands in a file: it is a reference, or a hash. Nothing is checked here: load judges it.
import type { ArgumentRestriction, JsonObject, JsonValue } from "../call.ts";
import type { Reference } from "./contract.ts";
import type { Duration } from "./rule/duration.ts";

export interface CallerLimit {
  /** These tools together; all when absent. */
  readonly tools?: readonly string[];
  readonly calls: number;
  /** Slides; without it the limit is for the whole run. */
  readonly window?: Duration;
}

/** What the caller may do: each member only narrows what the contracts allow. */
interface Narrowed {
  /** The caller's name in journal, limits and rules; lower-case letters, digits and dashes. */
  readonly name: string;
  /** Default: all. */
  readonly tools?: readonly string[];
  /** By tool, then by argument: `{ create_refund: { amount: { maximum: 100 } } }`. */
  readonly arguments?: { readonly [tool: string]: { readonly [argument: string]: ArgumentRestriction } };
  readonly limits?: readonly CallerLimit[];
  /** MCP backends whose resources, prompts and so on the caller may use. */
  readonly messages?: readonly string[];
}

export interface JwtOptions {
  /** The `iss` of its tokens. */
  readonly issuer: string;
  /** The `aud` that says a token is for this sidecar. */
  readonly audience: string;
  /** Where the issuer publishes its keys: an https URL. */
  readonly jwks: Reference | string;
  /** The claim that names the subject. Default: `sub`. Each subject is a caller of its own, `<name>/<subject>`. */
  readonly subject?: string;
  /** Claims that a token must have, with these values. */
  readonly require?: { readonly [claim: string]: JsonValue };
  /** Claims that pins and rules may see. */
  readonly claims?: readonly string[];
}

export type CallerOptions = Narrowed &
  (
    | { readonly key: Reference; readonly claims?: JsonObject }
    /** `sha256:` and 64 hexadecimal digits, as `checkrein key` prints them. */
    | { readonly keyHash: `sha256:${string}`; readonly claims?: JsonObject }
    | { readonly jwt: JwtOptions }
  );

/** What the author wrote, unread. */
export interface WrittenCaller {
  readonly written: object;
}

const callers = new WeakSet<object>();

/** Whether this very package made the value: a look-alike is not a caller. */
export const isCaller = (value: unknown): value is WrittenCaller =>
  typeof value === "object" && value !== null && callers.has(value);

export const defineCaller = (options: CallerOptions): WrittenCaller => {
  const caller = Object.freeze({ written: Object.freeze({ ...options }) });
  callers.add(caller);
  return caller;
};

// Who may call, as the contracts declare it: the proof that an agent shows, and what its calls may be at most.
import type { Grant, JsonObject } from "../call.ts";
import type { Reference } from "./contract.ts";

/** An agent's identity as declared: its key or the tokens it comes with, and what its runs may do at most. */
export interface CallerDeclaration {
  readonly name: string;
  readonly proof: CallerProof;
  readonly grant: Grant;
}

export type CallerProof =
  /** An API key, or the SHA-256 of one, hex. */
  | { readonly kind: "key"; readonly key: Reference; readonly claims: JsonObject }
  | { readonly kind: "hash"; readonly sha256: string; readonly claims: JsonObject }
  /** A JWT (RFC 7519). Each subject is a caller of its own: `<name>/<subject>`. */
  | {
      readonly kind: "jwt";
      readonly issuer: string;
      readonly audience: string;
      /** Where the issuer's keys are (RFC 7517). */
      readonly jwks: Reference | string;
      /** Claim that names the subject. */
      readonly subject: string;
      /** Claims that tokens must have, with these values. */
      readonly require: JsonObject;
      /** Claims that pins and rules may see. */
      readonly claims: readonly string[];
    };

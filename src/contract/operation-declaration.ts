// What a contract says about its operation, before load has found it in the document. The type of the operation
// travels with it for the compiler alone; no value stands behind it.
import type { RestBackendDeclaration } from "./contract.ts";
import type { Local } from "./author/problem.ts";

declare const operationType: unique symbol;

export interface RestOperationDeclaration<Operation = unknown> {
  readonly kind: "rest";
  readonly backend: RestBackendDeclaration;
  /** Lower case, as in OpenAPI. */
  readonly method: string;
  /** The path template, exactly as in the document. */
  readonly path: string;
  readonly [operationType]?: Operation;
}

export interface LocalOperationDeclaration {
  readonly kind: "local";
  readonly [operationType]?: Local;
}

/** What `operation` takes; the compiler reads `Operation` off it. */
export type OperationDeclaration<Operation = unknown> = (RestOperationDeclaration | LocalOperationDeclaration) & {
  readonly [operationType]?: Operation;
};

export const createRestOperation = (
  backend: RestBackendDeclaration,
  method: string,
  path: string,
): RestOperationDeclaration => Object.freeze({ kind: "rest", backend, method, path });

/** A tool inside the agent's own process: `/check` and hooks judge its calls, nothing is forwarded. */
export const local = (): LocalOperationDeclaration => Object.freeze({ kind: "local" });

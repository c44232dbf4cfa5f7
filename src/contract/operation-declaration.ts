// What a contract says about its operation, before load has found it in the document. The type of the operation
// travels with it for the compiler alone; no value stands behind it.
import type { McpBackendDeclaration, RestBackendDeclaration } from "./contract.ts";
import type { Local, McpTool } from "./author/problem.ts";

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

export interface McpOperationDeclaration {
  readonly kind: "mcp";
  readonly backend: McpBackendDeclaration;
  /** The server's own name of the tool. */
  readonly tool: string;
  readonly [operationType]?: McpTool;
}

/** What `operation` takes; the compiler reads `Operation` off it. */
export type OperationDeclaration<Operation = unknown> = (
  | RestOperationDeclaration
  | McpOperationDeclaration
  | LocalOperationDeclaration
) & {
  readonly [operationType]?: Operation;
};

export const createRestOperation = (
  backend: RestBackendDeclaration,
  method: string,
  path: string,
): RestOperationDeclaration => Object.freeze({ kind: "rest", backend, method, path });

export const createMcpOperation = (backend: McpBackendDeclaration, tool: string): McpOperationDeclaration =>
  Object.freeze({ kind: "mcp", backend, tool });

/** A tool inside the agent's own process: `/check` and hooks judge its calls, nothing is forwarded. */
export const local = (): LocalOperationDeclaration => Object.freeze({ kind: "local" });

// What load has found out about a contract's operation, of whatever kind its backend is.
import type { Operation } from "../contract.ts";
import type { DocumentAnswers } from "../document/answers.ts";
import type { ContractRequest } from "./request.ts";

export interface ReadOperation {
  readonly request: ContractRequest;
  readonly operation: Operation;
  readonly answers: DocumentAnswers | undefined;
  /** Of what the backend says about the operation: its document, or the locked definition. */
  readonly digest: string | undefined;
  /** The backend's own, for a contract that has none. */
  readonly description: string | undefined;
}

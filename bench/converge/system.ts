// What is measured: something that stands before a backend and answers an agent's calls.
import type { Catalog } from "../../src/contract/contract.ts";
import type { Door } from "./agent.ts";
import type { CountingBackend } from "./backend.ts";
import type { Call, Subject } from "./fault.ts";

/** A folder of contracts with all that it needs to run. */
export interface ContractSet {
  readonly name: string;
  readonly folder: string;
  /** The OpenAPI document of its backend. */
  readonly document: string;
  /** The variable with the backend's address, and others. */
  readonly address: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly caller: string;
  /** When it is, and how far the time jumps before each case, so that no count and no window reaches into the next. */
  readonly time: string;
  readonly jumpMs: number;
}

export interface Loaded {
  readonly set: ContractSet;
  readonly catalog: Catalog;
  readonly backend: CountingBackend;
}

export interface System {
  /** A way in that nobody has used: with a run of its own, where there are runs. */
  open(subject: Subject): Promise<Door>;
  /** Whether rules look at what was called before. */
  readonly hasRules: boolean;
  /** What this call is on the wire, where that is not the call itself: undefined where it cannot be said. */
  readonly formOf?: (subject: Subject, call: Call) => string | undefined;
  close(): Promise<void>;
}

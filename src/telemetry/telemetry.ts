// What the sidecar reports to its operator beside the journal, in one place. Names of spans and metrics come here, too,
// when they are measured.
import type { RefusalCode } from "../refusal.ts";

export interface Telemetry {
  /** A mistake of ours: logged with its trace, never shown to an agent. */
  fault(what: string, error: unknown, context?: Readonly<Record<string, unknown>>): void;
  /** Something that the operator should look at: a backend that changed, went away or misbehaves. */
  warn(what: string, context?: Readonly<Record<string, unknown>>): void;
  /** A request that could not be read: counted, no journal record. */
  unread(code: RefusalCode): void;
}

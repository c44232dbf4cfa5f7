// What the sidecar reports to its operator beside the journal: lines in the log, each of them counted. Levels: debug for requests
// that cannot be read, info for its own life, warn for what somebody should look at, error for what needs somebody to act.
import type { RefusalCode } from "../refusal.ts";
import type { Metrics } from "./metrics.ts";

type Context = Readonly<Record<string, unknown>>;

export interface Telemetry {
  /** A mistake of ours: logged with its trace, never shown to an agent. `call` in the context is the call's id. */
  fault(what: string, error: unknown, context?: Context): void;
  /** Something that the operator should look at: a backend that changed, went away or misbehaves. */
  warn(what: string, context?: Context): void;
  /** A request that could not be read: counted, no journal record. */
  unread(code: RefusalCode): void;
}

interface Log {
  error(context: object, message: string): void;
  warn(context: object, message: string): void;
  debug(context: object, message: string): void;
}

interface TelemetryParts {
  readonly log: Log;
  readonly metrics: Metrics;
  /** The trace that a call under way is in. */
  readonly traceOf: (call: unknown) => string | undefined;
}

export const createTelemetry = ({ log, metrics, traceOf }: TelemetryParts): Telemetry => {
  const countFault = metrics.counter("faults");
  const countWarning = metrics.counter("warnings");
  const countUnread = metrics.counter("unread");
  const traced = (context: Context | undefined): object => {
    const trace = traceOf(context?.["call"]);
    return trace === undefined ? { ...context } : { ...context, trace_id: trace };
  };
  return {
    fault: (what, error, context) => {
      countFault({});
      log.error({ err: error, ...traced(context) }, what);
    },
    warn: (what, context) => {
      countWarning({});
      log.warn(traced(context), what);
    },
    unread: (code) => {
      countUnread({ code });
      log.debug({ code }, "a request could not be read");
    },
  };
};

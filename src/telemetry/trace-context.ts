// W3C Trace Context, traceparent alone. What is written on is built from what was read, so that no other byte of an agent's
// passes: tracestate and baggage are free text of the agent's, and are neither read nor passed on.
// https://www.w3.org/TR/trace-context/
import type { TraceContext, TraceOrigin } from "../call.ts";

/** version, trace-id, parent-id, trace-flags, and what later versions may add. */
const FORM = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/;
const LENGTH = 55;
const NO_TRACE = "0".repeat(32);
const NO_SPAN = "0".repeat(16);

/** Undefined for what is no traceparent: a malformed one is as none. */
export const readTraceparent = (field: unknown): TraceContext | undefined => {
  if (typeof field !== "string") return undefined;
  const [, version, traceId = NO_TRACE, spanId = NO_SPAN, flags = ""] = FORM.exec(field) ?? [];
  if (version === "ff" || (version === "00" && field.length !== LENGTH)) return undefined;
  if (traceId === NO_TRACE || spanId === NO_SPAN) return undefined;
  return { traceId, spanId, isSampled: (Number.parseInt(flags, 16) & 1) === 1 };
};

export const writeTraceparent = ({ traceId, spanId, isSampled }: TraceContext): string =>
  `00-${traceId}-${spanId}-${isSampled ? "01" : "00"}`;

/** Over MCP, `_meta` names the parent, and a header is about the request that carried it (SEP-414): a link. */
export const readTraceOrigin = (header: unknown, meta?: unknown): TraceOrigin | undefined => {
  const carried = readTraceparent(header);
  const named = readTraceparent(meta);
  if (named === undefined) return carried && { parent: carried };
  return carried === undefined ? { parent: named } : { parent: named, link: carried };
};

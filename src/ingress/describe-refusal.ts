// The refusal as agents see it, on every ingress. Its `log` never leaves.
import { type Refusal, refusalCodes } from "../refusal.ts";

export const describeRefusal = (
  refusal: Refusal,
  call: string,
  tool: string | undefined,
): Readonly<Record<string, unknown>> => ({
  type: `urn:checkrein:refusals/${refusal.code}`,
  title: refusalCodes[refusal.code].title,
  status: refusal.status,
  detail: refusal.detail,
  code: refusal.code,
  class: refusal.class,
  ...(tool === undefined ? {} : { tool }),
  call,
  forwarded: refusal.forwarded,
  ...(refusal.issues.length > 0 ? { issues: refusal.issues } : {}),
  ...(refusal.next.length > 0 ? { next: refusal.next } : {}),
  ...(refusal.retryAfterSeconds === undefined ? {} : { retryAfter: refusal.retryAfterSeconds }),
  ...(refusal.approval === undefined ? {} : { approval: refusal.approval }),
  ...(refusal.claim === undefined ? {} : { claim: refusal.claim }),
  ...(refusal.attempts === undefined ? {} : { attempts: refusal.attempts }),
  ...(refusal.backend === undefined ? {} : { backend: refusal.backend }),
});

/** Seconds for `Retry-After`, where waiting helps. */
export const retryAfterOf = ({ retryAfterSeconds, status }: Refusal): number | undefined =>
  retryAfterSeconds ?? (status === 503 ? 1 : undefined);

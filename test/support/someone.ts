// Who calls in tests of rooms behind the ingress: a caller as a whole, without restrictions.
import type { Caller, Run } from "../../src/call.ts";

export const callerNamed = (name: string): { readonly caller: Caller; readonly run: Run } => ({
  caller: { name, claims: {} },
  run: { id: `caller:${name}`, lineage: [`caller:${name}`], grants: [], expiresAt: undefined },
});

export const someone = callerNamed("test");

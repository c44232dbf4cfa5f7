// The guard of a backend as it is declared, and what operators are told of it.
import type { BackendDeclaration } from "../contract/contract.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";
import type { BreakerState } from "./breaker.ts";
import { type Guard, createGuard } from "./guard.ts";

export interface OpenGuardParts {
  /** As of the setting. */
  readonly breakerMs: number;
  readonly telemetry: Telemetry;
}

export const openGuard = (declaration: BackendDeclaration, { breakerMs, telemetry }: OpenGuardParts): Guard =>
  createGuard({
    connections: connectionsOf(declaration),
    breakerMs,
    tell: (breaker) => telemetry.warn(TEXTS[breaker], { backend: declaration.name, breaker }),
  });

/** A child has one way in: what it answers at a time is its own matter. */
const OF_CHILD = 64;

const connectionsOf = (declaration: BackendDeclaration): number => {
  if (declaration.kind === "rest") return declaration.maxConnections;
  return declaration.server.kind === "http" ? declaration.server.maxConnections : OF_CHILD;
};

const TEXTS: Readonly<Record<BreakerState, string>> = {
  open: "a backend failed again and again and is left alone for now",
  half_open: "a few calls find out whether a backend answers again",
  closed: "a backend answers again",
};

// From checked arguments to the request that may be sent: with what the caller's claims add, purely.
import type { BuiltRequest, Caller, JsonObject } from "../call.ts";
import type { Contract, Operation } from "../contract/contract.ts";
import { type Checked, accept } from "../refusal.ts";
import { buildMcpRequest } from "./mcp-request.ts";
import { buildRequest } from "./request.ts";
import { fillClaimPins } from "./rule/context.ts";

/** A tool inside the agent's own process has no request, and no backend takes its permit. */
const NOTHING: BuiltRequest = Object.freeze({ kind: "rest", method: "", target: "", headers: [], body: undefined });

export interface Prepared {
  readonly request: BuiltRequest;
  /** Checked, with the pins of the run's grants. */
  readonly args: JsonObject;
}

export const finish = (contract: Contract, args: JsonObject, caller: Caller): Checked<Prepared> => {
  const claimed = fillClaimPins(contract, caller);
  if (!claimed.ok) return claimed;
  const built = build(contract.operation, withClaims(args, claimed.value));
  return built.ok ? accept({ request: built.value, args }) : built;
};

/** What the request is built from: literal pins stand in the operation already. */
const withClaims = (args: JsonObject, claimed: JsonObject): JsonObject =>
  Object.keys(claimed).length === 0 ? args : { ...args, ...claimed };

const build = (operation: Operation, checked: JsonObject): Checked<BuiltRequest> => {
  if (operation.kind === "local") return accept(NOTHING);
  return operation.kind === "rest" ? buildRequest(operation, checked) : buildMcpRequest(operation, checked);
};

// A call that its contract, its rules or its grants refuse, of a tool that is observed only: the refusal is told and the call is
// sent all the same. What is sent is an instance of the contract or, where only that is narrower, of the operation itself: under
// the contract's names, with all that the sidecar sets, built as every request. Only checkCall comes here.
import { type ToolCall, isJsonObject } from "../call.ts";
import type { Contract } from "../contract/contract.ts";
import { type Checked, type Refusal, type Refused, accept, refuse, verdictCodes } from "../refusal.ts";
import { fillPins } from "../run/fill-pins.ts";
import type { Clock } from "../state/store.ts";
import { type CheckedCall, permit } from "./checked-call.ts";
import { type Prepared, finish } from "./finish.ts";
import { contextOf, fillClaimPins } from "./rule/context.ts";
import type { Repeat, Rules } from "./rules.ts";

type Verdict = Checked<CheckedCall | Repeat>;

export interface Judged {
  readonly contract: Contract;
  readonly call: ToolCall;
  /** What the contract says of the arguments. */
  readonly prepared: Checked<Prepared>;
}

/** The verdict as it is, or a permit that carries the refusal which it overrides. */
export const observe = async (
  { rules, now }: { readonly rules: Rules; readonly now: Clock },
  { contract, call, prepared }: Judged,
  verdict: Verdict,
): Promise<Verdict> => {
  const observed = overridden(verdict);
  if (observed === undefined) return verdict;
  const sendable = prepared.ok ? prepared : prepareObserved(contract, call);
  if (!sendable.ok) return verdict;
  const { request, args } = sendable.value;
  const context = contextOf({ contract, args, caller: call.caller, now: now() });
  if (!context.ok) return verdict;
  const ticket = await rules.observe(contract, call, context.value);
  return accept(permit({ call, contract, request, ticket, observed }));
};

const overridden = (verdict: Verdict): Refusal | undefined => {
  if (!verdict.ok) return verdictCodes.has(verdict.refusal.code) ? verdict.refusal : undefined;
  return "kind" in verdict.value ? refuseRepeat(verdict.value).refusal : undefined;
};

const refuseRepeat = ({ claim }: Repeat): Refused =>
  refuse("already_done", `This call was made before, as ${claim}, and has a recorded result.`);

/** Arguments that the contract refuses and the operation takes. Any of these refusals means: not to be sent. */
const prepareObserved = (contract: Contract, call: ToolCall): Checked<Prepared> => {
  const filled = fillPins(call.run, contract, call);
  if (!filled.ok) return filled;
  const { arguments: args, issues = [] } = filled.value;
  const claimed = fillClaimPins(contract, call.caller);
  if (!claimed.ok) return claimed;
  if (issues.length > 0 || !isJsonObject(args) || !contract.operationTakes(args, claimed.value))
    return refuse("invalid_arguments", `${contract.tool} does not take these arguments.`);
  return finish(contract, args, call.caller);
};

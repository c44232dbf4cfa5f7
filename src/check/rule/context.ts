// What rules see of a call: its checked arguments with everything that the sidecar sets, frozen to the depth.
import { type Caller, type JsonObject, type JsonValue, memberOf } from "../../call.ts";
import type { Contract } from "../../contract/contract.ts";
import { freezeDeep } from "../../contract/input/freeze.ts";
import type { RuleContext } from "../../contract/rule/rule.ts";
import { type Checked, accept, refuse } from "../../refusal.ts";

const NOTHING: JsonObject = Object.freeze({});

/** Adds pins and claim pins to checked arguments. Refuses a caller of whom the tool needs to know more. */
export const contextOf = (parts: {
  readonly contract: Contract;
  readonly args: JsonObject;
  readonly caller: Caller;
  readonly now: number;
}): Checked<RuleContext> => {
  const { contract, args, caller, now } = parts;
  const claimed = fillClaimPins(contract, caller);
  if (!claimed.ok) return claimed;
  return accept(
    Object.freeze({
      args: freezeDeep({ ...args, ...contract.pins, ...claimed.value }),
      caller: freezeDeep({ name: caller.name, claims: caller.claims }),
      now: new Date(now),
      earlier: NOTHING,
    }),
  );
};

/** Arguments that stand in the caller's claims. Refused where one is missing or unfit. */
export const fillClaimPins = ({ tool, claimPins }: Contract, { claims }: Caller): Checked<JsonObject> => {
  const filled: (readonly [string, JsonValue])[] = [];
  for (const [argument, { claim, isValid }] of Object.entries(claimPins)) {
    const value = memberOf(claims, claim);
    if (value === undefined || !isValid(value))
      return refuse(
        "forbidden_by_rule",
        `${tool} needs to know more about who you are: your identity has no fit "${claim}". Only the operator can change that.`,
        { log: `the caller's claim "${claim}" is ${value === undefined ? "missing" : "unfit"} for ${argument}` },
      );
    filled.push([argument, value]);
  }
  return accept(Object.fromEntries(filled));
};

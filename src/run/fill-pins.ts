// Arguments that only the sidecar sets: put in before the arguments are judged, so that they are judged as the agent's are. On
// the REST ingress an agent that follows the backend's own document may send the very value; elsewhere nobody told it of one.
import { type ArgumentRestriction, type JsonValue, type Run, type ToolCall, isJsonObject, memberOf } from "../call.ts";
import type { Contract } from "../contract/contract.ts";
import { restrictionsOf } from "../contract/grant/narrow-input.ts";
import { whyNotArgument } from "../contract/grant/read-restriction.ts";
import { breachesOf, isSameJson } from "../contract/grant/restriction.ts";
import { escapePointer } from "../json/pointer.ts";
import { type Checked, type Issue, type Refused, accept, refuse } from "../refusal.ts";

/** Arguments by name: their names are foreign where a tool is open. */
type Filling = Map<string, JsonValue>;

interface Pin {
  readonly name: string;
  readonly value: JsonValue;
}

/**
 * The call with the grants' pins among its arguments, without those that the contract takes from the caller's claims, and with
 * an issue for each that the agent sent wrongly. Refused: a claim that is missing or that the tool does not take.
 */
export const fillPins = ({ grants }: Run, contract: Contract, call: ToolCall): Checked<ToolCall> => {
  const pins = readPins(grants, contract, call);
  if (!pins.ok) return pins;
  const claimPins = call.ingress === "rest" ? Object.entries(contract.claimPins) : [];
  if ((pins.value.length === 0 && claimPins.length === 0) || !isJsonObject(call.arguments)) return accept(call);
  const filling: Filling = new Map(Object.entries(call.arguments));
  const issues: Issue[] = [...(call.issues ?? [])];
  for (const { name, value } of pins.value) {
    const sent = filling.get(name);
    if (sent !== undefined && (call.ingress !== "rest" || !isSameJson(sent, value)))
      issues.push(setBySidecar(call, name));
    filling.set(name, value);
  }
  for (const [name, { claim }] of claimPins) {
    const sent = filling.get(name);
    if (sent !== undefined && !isSameJson(sent, memberOf(call.caller.claims, claim)))
      issues.push(setBySidecar(call, name));
    filling.delete(name);
  }
  return accept({ ...call, arguments: Object.fromEntries(filling), issues });
};

const setBySidecar = ({ ingress }: ToolCall, name: string): Issue => ({
  path: `/${escapePointer(name)}`,
  code: ingress === "rest" ? "pinned" : "unknown",
  message: ingress === "rest" ? "is set by the sidecar: leave it out" : "is not a member here: leave it out",
});

const NONE: Checked<readonly Pin[]> = accept([]);

const readPins = (grants: Run["grants"], contract: Contract, call: ToolCall): Checked<readonly Pin[]> => {
  const restrictions = restrictionsOf(grants, contract.tool);
  if (restrictions === undefined) return NONE;
  const pins: Pin[] = [];
  for (const [name, all] of restrictions) {
    const values = all.flatMap(({ pin }) => (pin === undefined ? [] : [readPin(pin, contract, call, name)]));
    const wrong = values.find(({ ok }) => !ok);
    if (wrong?.ok === false) return wrong;
    const [first, ...others] = values.flatMap((one) => (one.ok ? [one.value] : []));
    if (first === undefined) continue;
    const isOne = others.every((other) => isSameJson(first, other));
    if (!isOne || all.some((one) => breachesOf(one, first).length > 0)) return refuseContradiction(contract, name);
    pins.push({ name, value: first });
  }
  return accept(pins);
};

const readPin = (
  pin: NonNullable<ArgumentRestriction["pin"]>,
  contract: Contract,
  { caller }: ToolCall,
  name: string,
): Checked<JsonValue> => {
  if ("value" in pin) return accept(pin.value);
  const value = memberOf(caller.claims, pin.claim);
  if (value !== undefined && whyNotArgument(contract, name, value) === undefined) return accept(value);
  return refuse(
    "forbidden_by_rule",
    `${contract.tool} needs the claim "${pin.claim}" of your identity, and it is ${value === undefined ? "missing" : "not one that the tool takes"}. An operator has to change that.`,
  );
};

const refuseContradiction = ({ tool }: Contract, name: string): Refused =>
  refuse(
    "forbidden_by_rule",
    `The grants of this run set "${name}" of ${tool} to values that exclude each other, so that no call of it can be made. An operator has to change that.`,
  );

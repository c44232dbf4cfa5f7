// Which arguments a refusal may name: what the sidecar sets itself is not shown to agents, and no refusal shows a secret.
import { type JsonObject, isJsonObject, memberOf } from "../../call.ts";
import type { Contract } from "../../contract/contract.ts";
import type { Same } from "../../contract/rule/rule.ts";
import type { Told } from "../../contract/rule/told.ts";
import { canonicalJson } from "../../json/canonical.ts";
import { argumentOf } from "../../json/pointer.ts";
import { type Issue, type Refused, refuse } from "../../refusal.ts";
import { isSetBy } from "../../run/narrow.ts";
import type { Scope } from "./scope.ts";

interface Call {
  readonly contract: Contract;
  readonly scope: Pick<Scope, "pins" | "mayCall">;
}

/** What the run's agent may hear of. */
export const toldOf = ({ contract, scope }: Call): Told => ({
  tool: scope.mayCall,
  argument: (name) => !isSetBy(contract, name) && !scope.pins(contract.tool, name),
});

/** Nobody mends what is set: an issue there is told without its place, and where there is no other, the way is closed. */
export const withoutPinned = (refused: Refused, told: Told): Refused => {
  const { code, detail, issues } = refused.refusal;
  const isHidden = ({ path }: Issue): boolean => path !== "" && !told.argument(argumentOf(path));
  const hidden = issues.filter(isHidden);
  if (hidden.length === 0) return refused;
  const shown = issues.map((issue) => (hidden.includes(issue) ? withoutPlace(issue) : issue));
  return code === "check_failed" && hidden.length === issues.length
    ? refuse("forbidden_by_rule", detail, { issues: shown })
    : { ok: false, refusal: { ...refused.refusal, issues: shown } };
};

const withoutPlace = ({ code, message }: Issue): Issue => ({ path: "", code, message });

/** Of the arguments that a call has to have there, those that may be told. */
export const showable = (call: Call, args: JsonObject, same: Same, there: JsonObject): JsonObject => {
  const { contract } = call;
  const told = toldOf(call);
  const hidden = Object.keys(args).filter((name) => !told.argument(name));
  const secret = findSecrets(contract, args);
  if (same.kind === "names") {
    const isHidden = (name: string): boolean => hidden.includes(name) || secret.includes(name);
    return without(there, new Set(same.pairs.filter(([here]) => isHidden(here)).map(([, name]) => name)));
  }
  // A function may have taken a secret from anywhere inside an argument: where there is one, nothing of it is told.
  if (secret.length > 0) return {};
  const values = new Set(hidden.map((name) => canonicalJson(memberOf(args, name))));
  return without(there, new Set(Object.keys(there).filter((name) => values.has(canonicalJson(memberOf(there, name))))));
};

/** Names of arguments with a secret in them. */
const findSecrets = (contract: Contract, args: JsonObject): readonly string[] => {
  const given = Object.fromEntries(Object.entries(args).filter(([name]) => !isSetBy(contract, name)));
  const shown = contract.redact(given);
  const isSame = (name: string): boolean =>
    isJsonObject(shown) && canonicalJson(memberOf(shown, name)) === canonicalJson(memberOf(given, name));
  return Object.keys(given).filter((name) => !isSame(name));
};

const without = (object: JsonObject, names: ReadonlySet<string>): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([name]) => !names.has(name)));

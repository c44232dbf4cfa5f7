// Which arguments of an earlier call a refusal may name: what the sidecar sets itself is not shown to agents, and no refusal
// shows a secret.
import { type JsonObject, isJsonObject, memberOf } from "../../call.ts";
import type { Contract } from "../../contract/contract.ts";
import type { Same } from "../../contract/rule/rule.ts";
import { canonicalJson } from "../../json/canonical.ts";
import type { Scope } from "./scope.ts";

interface Call {
  readonly contract: Contract;
  readonly scope: Pick<Scope, "pins">;
}

/** Of the arguments that a call has to have there, those that may be told. */
export const showable = ({ contract, scope }: Call, args: JsonObject, same: Same, there: JsonObject): JsonObject => {
  const hidden = Object.keys(args).filter((name) => isPinned(contract, name) || scope.pins(contract.tool, name));
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

const isPinned = ({ pins, claimPins }: Contract, name: string): boolean =>
  Object.hasOwn(pins, name) || Object.hasOwn(claimPins, name);

/** Names of arguments with a secret in them. */
const findSecrets = (contract: Contract, args: JsonObject): readonly string[] => {
  const given = Object.fromEntries(Object.entries(args).filter(([name]) => !isPinned(contract, name)));
  const shown = contract.redact(given);
  const isSame = (name: string): boolean =>
    isJsonObject(shown) && canonicalJson(memberOf(shown, name)) === canonicalJson(memberOf(given, name));
  return Object.keys(given).filter((name) => !isSame(name));
};

const without = (object: JsonObject, names: ReadonlySet<string>): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([name]) => !names.has(name)));

// A run's grants, and what is known of its caller, as the journal keeps them: values for secret arguments are hidden as those
// of calls are.
import type { ArgumentRestriction, Grant, JsonObject, JsonValue, Run, ToolCall } from "../call.ts";
import { isJsonObject, memberOf } from "../call.ts";
import type { Catalog, Contract } from "../contract/contract.ts";
import { type Hide, secretText } from "../schema/redact.ts";

export const describeGrants = (catalog: Known, { grants }: Run, hide: Hide): JsonValue =>
  grants.map((grant) => describe(catalog, grant, hide));

type Known = Pick<Catalog, "find">;

type DescribeClaims = (call: Pick<ToolCall, "caller" | "run">, hide: Hide) => JsonObject;

/**
 * Rules may ask for any claim, and a replay asks them again: hidden is only what goes to a secret place. What contracts pin is
 * looked at once, not for each run.
 */
export const describeClaims = (catalog: Pick<Catalog, "find" | "contracts">): DescribeClaims => {
  const pins = catalog.contracts.flatMap(({ claimPins }) => Object.values(claimPins));
  const secret = new Set(pins.flatMap(({ claim, isSecret }) => (isSecret === true ? [claim] : [])));
  return ({ caller, run }, hide) => {
    const shown = Object.entries(caller.claims).map(([name, value]) => {
      const isHidden = secret.has(name) || run.grants.some((grant) => pinsSecretly(catalog, grant, { name, value }));
      return [name, isHidden ? hide(secretText, value) : value];
    });
    return Object.fromEntries(shown) as JsonObject;
  };
};

interface Claim {
  readonly name: string;
  readonly value: JsonValue;
}

const pinsSecretly = (catalog: Known, { arguments: byTool = {} }: Grant, { name: claim, value }: Claim): boolean =>
  Object.entries(byTool).some(([tool, restrictions]) =>
    Object.entries(restrictions).some(([name, { pin }]) => {
      if (pin === undefined || !("claim" in pin) || pin.claim !== claim) return false;
      return isHiddenAt(catalog.find(tool), name, value);
    }),
  );

/** Of a tool that is gone nobody knows. */
const isHiddenAt = (contract: Contract | undefined, name: string, value: JsonValue): boolean => {
  let isHidden = contract === undefined;
  contract?.redact({ [name]: value }, (cover) => {
    isHidden = true;
    return cover;
  });
  return isHidden;
};

const describe = (catalog: Known, { arguments: byTool, ...others }: Grant, hide: Hide): JsonObject => {
  const tools = Object.entries(byTool ?? {}).map(([tool, restrictions]) => {
    const contract = catalog.find(tool);
    const shown = Object.entries(restrictions).map(([name, one]) => [
      name,
      shownRestriction({ contract, name, hide }, one),
    ]);
    return [tool, Object.fromEntries(shown) as JsonObject];
  });
  // A grant was read as JSON.
  return { ...(others as JsonObject), ...(byTool === undefined ? {} : { arguments: Object.fromEntries(tools) }) };
};

interface About {
  readonly contract: Contract | undefined;
  readonly name: string;
  readonly hide: Hide;
}

/** Bounds, too: of a secret number its minimum and maximum may say all. */
const shownRestriction = (about: About, { enum: some, pin, ...others }: ArgumentRestriction): JsonObject => ({
  ...Object.fromEntries(Object.entries(others).map(([keyword, value]) => [keyword, shown(about, value)])),
  ...(some === undefined ? {} : { enum: some.map((value) => shown(about, value)) }),
  ...(pin === undefined ? {} : { pin: "claim" in pin ? pin : { value: shown(about, pin.value) } }),
});

const shown = ({ contract, name, hide }: About, value: JsonValue): JsonValue => {
  const redacted = contract?.redact({ [name]: value }, hide);
  return (isJsonObject(redacted) ? memberOf(redacted, name) : undefined) ?? null;
};

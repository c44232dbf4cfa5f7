// A run's grants as the journal keeps them: values for secret arguments are hidden as those of calls are.
import type { ArgumentRestriction, Grant, JsonObject, JsonValue, Run } from "../call.ts";
import { isJsonObject, memberOf } from "../call.ts";
import type { Catalog, Contract } from "../contract/contract.ts";
import type { Hide } from "../schema/redact.ts";

export const describeGrants = (catalog: Known, { grants }: Run, hide: Hide): JsonValue =>
  grants.map((grant) => describe(catalog, grant, hide));

type Known = Pick<Catalog, "find">;

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

const shownRestriction = (
  about: About,
  { const: only, enum: some, pin, ...bounds }: ArgumentRestriction,
): JsonObject => ({
  ...bounds,
  ...(only === undefined ? {} : { const: shown(about, only) }),
  ...(some === undefined ? {} : { enum: some.map((value) => shown(about, value)) }),
  ...(pin === undefined ? {} : { pin: "claim" in pin ? pin : { value: shown(about, pin.value) } }),
});

const shown = ({ contract, name, hide }: About, value: JsonValue): JsonValue => {
  const redacted = contract?.redact({ [name]: value }, hide);
  return (isJsonObject(redacted) ? memberOf(redacted, name) : undefined) ?? null;
};

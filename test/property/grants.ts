// Grants as operators may write them, for one tool: restrictions made from values that the tool takes, read as the admin port
// reads them. Restrictions that leave no call are not grants, and are left out.
import fc from "fast-check";
import type { Grant } from "../../src/call.ts";
import type { Catalog, Contract } from "../../src/contract/contract.ts";
import { checkGrantsTogether } from "../../src/contract/grant/read-grant.ts";
import { parseGrant } from "../../src/run/grant.ts";
import { memberOf } from "../support/json.ts";
import { CLAIMS } from "./argument-step.ts";

const KINDS = ["none", "none", "const", "enum", "pin", "claim", "least", "most", "longest", "fewest"] as const;
type Kind = (typeof KINDS)[number];

const restrictionOf = (kind: Kind, values: readonly unknown[], claim: string): object | undefined => {
  const [first] = values;
  if (kind === "claim") return { pin: { claim } };
  if (first === undefined || kind === "none") return undefined;
  if (kind === "const") return { const: first };
  if (kind === "enum") return { enum: values };
  if (kind === "pin") return { pin: { value: first } };
  if (typeof first === "number") return kind === "least" ? { minimum: first } : { maximum: first };
  if (typeof first === "string") return kind === "least" ? { minLength: 1 } : { maxLength: first.length + 2 };
  return Array.isArray(first) ? (kind === "fewest" ? { minItems: 1 } : { maxItems: first.length }) : undefined;
};

/** `samples`: arguments that the tool takes. */
export const grantsFor = (
  catalog: Catalog,
  { tool, inputSchema }: Contract,
  samples: readonly unknown[],
): fc.Arbitrary<Grant> => {
  const names = Object.keys(Object(inputSchema["properties"]));
  const picks = fc.array(fc.tuple(fc.constantFrom(...KINDS), fc.constantFrom(...Object.keys(CLAIMS))), {
    minLength: names.length,
    maxLength: names.length,
  });
  return picks.map((kinds) => {
    let grant: Grant = {};
    for (const [index, name] of names.entries()) {
      const [kind = "none", claim = ""] = kinds[index] ?? [];
      const values = samples.map((sample) => memberOf(sample, name)).filter((value) => value !== undefined);
      const restriction = restrictionOf(kind, values, claim);
      if (restriction === undefined) continue;
      const own = { ...grant.arguments?.[tool], [name]: restriction };
      const parsed = parseGrant(JSON.parse(JSON.stringify({ arguments: { [tool]: own } })), catalog);
      if (parsed.ok) ({ grant } = parsed);
    }
    return grant;
  });
};

/** As runs are opened: what grants leave no value for together is refused. */
export const fitTogether = (catalog: Catalog, grants: readonly Grant[]): boolean => {
  let isGood = true;
  checkGrantsTogether(grants, catalog, () => (isGood = false));
  return isGood;
};

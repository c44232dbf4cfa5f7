// What one run is shown of the contracts, by the same questions that its calls are judged by: tools that its grants do not
// name are not there, on any path, and arguments are as narrow as the grants make them. Where nothing narrows it, nothing is copied.
import { createHash } from "node:crypto";
import type { Run } from "../call.ts";
import type { Catalog, Contract, Route } from "../contract/contract.ts";
import { isWhole, narrowSchema, permits } from "../run/narrow.ts";

/** For lists alone: calls are judged by the contracts themselves. */
export const surfaceOf = (contracts: readonly Contract[], run: Run): readonly Contract[] =>
  isWhole(run)
    ? contracts
    : contracts.filter(({ tool }) => permits(run, tool)).map((contract) => narrowed(contract, run));

const narrowed = (contract: Contract, run: Run): Contract => {
  const inputSchema = narrowSchema(run, contract);
  return inputSchema === contract.inputSchema ? contract : { ...contract, inputSchema };
};

/** Another one wherever the surface may be another, hex. */
export const surfaceDigest = ({ digest }: Catalog, run: Run): string =>
  isWhole(run) ? digest : createHash("sha256").update(digest).update(JSON.stringify(run.grants)).digest("hex");

/** No operation has it: the answer names the methods that there are. */
const NO_METHOD = "";

/** The route as it is for the run. */
export const routeFor = (catalog: Catalog, run: Run, method: string, segments: readonly string[]): Route => {
  const route = catalog.route(method, segments);
  if (isWhole(run) || (route.kind === "contract" && permits(run, route.contract.tool))) return route;
  const others = route.kind === "contract" ? catalog.route(NO_METHOD, segments) : route;
  if (others.kind !== "method_not_allowed") return others;
  const isOpen = others.tools.map((tool) => permits(run, tool));
  const allowed = others.allowed.filter((_, index) => isOpen[index]);
  const tools = others.tools.filter((_, index) => isOpen[index]);
  return allowed.length === 0 ? { kind: "not_found" } : { kind: "method_not_allowed", allowed, tools };
};

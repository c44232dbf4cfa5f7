// What one run is shown of the contracts, by the same questions that its calls are judged by: tools that its grants do not
// name are not there, on any path, and arguments are as narrow as the grants make them. Worked out once for all whom nothing
// narrows.
import { createHash } from "node:crypto";
import type { JsonObject, Run } from "../call.ts";
import type { Catalog, Contract, Route } from "../contract/contract.ts";
import { isWhole, narrowSchema, permits } from "../run/narrow.ts";
import { describeFor, examplesFor, isShownWhole } from "../run/show.ts";

/** A tool as a run is shown it. */
export interface ShownTool extends Pick<Contract, "tool" | "description" | "effect" | "inputSchema" | "output"> {
  /** A tool in the agent's own process can be checked, and not called. */
  readonly isCallable: boolean;
  /** Arguments that it accepts. */
  readonly examples: readonly JsonObject[];
}

const whole = new WeakMap<readonly Contract[], readonly ShownTool[]>();

/** For lists alone: calls are judged by the contracts themselves. */
export const surfaceOf = (contracts: readonly Contract[], run: Run): readonly ShownTool[] => {
  if (!isShownWhole(run))
    return contracts.filter(({ tool }) => permits(run, tool)).map((contract) => showTool(contract, run));
  const known = whole.get(contracts) ?? contracts.map((contract) => showTool(contract, run));
  whole.set(contracts, known);
  return known;
};

export const showTool = (contract: Contract, run: Run): ShownTool => {
  const { tool, effect, output } = contract;
  return {
    tool,
    description: describeFor(run, contract),
    effect,
    isCallable: contract.operation.kind !== "local",
    inputSchema: narrowSchema(run, contract),
    output,
    examples: examplesFor(run, contract),
  };
};

/** In the schema, where JSON Schema has a place for them, and nowhere else: they cost a model's attention. */
export const schemaWithExamples = ({ inputSchema, examples }: ShownTool): ShownTool["inputSchema"] =>
  examples.length === 0 ? inputSchema : { ...inputSchema, examples };

/** Another one wherever the surface may be another, hex. */
export const surfaceDigest = ({ digest }: Catalog, run: Run): string =>
  isShownWhole(run) ? digest : createHash("sha256").update(digest).update(JSON.stringify(run.grants)).digest("hex");

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

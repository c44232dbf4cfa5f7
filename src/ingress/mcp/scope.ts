// What one MCP endpoint offers: `/mcp` the tools of all backends, `/mcp/<backend>` those of one and, where it is an MCP
// server, what its allow list names beside them.
import type { Grant, JsonObject, McpEra, Run } from "../../call.ts";
import type { Catalog, Contract, McpBackendDeclaration } from "../../contract/contract.ts";
import type { Relay } from "../../relay.ts";
import { isWhole, passesMessages, permits } from "../../run/narrow.ts";
import { isShownWhole } from "../../run/show.ts";
import { surfaceDigest, surfaceOf } from "../surface.ts";
import { type MirroredArgument, mirroredArguments } from "./headers.ts";
import { type ToolList, callableContracts, createToolList, shownOutputSchema } from "./list.ts";

export interface Scope {
  /** The backend, or undefined for all. */
  readonly name: string | undefined;
  /** The backend, where it is an MCP server. */
  readonly server: McpBackendDeclaration | undefined;
  tools(run: Run): ToolList;
  /** Arguments that travel as headers, too. */
  mirrored(tool: string, run: Run): readonly MirroredArgument[];
  /** Whether clients of that era are shown an output schema of this tool, so that they want structured content. */
  isStructured(tool: string, era: McpEra): boolean;
  /** Whether the run may use anything of it: else there is no such endpoint. */
  isThere(run: Run): boolean;
  /** A tool of another backend does not exist here: for such a call the run may use what is here, and no more. */
  narrow(tool: string, run: Run): Run;
  capabilities(era: McpEra, run: Run): Promise<JsonObject>;
}

const TOOLS_ALONE: JsonObject = Object.freeze({ tools: Object.freeze({}) });
const NONE: readonly MirroredArgument[] = [];

/** By path below `/mcp`: `""`, `/<backend>`. */
export const createScopes = (catalog: Catalog, relay: Relay): ReadonlyMap<string, Scope> => {
  const names = catalog.backends.map(({ name }) => name);
  return new Map([
    ["", createScope(catalog, relay, undefined)],
    ...names.map((name) => [`/${name}`, createScope(catalog, relay, name)] as const),
  ]);
};

const createScope = (catalog: Catalog, relay: Relay, name: string | undefined): Scope => {
  const contracts = callableContracts(catalog, name);
  const own = new Map(contracts.map((contract) => [contract.tool, mirroredArguments(contract)]));
  /** Worked out on the first call of a tool. */
  const structured = new Map<string, boolean>();
  const backend = name === undefined ? undefined : catalog.backends.find((one) => one.name === name);
  const server = backend?.kind === "mcp" ? backend : undefined;
  return {
    name,
    server,
    tools: createLists(catalog, contracts),
    mirrored: (tool, run) => (permits(run, tool) ? own.get(tool) : undefined) ?? NONE,
    isStructured: (tool, era) => {
      const key = `${era} ${tool}`;
      const known = structured.get(key);
      if (known !== undefined) return known;
      const contract = own.has(tool) ? catalog.find(tool) : undefined;
      const isShown = contract !== undefined && shownOutputSchema(contract, era) !== undefined;
      if (contract !== undefined) structured.set(key, isShown);
      return isShown;
    },
    isThere: (run) =>
      name === undefined ||
      isWhole(run) ||
      contracts.some(({ tool }) => permits(run, tool)) ||
      (server !== undefined && passesMessages(run, name)),
    narrow: (tool, run) =>
      name === undefined || own.has(tool) ? run : { ...run, grants: [...run.grants, { tools: [...own.keys()] }] },
    capabilities: (era, run) =>
      server === undefined ? Promise.resolve(TOOLS_ALONE) : describe(relay, server.name, era, run),
  };
};

/** One list for all whom nothing narrows. */
const createLists = (catalog: Catalog, contracts: readonly Contract[]): Scope["tools"] => {
  /** Worked out when someone asks: examples are judged for it. */
  let whole: ToolList | undefined;
  /** Those of callers with grants of their own last; those of other runs go with the request. */
  const narrowed = new WeakMap<readonly Grant[], ToolList>();
  return (run) => {
    if (isShownWhole(run)) return (whole ??= createToolList(surfaceOf(contracts, run), catalog.digest));
    const known = narrowed.get(run.grants) ?? createToolList(surfaceOf(contracts, run), surfaceDigest(catalog, run));
    narrowed.set(run.grants, known);
    return known;
  };
};

/** Beside tools, eras are not bridged. A backend that cannot be reached keeps nobody from its tools' list. */
const describe = async (relay: Relay, name: string, era: McpEra, run: Run): Promise<JsonObject> => {
  const described = await relay.describe(name, era, run);
  if (!described.ok || described.value.era !== era) return TOOLS_ALONE;
  return { ...TOOLS_ALONE, ...described.value.capabilities };
};

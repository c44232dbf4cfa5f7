// What one MCP endpoint offers: `/mcp` the tools of all backends, `/mcp/<backend>` those of one and, where it is an MCP
// server, what its allow list names beside them.
import type { JsonObject, McpEra } from "../../call.ts";
import type { McpBackendDeclaration } from "../../contract/contract.ts";
import type { Gateway } from "../../gateway.ts";
import { type Refused, refuse } from "../../refusal.ts";
import { type MirroredArgument, mirroredArguments } from "./headers.ts";
import { type ToolList, callableContracts, createToolList, shownOutputSchema } from "./list.ts";

export interface Scope {
  /** The backend, or undefined for all. */
  readonly name: string | undefined;
  /** The backend, where it is an MCP server. */
  readonly server: McpBackendDeclaration | undefined;
  readonly tools: ToolList;
  /** Arguments that travel as headers, too. */
  mirrored(tool: string): readonly MirroredArgument[];
  /** Whether clients of that era are shown an output schema of this tool, so that they want structured content. */
  isStructured(tool: string, era: McpEra): boolean;
  /** A tool of another backend does not exist here. */
  refuseStranger(tool: string): Refused | undefined;
  capabilities(era: McpEra): Promise<JsonObject>;
}

const TOOLS_ALONE: JsonObject = Object.freeze({ tools: Object.freeze({}) });
const NONE: readonly MirroredArgument[] = [];

/** By path below `/mcp`: `""`, `/<backend>`. */
export const createScopes = (gateway: Gateway): ReadonlyMap<string, Scope> => {
  const names = gateway.catalog.backends.map(({ name }) => name);
  return new Map([
    ["", createScope(gateway, undefined)],
    ...names.map((name) => [`/${name}`, createScope(gateway, name)] as const),
  ]);
};

const createScope = (gateway: Gateway, name: string | undefined): Scope => {
  const { catalog } = gateway;
  const contracts = callableContracts(catalog, name);
  const own = new Map(contracts.map((contract) => [contract.tool, mirroredArguments(contract)]));
  /** Worked out on the first call of a tool. */
  const structured = new Map<string, boolean>();
  const backend = name === undefined ? undefined : catalog.backends.find((one) => one.name === name);
  const server = backend?.kind === "mcp" ? backend : undefined;
  return {
    name,
    server,
    tools: createToolList(contracts, catalog.digest),
    mirrored: (tool) => own.get(tool) ?? NONE,
    isStructured: (tool, era) => {
      const key = `${era} ${tool}`;
      const known = structured.get(key);
      if (known !== undefined) return known;
      const contract = own.has(tool) ? catalog.find(tool) : undefined;
      const isShown = contract !== undefined && shownOutputSchema(contract, era) !== undefined;
      if (contract !== undefined) structured.set(key, isShown);
      return isShown;
    },
    refuseStranger: (tool) =>
      name === undefined || own.has(tool)
        ? undefined
        : refuseUnknown(catalog.nearest(tool).filter((nearest) => own.has(nearest))),
    capabilities: (era) => (server === undefined ? Promise.resolve(TOOLS_ALONE) : describe(gateway, server.name, era)),
  };
};

/** Beside tools, eras are not bridged. A backend that cannot be reached keeps nobody from its tools' list. */
const describe = async (gateway: Gateway, name: string, era: McpEra): Promise<JsonObject> => {
  const described = await gateway.describe(name, era);
  if (!described.ok || described.value.era !== era) return TOOLS_ALONE;
  return { ...TOOLS_ALONE, ...described.value.capabilities };
};

const refuseUnknown = (nearest: readonly string[]): Refused => {
  const hint = nearest.length === 0 ? "tools/list has the tools that exist." : `Nearest: ${nearest.join(", ")}.`;
  const next = nearest.map((tool) => ({ tool, why: "has the nearest name" }));
  return refuse("unknown_tool", `There is no tool with this name here. ${hint}`, { next });
};

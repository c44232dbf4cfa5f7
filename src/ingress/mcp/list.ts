// tools/list: what can be called over MCP, from the contracts alone, in the catalog's order, by pages. The texts are made
// once: contracts do not change while the sidecar runs.
import { type McpEra, isJsonObject } from "../../call.ts";
import type { Catalog, Contract } from "../../contract/contract.ts";
import type { OutputPlan } from "../../contract/output-plan.ts";
import { resolve } from "../../contract/document/reference.ts";
import type { SchemaObject } from "../../schema/schema.ts";
import { rpcCodes } from "../../mcp.ts";
import { refuse } from "../../refusal.ts";
import { type ShownTool, schemaWithExamples } from "../surface.ts";
import { type Read, reject } from "./message.ts";

/** The tools of one endpoint. */
export interface ToolList {
  /** JSON text of the members of a ListToolsResult: `"tools":[…],"nextCursor":"…"`. */
  page(era: McpEra, cursor: unknown): Read<string>;
}

const PAGE = 500;

export const createToolList = (shown: readonly ShownTool[], digest: string): ToolList => {
  const made = new Map<string, string>();
  const write = (era: McpEra, start: number): string => {
    const tools = shown.slice(start, start + PAGE).map((tool) => describeForMcp(tool, era));
    const next = start + PAGE;
    const cursor = next < shown.length ? `,"nextCursor":"${cursorOf(digest, next)}"` : "";
    return `"tools":${JSON.stringify(tools)}${cursor}`;
  };
  return {
    page: (era, cursor) => {
      const start = readCursor(cursor, digest, shown.length);
      if (start === undefined)
        return reject(
          rpcCodes.invalidParams,
          refuse("invalid_request", "This cursor was not given out here: list the tools from the beginning."),
        );
      const key = `${era} ${start}`;
      const text = made.get(key) ?? write(era, start);
      made.set(key, text);
      return { ok: true, value: text };
    },
  };
};

/** Worth nothing to other contracts than these. */
const cursorOf = (digest: string, start: number): string =>
  Buffer.from(`${digest.slice(0, 16)} ${start}`).toString("base64url");

const readCursor = (cursor: unknown, digest: string, length: number): number | undefined => {
  if (cursor === undefined) return 0;
  if (typeof cursor !== "string") return undefined;
  const start = Number(Buffer.from(cursor, "base64url").toString("latin1").split(" ")[1]);
  const isOurs = start > 0 && start < length && start % PAGE === 0 && cursor === cursorOf(digest, start);
  return isOurs ? start : undefined;
};

/** What can be called over MCP at all: a tool inside the agent's own process can be checked only. */
export const callableContracts = (catalog: Catalog, backend: string | undefined): readonly Contract[] =>
  catalog.contracts.filter(
    ({ operation }) => operation.kind !== "local" && (backend === undefined || operation.backend.name === backend),
  );

/** MCP, Tool. Annotations follow the effect alone. Clients take no list with an input schema of another type. */
export const describeForMcp = (shown: ShownTool, era: McpEra): Readonly<Record<string, unknown>> => {
  const { tool, description, effect } = shown;
  const inputSchema = schemaWithExamples(shown);
  const outputSchema = shownOutputSchema(shown, era);
  return {
    name: tool,
    description,
    inputSchema: forEra(inputSchema["type"] === "object" ? inputSchema : { ...inputSchema, type: "object" }, era),
    ...(outputSchema === undefined ? {} : { outputSchema: forEra(outputSchema, era) }),
    annotations: { readOnlyHint: effect === "read", destructiveHint: effect === "destructive" },
  };
};

/** MCP 2025-11-25, Tool: the schemas of members are objects. Clients take no list with a tool where one is a boolean. */
const forEra = (schema: SchemaObject, era: McpEra): SchemaObject => {
  const { properties } = schema;
  if (era === "modern" || !isJsonObject(properties)) return schema;
  const members = Object.entries(properties);
  if (!members.some(([, member]) => typeof member === "boolean")) return schema;
  return { ...schema, properties: Object.fromEntries(members.map(([name, member]) => [name, asObject(member)])) };
};

const asObject = (member: unknown): unknown => {
  if (typeof member !== "boolean") return member;
  return member ? {} : { not: {} };
};

/**
 * Clients throw away a result without structured content where there is an output schema: it is shown only when every
 * success has some.
 */
export const shownOutputSchema = ({ output }: Pick<Contract, "output">, era: McpEra): SchemaObject | undefined => {
  if (output.schema === undefined || !isJsonAlways(output)) return undefined;
  return era === "modern" ? output.schema : withObjectType(output.schema);
};

/** Clients of the legacy era look for `type` at the root: where a reference leads to it, it is said there, too. */
const withObjectType = (schema: SchemaObject): SchemaObject | undefined => {
  if (schema["type"] === "object") return schema;
  const named = resolve(schema, schema, "");
  return named.ok && named.value["type"] === "object" ? { type: "object", ...schema } : undefined;
};

const SUCCESSES = Array.from({ length: 100 }, (_, index) => 200 + index);

const isJsonAlways = (output: OutputPlan): boolean =>
  SUCCESSES.every((status) => output.answer(status).every(({ kind }) => kind === "json"));

// Drafts of the tools of real servers, as they were listed: they load, and take what the tool as it is takes.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/call.ts";
import type { Contract, ToolDefinition } from "../../src/contract/contract.ts";
import { loadContracts } from "../../src/contract/load/load.ts";
import { draftTools } from "../../src/import/mcp.ts";
import { writeMcpBackend, writeToolContract } from "../../src/import/mcp-write.ts";
import { writeContracts } from "../support/contracts-folder.ts";
import { definition, lockText } from "../support/mcp-folder.ts";
import { normalForm } from "./same-schema.ts";

const folder = join(import.meta.dirname, "../data/mcp-tools");
const servers = readdirSync(folder).filter((name) => name.endsWith(".json"));

const toolsOf = (server: string): readonly ToolDefinition[] => {
  const { tools } = JSON.parse(readFileSync(join(folder, server), "utf8")) as { tools: ToolDefinition[] }; // frozen here
  return tools.map(({ name, description, inputSchema, outputSchema }) => ({
    name,
    description,
    inputSchema,
    outputSchema,
  }));
};

const contractsOf = async (tools: readonly ToolDefinition[], asIs: boolean): Promise<ReadonlyMap<string, Contract>> => {
  const { contracts, skipped } = draftTools(tools, asIs);
  expect(skipped).toEqual([]);
  const loaded = await loadContracts(
    writeContracts({
      "checkrein.lock": lockText(tools),
      "backend.ts": writeMcpBackend("files", { kind: "http", bearer: undefined }),
      ...Object.fromEntries(contracts.map((draft) => [draft.file, writeToolContract(draft, "files")])),
    }),
  );
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return new Map(loaded.catalog.contracts.map((contract) => [contract.tool, contract]));
};

/** Said by the lock for the whole, and the same as nothing in a zod schema. */
const bare = ({ inputSchema }: Contract): unknown => {
  const { $schema: _, "x-vendor": __, ...schema } = inputSchema;
  return normalForm(schema, schema);
};

describe("drafts of a real server's tools", () => {
  it.each(servers)("mean what the tool as it is means: %s", async (server) => {
    const tools = toolsOf(server);
    const [drafted, asIs] = [await contractsOf(tools, false), await contractsOf(tools, true)];
    expect([...drafted.keys()]).toEqual(tools.map(({ name }) => name).toSorted());
    for (const [tool, contract] of drafted) {
      const whole = asIs.get(tool);
      expect([tool, bare(contract)]).toEqual([tool, whole === undefined ? undefined : bare(whole)]);
      expect(contract.description).toBe(whole?.description.replaceAll(/\s+/g, " ").trim());
    }
  });

  it("have zod forms, but for what none says", () => {
    const reasons = servers.flatMap((server) =>
      draftTools(toolsOf(server), false).contracts.flatMap(({ tool, input }) =>
        input !== undefined && "reason" in input ? [`${tool}: ${input.reason}`] : [],
      ),
    );
    expect(reasons).toEqual(["gzip-file-as-resource: the format uri has no zod form of the same meaning"]);
  });
});

describe("a tool of a strange server", () => {
  const drafted = (name: string, path: JsonObject): ReturnType<typeof draftTools> =>
    draftTools([definition(name, { inputSchema: { type: "object", properties: { path } } })], false);

  it.each(["\\@", "{", "a{,3}", "]", "\\\u200b"])(
    "with the pattern %j, which has no literal, stays as it is",
    (pattern) => {
      const { contracts, skipped } = drafted("read", { type: "string", pattern });
      expect(skipped).toEqual([]);
      expect(contracts).toMatchObject([
        { tool: "read", input: { reason: `the pattern ${pattern} cannot be written in zod` } },
      ]);
    },
  );

  it("is skipped where no lock can hold its name", () => {
    expect(drafted("__proto__", {})).toEqual({
      contracts: [],
      skipped: [{ tool: "__proto__", reason: "no lock can hold a tool of this name" }],
    });
  });
});

// A pin from a claim in a tool of an MCP server: bound under the server's name, judged by the server's schema.
import { describe, expect, it } from "vitest";
import type { Contract } from "../../../src/contract/contract.ts";
import { type LoadResult, loadContracts } from "../../../src/contract/load/load.ts";
import { mcpFolder, toolContract } from "../../support/mcp-folder.ts";

const load = (members: string): Promise<LoadResult> =>
  loadContracts(mcpFolder({ "tool.ts": toolContract(members).replace("{ defineContract", "{ claim, defineContract") }));

const contractOf = async (members: string): Promise<Contract> => {
  const loaded = await load(members);
  const contract = loaded.ok ? loaded.catalog.find("read") : undefined;
  if (contract === undefined) throw new Error(JSON.stringify(loaded));
  return contract;
};

describe("a pin from a claim", () => {
  it("stands in for a member of a tool as it is", async () => {
    const contract = await contractOf('pin: { path: claim("room") }');
    expect(contract.claimPins["path"]?.claim).toBe("room");
    expect(["a", 5, null, undefined].map((value) => contract.claimPins["path"]?.isValid(value))).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(contract.arguments.check({ path: "a" })).toMatchObject({ ok: false });
    expect(contract.arguments.check({ head: 1 })).toMatchObject({ ok: true });
    expect(contract.pins).toEqual({});
  });

  it("stands in for a member beside input", async () => {
    const contract = await contractOf(
      'description: "D.", input: z.strictObject({ id: z.string() }), map: { id: "path" }, pin: { head: claim("room") }',
    );
    expect([1, "1"].map((value) => contract.claimPins["head"]?.isValid(value))).toEqual([true, false]);
    expect(contract.arguments.check({ id: "a", head: 1 })).toMatchObject({ ok: false });
    const { operation } = contract;
    const { shape } = operation.kind === "mcp" ? operation.body : { shape: undefined };
    expect(shape).toMatchObject({
      members: [
        { name: "path", source: { argument: "id" } },
        { name: "head", source: { argument: "head" } },
      ],
    });
  });

  it("has to be a member of the tool", async () => {
    const loaded = await load('pin: { room: claim("room") }');
    expect(loaded.ok ? [] : loaded.problems.map(({ place }) => place)).toEqual(["pin.room"]);
  });
});

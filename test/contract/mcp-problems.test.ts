// What load refuses of MCP backends and their contracts: each mistake with its file, its place and what mends it.
import { describe, expect, it } from "vitest";
import type { ToolDefinition } from "../../src/contract/contract.ts";
import { definition, lockText, mcpProblems, mcpBackend, toolContract } from "../support/mcp-folder.ts";
import { badBackends } from "./bad-mcp-backends.ts";
import { type Row, badContracts } from "./bad-tool-contracts.ts";
import { badTools, withInput } from "./bad-tools.ts";

const expectProblem = async (
  files: Readonly<Record<string, string>>,
  [, , place, message, mend]: Row,
  tools?: readonly ToolDefinition[],
): Promise<void> => {
  const problems = await mcpProblems(files, tools);
  expect(problems.map((problem) => problem.place)).toEqual([place]);
  const [found] = problems;
  expect(found?.file).toBe(Object.keys(files)[0]);
  if (typeof message === "string") expect(found?.message).toBe(message);
  else expect(found?.message).toMatch(message);
  expect(found?.mend).toMatch(mend);
};

describe("load refuses a contract over a tool with", () => {
  it.each(badContracts)("%s", async (...row) => expectProblem({ "tool.ts": row[1] }, row));
});

describe("load refuses an MCP backend with", () => {
  it.each(badBackends)("%s", async (...row) => {
    const [what, text, place, message, mend] = row;
    await expectProblem({ "backend.ts": text }, [what, text, `backend files.${place}`, message, mend]);
  });

  it("a name that is none", async () => {
    const text = mcpBackend().replace('"files"', '"My files"');
    const row: Row = ["", text, "backend My files.name", /"My files" is not a name/, /lower-case/];
    await expectProblem({ "backend.ts": text }, row);
  });

  it("the name of another backend, of either kind", async () => {
    const rest =
      'import { defineRestBackend } from "checkrein"; export const other = defineRestBackend({ name: "files", document: "a.json", url: "https://a.example" });';
    const document = JSON.stringify({ openapi: "3.1.0", info: {}, paths: { "/a": { get: {} } } });
    const found = await mcpProblems({ "a.json": document, "other.ts": rest });
    expect(found.map(({ file, place, message }) => [file, place, message.replace(/: .*\//, ": ")])).toEqual([
      ["other.ts", "backend files.name", "another backend has this name: backend.ts"],
    ]);
  });
});

describe("load refuses a tool as it is with", () => {
  it.each(badTools)("%s", async (what, tools, pointer, message, mend) => {
    const row: Row = [what, "", `operation at inputSchema${pointer}`, message, mend];
    await expectProblem({ "tool.ts": toolContract() }, row, tools);
  });

  it("no description of its own", async () => {
    const tools = [definition("read_file", { description: undefined })];
    const row: Row = ["", "", "description", /the server gives none/, /sentence/];
    await expectProblem({ "tool.ts": toolContract() }, row, tools);
  });

  it("an output schema that cannot be enforced, unless the contract has its own", async () => {
    const tools = [definition("read_file", { outputSchema: { type: "object", $ref: "https://example.com/a" } })];
    const row: Row = ["", "", "operation at outputSchema/$ref", /leads to no schema/, /output/];
    await expectProblem({ "tool.ts": toolContract() }, row, tools);
    expect(await mcpProblems({ "tool.ts": toolContract("output: z.object({ a: z.string() })") }, tools)).toEqual([]);
  });

  it.each<[string, object]>([
    ["allOf", { allOf: [{ required: ["head"] }] }],
    ["minProperties", { minProperties: 1 }],
    ["$ref", { $ref: "#/$defs/a", $defs: { a: {} } }],
  ])("a pin beside %s", async (name, more) => {
    const row: Row = ["", "", "pin.path", new RegExp(`has \\${name}: a pin needs input`), /add input/];
    await expectProblem({ "tool.ts": toolContract('pin: { path: "/a" }') }, row, withInput({}, more));
  });
});

describe("a lock with a problem", () => {
  it("is told once, and not again for every tool that it may have had", async () => {
    const text = lockText([definition("read_file")]).replace("Reads a file.", "Reads all.");
    const [found, ...others] = await mcpProblems({ "checkrein.lock": text });
    expect(others).toEqual([]);
    expect(found).toMatchObject({ file: "checkrein.lock", place: "backends.files.read_file" });
    expect(found?.mend).toMatch(/checkrein lock --accept/);
  });

  it("is none where there is no file: each tool is told", async () => {
    expect(
      (await mcpProblems({ "checkrein.lock": "version: 1\nbackends: {}\n" })).map(({ message }) => message),
    ).toEqual(['the lock has no tool "read_file" of the backend "files"']);
  });
});

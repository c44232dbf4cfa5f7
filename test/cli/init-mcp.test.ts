// `checkrein init --mcp`: drafts that load without a problem, with their lock; text of a server never becomes code.
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { init } from "../../src/cli/init.ts";
import { initMcp } from "../../src/cli/init-mcp.ts";
import { lock } from "../../src/cli/lock.ts";
import type { ListTools } from "../../src/cli/list-tools.ts";
import type { Contract, McpBackendDeclaration, ToolDefinition } from "../../src/contract/contract.ts";
import { loadContracts } from "../../src/contract/load/load.ts";
import { definition, lockText } from "../support/mcp-folder.ts";

let folder: string;
let said: string;
let asked: McpBackendDeclaration | undefined;
const out = { write: (text: string) => void (said += text) };
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "checkrein-init-mcp-"));
  said = "";
  asked = undefined;
});
afterEach(() => rmSync(folder, { recursive: true }));

const listing =
  (tools: readonly ToolDefinition[]): ListTools =>
  async (declaration) => {
    asked = declaration;
    return { ok: true, tools };
  };
const run = (tools: readonly ToolDefinition[], ...argv: readonly string[]): Promise<number> =>
  initMcp(["--contracts", folder, ...argv], out, listing(tools));
const URL_OPTIONS = ["--mcp", "https://mcp.files.example/mcp"];
const read = (name: string): string => readFileSync(join(folder, name), "utf8");
const loaded = async (): Promise<readonly Contract[]> => {
  const result = await loadContracts(folder);
  if (!result.ok) throw new Error(JSON.stringify(result.problems, null, 1));
  return result.catalog.contracts;
};

describe("checkrein init --mcp", () => {
  it("drafts backend, contracts and lock, and they load", async () => {
    expect(await run([definition("read_file"), definition("fs.stat/now")], ...URL_OPTIONS)).toBe(0);
    expect(readdirSync(join(folder, "files")).sort()).toEqual(["backend.ts", "fs-stat-now.ts", "read-file.ts"]);
    expect(read("files/backend.ts")).toContain('url: env("FILES_URL")');
    expect(read("files/read-file.ts")).toBe(`\
import { defineContract, z } from "checkrein";
import { files } from "./backend.ts";

export default defineContract({
  tool: "read_file",
  description: "Reads a file.",
  operation: files.tool("read_file"),
  input: z.strictObject({
    path: z.string(),
    head: z.int().optional(),
  }),
  effect: "destructive", // or read, or write: you decide, whatever the server says of itself
});
`);
    expect(read("checkrein.lock")).toBe(lockText([definition("read_file"), definition("fs.stat/now")]));
    expect((await loaded()).map(({ tool, effect }) => [tool, effect])).toEqual([
      ["fs_stat_now", "destructive"],
      ["read_file", "destructive"],
    ]);
    expect(said).toContain("set FILES_URL=https://mcp.files.example/mcp");
  });

  it("drafts contracts of the server's own words and schema with --as-is", async () => {
    expect(await run([definition("read_file")], ...URL_OPTIONS, "--as-is")).toBe(0);
    expect(read("files/read-file.ts")).not.toMatch(/input|description/);
    expect((await loaded())[0]).toMatchObject({ description: "Reads a file.", inputSchema: { required: ["path"] } });
  });

  it.each<[string, readonly string[], string, readonly string[]]>([
    [
      "one text, split at blanks",
      ["--mcp", "npx -y some-server  /data"],
      "some-server",
      ["npx", "-y", "some-server", "/data"],
    ],
    [
      "everything after --",
      ["--mcp", "--", "npx", "-y", "@acme/mcp-mail@1.2.3", "--root", "/a b"],
      "mcp-mail",
      ["npx", "-y", "@acme/mcp-mail@1.2.3", "--root", "/a b"],
    ],
    ["everything after --, without --mcp", ["--name", "x", "--", "node", "a.ts"], "x", ["node", "a.ts"]],
  ])("starts a command: %s", async (_, argv, name, command) => {
    expect(await run([definition("read_file")], ...argv)).toBe(0);
    expect(asked).toMatchObject({ name, server: { kind: "stdio", command } });
    expect(read(`${name}/backend.ts`)).toContain(
      `command: [${command.map((word) => JSON.stringify(word)).join(", ")}]`,
    );
    expect(await loaded()).toHaveLength(1);
  });

  it("takes credentials from variables alone", async () => {
    expect(await run([definition("a")], ...URL_OPTIONS, "--bearer", "FILES_TOKEN")).toBe(0);
    expect(read("files/backend.ts")).toContain('credential: bearer(secret("FILES_TOKEN"))');
    expect(asked).toMatchObject({ server: { credential: { token: { kind: "secret", name: "FILES_TOKEN" } } } });
    expect(await run([definition("b")], "--name", "mail", "--env", "KEY", "TOKEN", "--", "server")).toBe(0);
    expect(read("mail/backend.ts")).toContain('environment: { "KEY": secret("KEY"), "TOKEN": secret("TOKEN") }');
    expect(asked).toMatchObject({ server: { environment: { KEY: { name: "KEY" } } } });
    expect(await loaded()).toHaveLength(2);
  });

  it("leaves the server's own names to the tools that have them", async () => {
    const names = ["a.b", "a_b", "backend", "x".repeat(64), "日本"];
    expect(
      await run(
        names.map((name) => definition(name)),
        ...URL_OPTIONS,
      ),
    ).toBe(0);
    const found = (await loaded()).map(({ tool, operation }) => [
      operation.kind === "mcp" ? operation.definition.name : "",
      tool,
    ]);
    expect(Object.fromEntries(found)).toEqual({
      "a.b": "a_b_2",
      a_b: "a_b",
      backend: "backend",
      [names[3] ?? ""]: names[3],
      日本: "tool",
    });
  });

  it("skips tools that no contract could make valid, each with its reason", async () => {
    const bad: readonly [string, Partial<ToolDefinition>][] = [
      ["header", { inputSchema: { type: "object", properties: { a: { type: "object", "x-mcp-header": "A" } } } }],
      ["dialect", { inputSchema: { $schema: "urn:x", type: "object" } }],
      ["list", { inputSchema: { type: "array" } }],
      ["output", { outputSchema: { $ref: "https://e.example/a" } }],
    ];
    const tools = bad.map(([name, more]) => definition(name, more));
    expect(await run([...tools, definition("good")], ...URL_OPTIONS)).toBe(0);
    for (const [name] of bad) expect(said).toMatch(new RegExp(`skipped ${name}: .+\\n`));
    expect((await loaded()).map(({ tool }) => tool)).toEqual(["good"]);
  });

  it("keeps what has no zod form as it is, with the reason, and describes what the server does not", async () => {
    const inputSchema = { type: "object", properties: { a: { type: "string" } }, minProperties: 1 };
    expect(await run([definition("t", { inputSchema, description: undefined })], ...URL_OPTIONS)).toBe(0);
    expect(read("files/t.ts")).toMatch(/\/\/ no input: exposed as it is, because its input is more/);
    expect((await loaded())[0]).toMatchObject({ description: "t", inputSchema: { minProperties: 1 } });
  });

  it("takes a server without tools", async () => {
    expect(await run([], ...URL_OPTIONS)).toBe(0);
    expect(said).toContain("0 contracts drafted");
  });

  it("never lets a server's text be code, nor hide in it", async () => {
    const evil = '*/ "; process.exit(9); // \u2028`${process.exit(9)}`\r\nprocess.exit(9)\u202e\u200b\u{e0041}';
    const inputSchema = {
      type: "object",
      properties: { [evil]: { enum: [evil], description: evil }, b: { type: "string", pattern: "a*/\u200b" } },
    };
    const tools = [
      definition(evil, { description: evil, inputSchema }),
      definition("n", { inputSchema: { ...inputSchema, minProperties: 0 } }),
    ];
    expect(await run(tools, ...URL_OPTIONS)).toBe(0);
    const texts = readdirSync(join(folder, "files")).map((name) => read(`files/${name}`));
    for (const text of [...texts, said]) expect(text).not.toMatch(/[\u2028\u202e\u200b\r]|\u{e0041}/u);
    const contract = (await loaded()).find(({ tool }) => tool !== "n");
    expect(contract?.operation).toMatchObject({ definition: { name: evil } });
    expect(contract?.arguments.check({ [evil]: evil })).toMatchObject({ ok: true });
    expect(contract?.arguments.check({ [evil]: "x" })).toMatchObject({ ok: false });
  });

  it("never overwrites a file, nor a locked tool that has changed", async () => {
    await run([definition("read_file")], ...URL_OPTIONS);
    writeFileSync(join(folder, "files/read-file.ts"), "// mine");
    said = "";
    expect(await run([definition("read_file", { description: "Other." })], ...URL_OPTIONS)).toBe(0);
    expect(read("files/read-file.ts")).toBe("// mine");
    expect(read("checkrein.lock")).toBe(lockText([definition("read_file")]));
    expect(said).toMatch(/kept .*read-file\.ts/);
    expect(said).toContain("files: read_file has changed:\n");
    expect(said).toContain("`checkrein lock --accept`");
  });

  it.each<[string, readonly string[], number, RegExp]>([
    ["no server", ["--mcp", " "], 2, /name the server/],
    ["nothing after --", ["--mcp", "--"], 2, /name the server/],
    ["a URL with a password", ["--mcp", "https://a:b@x.example"], 2, /is not an http or https URL/],
    ["a name that is none", [...URL_OPTIONS, "--name", "My"], 2, /"My" is not a backend name/],
    ["a variable that is none", [...URL_OPTIONS, "--bearer", "my token"], 2, /not the name of a variable/],
    ["a token for a command", ["--bearer", "TOKEN", "--", "server"], 2, /--bearer is for a URL/],
    ["variables for a URL", [...URL_OPTIONS, "--env", "A"], 2, /--env is for a command/],
    ["a misspelt option", [...URL_OPTIONS, "--asis"], 2, /did you mean --as-is\?/],
  ])("says what is wrong: %s", async (_, argv, code, message) => {
    expect(await run([], ...argv)).toBe(code);
    expect(said).toMatch(message);
    expect(asked).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("writes nothing when the server cannot be asked, or the lock cannot be read", async () => {
    const refused: ListTools = async () => ({ ok: false, problem: "connect ECONNREFUSED\u001b[2J" });
    expect(await initMcp(["--contracts", folder, ...URL_OPTIONS], out, refused)).toBe(1);
    expect(said).toBe("the tools of https://mcp.files.example/mcp cannot be listed: connect ECONNREFUSED\\u{1b}[2J\n");
    writeFileSync(join(folder, "checkrein.lock"), "version: 9");
    expect(await run([definition("read_file")], ...URL_OPTIONS)).toBe(1);
    expect(readdirSync(folder)).toEqual(["checkrein.lock"]);
  });
});

describe("with a real server", () => {
  it("init drafts what loads, and lock finds nothing new", async () => {
    const server = join(import.meta.dirname, "../../node_modules/@modelcontextprotocol/server-memory/dist/index.js");
    const argv = ["--contracts", folder, "--mcp", "--", process.execPath, server];
    expect([await init(argv, out), said]).toEqual([0, expect.stringContaining("9 contracts drafted, 0 of them")]);
    expect(await loaded()).toHaveLength(9);
    said = "";
    expect([await lock(["--contracts", folder], out), said]).toEqual([0, expect.stringMatching(/^kept .*: 9 tools/)]);
  });
});

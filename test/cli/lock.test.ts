// `checkrein lock`: what is new goes in, what has changed waits for --accept and is shown, and nothing is lost on the way.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import type { ListTools } from "../../src/cli/list-tools.ts";
import { lock } from "../../src/cli/lock.ts";
import type { ToolDefinition } from "../../src/contract/contract.ts";
import { loadContracts } from "../../src/contract/load/load.ts";
import { writeContracts } from "../support/contracts-folder.ts";
import { definition, lockText, mcpBackend, toolContract } from "../support/mcp-folder.ts";

let said: string;
const out = { write: (text: string) => void (said += text) };
beforeEach(() => void (said = ""));

/** Servers by the backend's name; one that is not there cannot be reached. */
const listing =
  (servers: Readonly<Record<string, readonly ToolDefinition[]>>): ListTools =>
  async ({ name }) => {
    const tools = servers[name];
    return tools === undefined ? { ok: false, problem: "connect ECONNREFUSED" } : { ok: true, tools };
  };

const other = mcpBackend().replaceAll("files", "mail");
const folderOf = (locked: string | undefined, more: Readonly<Record<string, string>> = {}): string =>
  writeContracts({
    "backend.ts": mcpBackend(),
    "tool.ts": toolContract(),
    ...(locked === undefined ? {} : { "checkrein.lock": locked }),
    ...more,
  });
const lockOf = (folder: string): string => readFileSync(join(folder, "checkrein.lock"), "utf8");

const read = definition("read_file");
const write = definition("write_file");
const changed = definition("read_file", { description: "Reads a file\u202e and sends it." });

describe("checkrein lock", () => {
  it("makes the lock of contracts that do not load without it", async () => {
    const folder = folderOf(undefined);
    expect((await loadContracts(folder)).ok).toBe(false);
    expect(await lock(["--contracts", folder], out, listing({ files: [write, read] }))).toBe(0);
    expect(said).toBe(
      `files: 2 new tools: write_file, read_file\nwrote ${join(folder, "checkrein.lock")}: 2 tools of 1 backend\n`,
    );
    expect(lockOf(folder)).toBe(lockText([read, write]));
    expect((await loadContracts(folder)).ok).toBe(true);
  });

  it("leaves out a tool whose name no lock can hold: the others stay usable", async () => {
    const folder = folderOf(undefined);
    const tools = [read, definition("__proto__")];
    for (const flags of [[], ["--accept"], []])
      expect(await lock(["--contracts", folder, ...flags], out, listing({ files: tools }))).toBe(0);
    expect(lockOf(folder)).toBe(lockText([read]));
    expect((await loadContracts(folder)).ok).toBe(true);
  });

  it("writes nothing where nothing is new", async () => {
    const folder = folderOf(lockText([read]));
    expect(await lock(["--contracts", folder], out, listing({ files: [read] }))).toBe(0);
    expect(said).toBe(`kept ${join(folder, "checkrein.lock")}: 1 tool of 1 backend\n`);
  });

  it("shows what has changed and what is gone, keeps both as they were, and adds what is new", async () => {
    const folder = folderOf(lockText([read, write]));
    const added = definition("new");
    expect(await lock(["--contracts", folder], out, listing({ files: [changed, added] }))).toBe(1);
    expect(said).toContain("files: 1 new tool: new\n");
    expect(said).toContain("files: read_file has changed:\n    description: Reads a file{+\\u{202e} and sends it+}.\n");
    expect(said).toContain("files: write_file has changed:\n    the server has no such tool any more\n");
    expect(said).toContain("files: read_file: note: its texts have hidden letters: \\u{202e}\n");
    expect(said).toContain("`checkrein lock --accept` takes what has changed");
    expect(lockOf(folder)).toBe(lockText([read, write, added]));
  });

  it("takes all of it with --accept", async () => {
    const folder = folderOf(lockText([read, write]));
    expect(await lock(["--contracts", folder, "--accept"], out, listing({ files: [changed] }))).toBe(0);
    expect(said).toContain("files: read_file has changed, accepted:\n");
    expect(lockOf(folder)).toBe(lockText([changed]));
  });

  it("keeps the entries of a server that cannot be reached, writes the others', and fails", async () => {
    const locked = lockText([write], "mail");
    const folder = folderOf(locked, { "mail.ts": other });
    for (const flags of [[], ["--accept"]]) {
      said = "";
      expect(await lock(["--contracts", folder, ...flags], out, listing({ files: [read] }))).toBe(1);
      expect(said).toContain("mail: the tools cannot be listed: connect ECONNREFUSED\n");
      expect(lockOf(folder)).toContain("read_file:");
      expect(lockOf(folder)).toContain("write_file:");
    }
  });

  it("drops backends that are not declared any more, with a line", async () => {
    const folder = folderOf(lockText([write], "mail"));
    expect(await lock(["--contracts", folder], out, listing({ files: [read] }))).toBe(0);
    expect(said).toContain("dropped mail: no backend of this name is declared\n");
    expect(lockOf(folder)).toBe(lockText([read]));
  });

  it("writes nothing over an entry that was changed by hand, until it is taken anew", async () => {
    const text = lockText([read]).replace("Reads a file.", "Reads all.");
    const folder = folderOf(text);
    expect(await lock(["--contracts", folder], out, listing({ files: [read] }))).toBe(1);
    expect(said).toMatch(/backends\.files\.read_file: the hash does not belong/);
    expect(lockOf(folder)).toBe(text);
    expect(await lock(["--contracts", folder, "--accept"], out, listing({ files: [read] }))).toBe(0);
    expect(lockOf(folder)).toBe(lockText([read]));
  });

  it.each<[string, string, RegExp]>([
    ["of a later version", "version: 2\nbackends: {}\n", /version 2, and this checkrein reads 1/],
    ["that is no YAML", "a: [", /the lock cannot be read/],
  ])("never writes over a lock %s", async (_, text, message) => {
    const folder = folderOf(text);
    expect(await lock(["--contracts", folder, "--accept"], out, listing({ files: [read] }))).toBe(1);
    expect(said).toMatch(message);
    expect(lockOf(folder)).toBe(text);
  });

  it.each<[string, string, RegExp]>([
    ["cannot be imported", "import { x } from './nowhere.ts';", /cannot be imported/],
    ["declares a backend wrongly", mcpBackend("").replaceAll("files", "mail"), /neither a url nor a command/],
    ["declares a backend again", mcpBackend(), /another backend has this name/],
  ])("asks nobody when a file %s: its entries would be lost", async (_, text, message) => {
    const folder = folderOf(lockText([write], "mail"), { "wrong.ts": text });
    const nobody: ListTools = () => Promise.reject(new Error("asked"));
    expect(await lock(["--contracts", folder], out, nobody)).toBe(1);
    expect(said).toMatch(message);
    expect(lockOf(folder)).toBe(lockText([write], "mail"));
  });

  it("says so when there is no folder, or an option that it does not know", async () => {
    expect(await lock(["--contracts", "/nowhere"], out, listing({}))).toBe(1);
    expect(said).toMatch(/there is no such folder/);
    expect(await lock(["--acept"], out, listing({}))).toBe(2);
    expect(said).toMatch(/did you mean --accept\?/);
  });

  it("leaves no half file beside it", async () => {
    const folder = folderOf(undefined);
    writeFileSync(join(folder, "checkrein.lock.new"), "left over");
    await lock(["--contracts", folder], out, listing({ files: [read] }));
    expect(existsSync(join(folder, "checkrein.lock.new"))).toBe(false);
  });
});

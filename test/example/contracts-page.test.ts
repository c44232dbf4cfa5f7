// docs/CONTRACTS.md and the README: their code is that of contracts/shop and examples/rules, and what the page lists is
// what the code has.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { mcpBackendOptions } from "../../src/contract/define-mcp-backend.ts";
import { backendOptions } from "../../src/contract/define-rest-backend.ts";
import { assertedFormats } from "../../src/schema/formats.ts";

const root = join(import.meta.dirname, "../..");
const page = readFileSync(join(root, "docs/CONTRACTS.md"), "utf8");
const blocksOf = (file: string): readonly { readonly note: string; readonly text: string }[] =>
  [...readFileSync(join(root, file), "utf8").matchAll(/^```ts([^\n]*)\n(.*?)^```$/gms)].map(
    ([, note = "", text = ""]) => ({ note, text }),
  );
const blocks = blocksOf("docs/CONTRACTS.md");

/** First cells of the table below a heading. */
const rowsBelow = (heading: string): readonly string[] => {
  const [section = ""] = page.slice(page.indexOf(`\n## ${heading}\n`) + 1).split("\n## ");
  return [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, name = ""]) => name);
};

/** Names of the members of an interface, as its source writes them. */
const membersOf = (source: string, name: string): readonly string[] => {
  const [, body = ""] = new RegExp(`interface ${name}\\b[^{]*\\{\\n(.*?)^\\}`, "ms").exec(source) ?? [];
  return [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, member = ""]) => member);
};

describe("the page for contract authors", () => {
  it("shows code that stands in the contracts, word for word", () => {
    expect(blocks.length).toBeGreaterThan(7);
    const readme = blocksOf("README.md").filter(({ note }) => !note.startsWith(" file="));
    expect(readme.length).toBeGreaterThan(1);
    for (const { note, text } of [...blocks, ...readme]) {
      const file = /^ from=((?:contracts\/shop|examples\/rules)\/[\w-]+\.ts)$/.exec(note)?.[1];
      expect(readFileSync(join(root, file ?? note), "utf8")).toContain(text);
    }
  });

  it("lists every option of a backend and of a contract, and no other", () => {
    const source = readFileSync(join(root, "src/contract/define.ts"), "utf8");
    const members = ["description", ...membersOf(source, "ContractDefinition")]; // its type hangs on the operation
    expect(members.length).toBeGreaterThan(10);
    expect(rowsBelow("A contract").toSorted()).toEqual(members.toSorted());
    expect(rowsBelow("A backend").toSorted()).toEqual(backendOptions.toSorted());
  });

  it("has every option of an MCP backend on its own page, and no other", () => {
    const mcp = readFileSync(join(root, "docs/MCP.md"), "utf8");
    const section = mcp.slice(mcp.indexOf("## An MCP server as a backend"), mcp.indexOf("## The lock"));
    const named = [...section.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell = ""]) =>
      [...cell.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name),
    );
    expect(["name", ...named].toSorted()).toEqual(mcpBackendOptions.toSorted());
    const allowed = [...mcp.matchAll(/^ {2}(\w+): .*\/\/ /gm)].map(([, name = ""]) => name);
    const source = readFileSync(join(root, "src/contract/define-mcp-backend.ts"), "utf8");
    expect(allowed.toSorted()).toEqual(membersOf(source, "AllowOptions").toSorted());
  });

  it("lists every format that is enforced", () => {
    const [, listed = ""] = /^Formats that are enforced: (.*?)\. /m.exec(page) ?? [];
    expect(listed.replaceAll("`", "").split(", ")).toEqual(assertedFormats);
  });
});

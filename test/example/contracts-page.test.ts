// docs/CONTRACTS.md: its code is that of contracts/shop, and what it lists is what the code has.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { backendOptions } from "../../src/contract/define-rest-backend.ts";
import { assertedFormats } from "../../src/schema/formats.ts";

const root = join(import.meta.dirname, "../..");
const page = readFileSync(join(root, "docs/CONTRACTS.md"), "utf8");
const blocks = [...page.matchAll(/^```ts([^\n]*)\n(.*?)^```$/gms)].map(([, note = "", text = ""]) => ({ note, text }));

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
  it("shows code that stands in the shop's contracts, word for word", () => {
    expect(blocks.length).toBeGreaterThan(7);
    for (const { note, text } of blocks) {
      const file = /^ from=(contracts\/shop\/[\w-]+\.ts)$/.exec(note)?.[1];
      expect(readFileSync(join(root, file ?? note), "utf8")).toContain(text);
    }
  });

  it("lists every option of a backend and of a contract, and no other", () => {
    const source = readFileSync(join(root, "src/contract/define.ts"), "utf8");
    const members = membersOf(source, "ContractDefinition");
    expect(members.length).toBeGreaterThan(10);
    expect(rowsBelow("A contract").toSorted()).toEqual(members.toSorted());
    expect(rowsBelow("A backend").toSorted()).toEqual(backendOptions.toSorted());
  });

  it("lists every format that is enforced", () => {
    const [, listed = ""] = /^Formats that are enforced: (.*?)\. /m.exec(page) ?? [];
    expect(listed.replaceAll("`", "").split(", ")).toEqual(assertedFormats);
  });
});

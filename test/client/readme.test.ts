// What examples/clients/README.md shows stands in the files that run.ts runs, and it shows every client.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { clients, folder } from "../../examples/clients/support/clients.ts";

const page = readFileSync(join(folder, "README.md"), "utf8");
const blocks = [...page.matchAll(/^```\w+ from=(\S+)\n(.*?)^```$/gms)].map(([, file = "", text = ""]) => ({
  file,
  text,
}));

describe("the page about clients", () => {
  it.each(blocks)("shows lines of $file, word for word", ({ file, text }) => {
    expect(readFileSync(join(folder, file), "utf8")).toContain(text);
  });

  it("shows a block for every client", () => {
    const shown = new Set(blocks.map(({ file }) => file));
    const files = [
      "ai-sdk-7.ts",
      "claude-agent-sdk.ts",
      "claude-code.json",
      "codex.toml",
      "inspector.sh",
      "langchain.ts",
    ];
    expect([...shown].toSorted()).toEqual([...files, "mastra.ts", "openai-agents.ts"]);
    for (const { name } of clients)
      expect(page.replaceAll(" and 6", " and AI SDK 6")).toContain(name.replace(" CLI", ""));
  });

  it("pins every package to one version", () => {
    const { dependencies } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const versions: unknown[] = Object.values(dependencies);
    expect(versions.length).toBeGreaterThan(10);
    for (const version of versions) expect(version).toMatch(/^(?:npm:@?[\w/-]+@)?\d+\.\d+\.\d+$/);
  });
});

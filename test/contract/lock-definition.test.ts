// What a locked tool is known by, and how an operator is told of a change: everything that changed, nothing hidden, and no
// text so long that telling it takes time.
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { ToolDefinition } from "../../src/contract/contract.ts";
import { describeDifference, hashOf, hiddenIn } from "../../src/contract/lock/definition.ts";
import { visible } from "../../src/contract/lock/visible.ts";
import { definition } from "../support/mcp-folder.ts";

const tool = definition("read_file");
const described = (description: string | undefined): ToolDefinition => ({ ...tool, description });
const difference = (one: string | undefined, other: string | undefined): string =>
  describeDifference(described(one), described(other));

describe("the hash of a tool", () => {
  it.each<[string, Partial<ToolDefinition>]>([
    ["name", { name: "read_files" }],
    ["description", { description: "Reads a file. " }],
    ["absent description", { description: undefined }],
    ["input schema", { inputSchema: { ...tool.inputSchema, title: "x" } }],
    ["order of a list", { inputSchema: { ...tool.inputSchema, required: [] } }],
    ["output schema", { outputSchema: {} }],
  ])("changes with the %s", (_, change) => {
    expect(hashOf({ ...tool, ...change })).not.toBe(hashOf(tool));
  });

  it("does not change with the order of keys, and is that of a fixed text", () => {
    const turned = { ...tool, inputSchema: Object.fromEntries(Object.entries(tool.inputSchema).toReversed()) };
    expect(hashOf(turned)).toBe(hashOf(tool));
    const text =
      '{"description":"Reads a file.","inputSchema":{"properties":{"head":{"type":"integer"},"path":{"type":"string"}},"required":["path"],"type":"object"},"name":"read_file"}';
    expect(hashOf(tool)).toBe(createHash("sha256").update(text).digest("hex"));
  });

  it("tells an absent description from an empty one", () => {
    expect(hashOf(described(""))).not.toBe(hashOf(described(undefined)));
  });
});

describe("the difference of two definitions", () => {
  it("is nothing for the same", () => {
    expect(describeDifference(tool, structuredClone(tool))).toBe("");
  });

  it("says that a tool is gone", () => {
    expect(describeDifference(tool, undefined)).toBe("the server has no such tool any more");
  });

  it.each<[string | undefined, string | undefined, string]>([
    ["Reads the old file.", "Reads the new file.", "description: Reads the [-old-] {+new+} file."],
    ["Reads.", "Reads. And sends.", "description: Reads.{+ And sends.+}"],
    ["word", "words", "description: [-word-] {+words+}"],
    ["", "Now.", "description: {+Now.+}"],
    [undefined, "Now.", "description: added Now."],
    ["Now.", undefined, "description: removed Now."],
  ])("goes word by word: %s, %s", (one, other, line) => {
    expect(difference(one, other)).toBe(line);
  });

  it("gives each far change a line of its own, with the words around it", () => {
    const between = "and a very long story goes on without any change ".repeat(4);
    const lines = difference(`First one ${between} last one.`, `First two ${between} last two.`).split("\n");
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^description: First \[-one-\] \{\+two\+\} and a very.*…$/);
    expect(lines[1]).toMatch(/^description: ….*last \[-one-\] \{\+two\+\}\.$/);
  });

  it("names places of schemas by JSON Pointer", () => {
    const changed = {
      ...tool,
      inputSchema: { type: "object", properties: { path: { type: "number" }, "a/b": true }, required: ["path", "x"] },
      outputSchema: {},
    };
    expect(describeDifference(tool, changed).split("\n")).toEqual([
      "inputSchema#/properties/path/type: [-string-] {+number+}",
      'inputSchema#/properties/head: removed {"type":"integer"}',
      "inputSchema#/properties/a~1b: added true",
      "inputSchema#/required/1: added x",
      "outputSchema: added {}",
    ]);
  });

  it("hides nothing: controls, bidi, zero-width and tag letters are written out", () => {
    const told = difference("Reads.", "Reads.\n\u001b[2J\u202egood\u200b\u{e0041}\u0085\u2028\u00ad");
    expect(told).toBe("description: Reads.{+\\u{a}\\u{1b}[2J\\u{202e}good\\u{200b}\\u{e0041}\\u{85}\\u{2028}\\u{ad}+}");
    const named = { ...tool, inputSchema: { ...tool.inputSchema, "\u202ex": 1 } };
    expect(describeDifference(tool, named)).toBe("inputSchema#/\\u{202e}x: added 1");
  });

  const words = (count: number, word: string): string => `${word} `.repeat(count);
  const wide = (value: string): ToolDefinition => ({
    ...tool,
    inputSchema: { properties: Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`k${at}`, value])) },
  });
  it.each<[string, ToolDefinition, ToolDefinition]>([
    ["other words throughout", described(words(300_000, "ab")), described(words(200_000, "cd ef"))],
    ["many small changes", described(words(1_500, "x y")), described(words(1_500, "y z"))],
    ["hidden letters alone", described("\u202e".repeat(500_000)), described("\u202d".repeat(500_000))],
    ["one letter at the end", described(words(300_000, "ab")), described(`${words(300_000, "ab")}!`)],
    ["a wide schema", wide("one two"), wide("one three")],
    ["a value for a schema", wide("one"), { ...tool, inputSchema: { properties: words(300_000, "v") } }],
  ])("is short and quick for %s", (_, one, other) => {
    const begun = performance.now();
    const told = describeDifference(one, other);
    expect(performance.now() - begun).toBeLessThan(2_000);
    expect(told).not.toBe("");
    expect(told.length).toBeLessThan(20_000);
  });
});

describe("hidden letters", () => {
  it.each(["Plain text,\nwith lines\tand tabs.", "日本語 ñ é", "⚠️ 👨‍👩‍👧 1️⃣"])("are not in what is seen: %s", (text) => {
    expect(hiddenIn(described(text))).toEqual([]);
    expect(visible(text.replaceAll(/[\n\t]/g, ""))).toBe(text.replaceAll(/[\n\t]/g, ""));
  });

  it.each([
    "\u0000",
    "\u001b",
    "\u007f",
    "\u009b",
    "\u200b",
    "\u200f",
    "\u202e",
    "\u2066",
    "\ufeff",
    "\u2028",
    "\u00ad",
    "\u115f",
    "\u2800",
    "\u{e0001}",
    "\u{e0100}",
    "\r",
  ])("are found wherever they stand: %j", (letter) => {
    const written = `\\u{${letter.codePointAt(0)?.toString(16)}}`;
    expect(visible(`a${letter}b`)).toBe(`a${written}b`);
    expect(hiddenIn(described(letter))).toEqual([written]);
    expect(hiddenIn({ ...tool, inputSchema: { properties: { [`a${letter}`]: {} } } })).toEqual([written]);
    expect(hiddenIn({ ...tool, outputSchema: { enum: [letter] } })).toEqual([written]);
  });

  it("are joiners and selectors that belong to no emoji", () => {
    expect(visible("a\u200db\ufe0f\ufe0f")).toBe("a\\u{200d}b\\u{fe0f}\\u{fe0f}");
    expect(visible("⚠\ufe0f\ufe0f")).toBe("⚠\ufe0f\\u{fe0f}");
  });
});

// `checkrein.lock` on disk: it is read back as it was written, whatever a server says; what a hand has changed is found.
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/call.ts";
import type { ToolDefinition } from "../../src/contract/contract.ts";
import { hashOf } from "../../src/contract/lock/definition.ts";
import { readLock } from "../../src/contract/lock/read-lock.ts";
import { hiddenLetters } from "../../src/contract/lock/visible.ts";
import { writeLock } from "../../src/contract/lock/write-lock.ts";
import { writeContracts } from "../support/contracts-folder.ts";
import { definition, lockText } from "../support/mcp-folder.ts";
import { isLong, seed } from "../support/seed.ts";

const read = (text: string): ReturnType<typeof readLock> => readLock(writeContracts({ "checkrein.lock": text }));
const good = lockText([definition("read_file"), definition("a.b/c", { description: "Two\nlines.\n" })]);

describe("the lock", () => {
  it("is empty where there is no file", () => {
    expect(readLock(writeContracts({}))).toEqual({ lock: new Map(), problems: [], isReadable: true });
  });

  it("shows texts line by line, tools by name and keys in the server's order", () => {
    const inputSchema = { type: "object", required: ["z"], properties: { z: { description: "One:\n- two\n" }, a: {} } };
    expect(lockText([definition("b", { inputSchema }), definition("a", { description: undefined })])).toBe(`\
# The tools of the MCP servers behind this folder, as they were accepted. A tool that says something else is turned off.
# Made by \`checkrein lock\`; \`checkrein lock --accept\` takes what has changed. Read the difference: agents read these texts.

version: 1
backends:
  files:
    a:
      hash: ${hashOf(definition("a", { description: undefined }))}
      inputSchema:
        type: object
        properties:
          path:
            type: string
          head:
            type: integer
        required:
          - path
    b:
      hash: ${hashOf(definition("b", { inputSchema }))}
      description: Reads a file.
      inputSchema:
        type: object
        required:
          - z
        properties:
          z:
            description: |
              One:
              - two
          a: {}
`);
  });

  it("writes hidden letters out, also in names and long texts", () => {
    const text = lockText([definition("x\u202ey", { description: "Two\nlines\u200b.\u001b[1m\u{e0041}\u0085" })]);
    expect(hiddenLetters(text)).toEqual([]);
    expect(text).toContain('"x\\u202ey":');
    expect(text).toContain('description: "Two\\nlines\\u200b.\\e[1m\\U000e0041\\u0085"');
  });

  const word = fc
    .oneof(
      fc.string({ unit: "binary" }),
      fc.string({
        unit: fc.constantFrom(
          "\n",
          " ",
          "\t",
          "a",
          "-",
          "#",
          ":",
          "\u202e",
          "\r",
          "|",
          "'",
          '"',
          "\\",
          "\u{e0041}",
          "~",
        ),
      }),
      fc.constantFrom(
        "true",
        "null",
        "1e3",
        "0x1f",
        "<<",
        "=",
        "---",
        "...",
        "!tag",
        "&a",
        "*a",
        "? x",
        "%YAML",
        "2001-01-01",
      ),
    )
    .filter((text) => text.isWellFormed());
  const json = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constant(null),
      fc.boolean(),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }),
      word,
      fc.array(tie("value"), { maxLength: 4 }),
      tie("object"),
    ),
    object: fc.dictionary(
      word.filter((name) => name !== "__proto__"),
      tie("value"),
      { maxKeys: 5 },
    ),
  }));
  const schema = json.object as fc.Arbitrary<JsonObject>; // what it is made of is JSON
  const tool: fc.Arbitrary<ToolDefinition> = fc.record({
    name: word.filter((name) => name !== "__proto__"),
    description: fc.option(word, { nil: undefined }),
    inputSchema: schema,
    outputSchema: fc.option(schema, { nil: undefined }),
  });

  it.each([" \n", "\n ", "\n", "a\n ", " a\nb", "a\n\n", "\n\na", "a\n \nb", "a\n\tb\n"])(
    "keeps the blanks of %j",
    (description) => {
      expect(
        readLock(writeContracts({ "checkrein.lock": lockText([definition("a", { description })]) })).problems,
      ).toEqual([]);
    },
  );

  it("is read back as it was written", () => {
    fc.assert(
      fc.property(fc.uniqueArray(tool, { selector: ({ name }) => name, maxLength: 4 }), (tools) => {
        const text = lockText(tools);
        const { lock, problems } = read(text);
        expect(problems).toEqual([]);
        expect([...(lock.get("files") ?? [])].map(([, one]) => hashOf(one)).toSorted()).toEqual(
          tools.map(hashOf).toSorted(),
        );
        expect(hiddenLetters(text)).toEqual([]);
        expect(writeLock(lock)).toBe(text);
      }),
      { seed, numRuns: isLong ? 20_000 : 150 },
    );
  }, 120_000);
});

describe("a lock that a hand has changed", () => {
  const restore = /version control, or take the server's tools as they are with `checkrein lock --accept`/;
  const anew = /version control, or delete it and run `checkrein lock`/;
  it.each<[string, (text: string) => string, string, RegExp, RegExp]>([
    [
      "another description",
      (text) => text.replace("Reads a file.", "Reads two."),
      "backends.files.read_file",
      /hash does not belong/,
      restore,
    ],
    [
      "another hash",
      (text) => text.replace(/hash: \w{8}/, "hash: 00000000"),
      "backends.files.a.b/c",
      /hash does not belong/,
      restore,
    ],
    ["no hash", (text) => text.replace(/ {6}hash: .*\n/, ""), "backends.files.a.b/c", /hash does not belong/, restore],
    [
      "another name",
      (text) => text.replace("read_file:", "write_file:"),
      "backends.files.write_file",
      /hash does not belong/,
      restore,
    ],
    [
      "a further member",
      (text) => text.replace("      hash:", "      title: x\n      hash:"),
      "backends.files.a.b/c",
      /has no title/,
      restore,
    ],
    [
      "a description that is no text",
      (text) => text.replace("Reads a file.", "[1]"),
      "backends.files.read_file",
      /no text/,
      restore,
    ],
    [
      "no schema",
      (text) => text.replaceAll("inputSchema:", "outputSchema:"),
      "backends.files.a.b/c",
      /no inputSchema/,
      restore,
    ],
  ])("%s is a problem of that tool alone", (_, change, place, message, mend) => {
    const { lock, problems, isReadable } = read(change(good));
    const found = problems.find((problem) => problem.place === place);
    expect(found?.message).toMatch(message);
    expect(found?.mend).toMatch(mend);
    expect(found?.file).toMatch(/checkrein\.lock$/);
    expect(isReadable).toBe(true);
    expect((lock.get("files")?.size ?? 0) + problems.length).toBe(2);
  });

  it.each<[string, string, string, RegExp, RegExp]>([
    [
      "a later version",
      good.replace("version: 1", "version: 2"),
      "version",
      /version 2, and this checkrein reads 1/,
      /the checkrein that made it/,
    ],
    ["no version", good.replace("version: 1\n", ""), "version", /version null/, /the checkrein that made it/],
    [
      "a version as text",
      good.replace("version: 1", 'version: "1"'),
      "version",
      /version "1"/,
      /the checkrein that made it/,
    ],
    ["a further member", `${good}more: 1\n`, "more", /no such member/, anew],
    ["no backends", "version: 1\n", "backends", /not an object of backends/, anew],
    ["tools that are none", "version: 1\nbackends:\n  files: 1\n", "backends", /not an object of backends/, anew],
    ["a tool twice", good.replace("a.b/c:", "read_file:"), "lock", /cannot be read: .*unique/, anew],
    [
      "an alias",
      good.replace("Reads a file.", "&a x").replace("type: string", "type: *a"),
      "lock",
      /cannot be read: it has an alias/,
      anew,
    ],
    ["a tag", good.replace("Reads a file.", "!!str x"), "lock", /cannot be read: it has the tag/, anew],
    ["a list as key", `${good}? [a]\n: 1\n`, "lock", /cannot be read: a key is no text/, anew],
    ["a number as key", `${good}1: 1\n"1": 1\n`, "lock", /cannot be read: a key is no text/, anew],
    ["null as key", `${good}~: 1\n"": 1\n`, "lock", /cannot be read: a key is no text/, anew],
    ["a prototype", good.replace("type: object", "__proto__: {}"), "lock", /cannot be read: .*__proto__/, anew],
    [
      "a number that no double holds",
      good.replace("type: integer", "const: 12345678901234567890"),
      "lock",
      /cannot be read/,
      anew,
    ],
    ["half a file", good.slice(0, -20).concat('"'), "lock", /cannot be read/, anew],
  ])("%s makes the whole unreadable", (_, text, place, message, mend) => {
    const { lock, problems, isReadable } = read(text);
    expect(isReadable).toBe(false);
    expect(lock.size).toBe(0);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ place });
    expect(problems[0]?.file.endsWith(join("", "checkrein.lock"))).toBe(true);
    expect(problems[0]?.message).toMatch(message);
    expect(problems[0]?.mend).toMatch(mend);
  });
});

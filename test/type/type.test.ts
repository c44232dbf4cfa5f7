// What authors may write compiles, and each mistake is a compile error with a sentence that says what is wrong.
// `fail/<name>.ts` names its sentences in `// says:` lines; `fail/<name>.txt` keeps the compiler's whole message, so that
// a message that grows is seen in review. `UPDATE=1 vitest run test/type` writes the messages anew.
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { basename, join, relative } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const here = import.meta.dirname;
const root = join(here, "../..");

const filesOf = (folder: string, ending: string): readonly string[] =>
  readdirSync(join(here, folder))
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => join(here, folder, name));

const readOptions = (): ts.CompilerOptions => {
  const host = { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined };
  const options = ts.getParsedCommandLineOfConfigFile(join(root, "tsconfig.json"), { noEmit: true }, host)?.options;
  if (options === undefined) throw new Error("tsconfig.json cannot be read");
  return options;
};

const passing = filesOf("pass", ".ts");
const failing = filesOf("fail", ".ts");
const program = ts.createProgram([...passing, ...failing], readOptions());

/** The compiler orders the members of a union by when it met them: the sentences are put in order. */
const inOrder = (message: string): string =>
  message.replaceAll(/"[^"]*"(?: \| "[^"]*")+/g, (union) => union.split(" | ").sort().join(" | "));

const describeDiagnostic = ({ file, start, code, messageText }: ts.Diagnostic): string => {
  const message = ts.flattenDiagnosticMessageText(messageText, "\n").split("\n", 1)[0] ?? "";
  if (file === undefined || start === undefined) return `TS${code}: ${message}`;
  const { line, character } = file.getLineAndCharacterOfPosition(start);
  return `${relative(here, file.fileName)}:${line + 1}:${character + 1} TS${code}: ${inOrder(message)}`;
};

const messagesOf = (file: string): readonly string[] => {
  const source = program.getSourceFile(file);
  if (source === undefined) throw new Error(`${file} is not in the program`);
  return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
    describeDiagnostic,
  );
};

const sentencesOf = (file: string): readonly string[] =>
  [...readFileSync(file, "utf8").matchAll(/^\/\/ says: (.+)$/gm)].map(([, sentence = ""]) => sentence);

describe("a contract that is right", () => {
  it.each(passing.map((file) => [basename(file), file]))("compiles: %s", (_, file) => {
    expect(messagesOf(file)).toEqual([]);
  });
});

describe("a contract with one mistake", () => {
  it.each(failing.map((file) => [basename(file, ".ts"), file]))("does not compile and says why: %s", (_, file) => {
    const messages = messagesOf(file);
    const stored = file.replace(/\.ts$/, ".txt");
    if (process.env["UPDATE"] === "1") writeFileSync(stored, `${messages.join("\n")}\n`);
    const sentences = sentencesOf(file);
    expect(sentences).not.toEqual([]);
    expect(messages).toHaveLength(1);
    for (const sentence of sentences) expect(messages[0]).toContain(sentence);
    expect(existsSync(stored) ? readFileSync(stored, "utf8") : "").toBe(`${messages.join("\n")}\n`);
  });

  it("keeps no message without its contract", () => {
    expect(filesOf("fail", ".txt").map((file) => basename(file, ".txt"))).toEqual(
      failing.map((file) => basename(file, ".ts")),
    );
  });
});

describe("the compiler's work", () => {
  it("stays small for each contract", () => {
    const files = [...passing, ...failing];
    for (const file of files) messagesOf(file);
    const count = program.getInstantiationCount(); // of the whole program, zod included; the same on every machine
    expect(count).toBeGreaterThan(0);
    expect(count / files.length).toBeLessThan(12_000);
  });
});

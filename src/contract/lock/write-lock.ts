// The lock as YAML that is read in a diff: texts line by line, tools by name, schemas in the server's own order. A text with
// hidden letters stands in double quotes with each of them written out: no editor shows what YAML would otherwise carry.
import { Document, Scalar, visit } from "yaml";
import type { ToolDefinition } from "../contract.ts";
import { hashOf } from "./definition.ts";
import { LOCK_VERSION, type Lock } from "./lock.ts";
import { hiddenLetters, replaceHidden } from "./visible.ts";

const HEAD = ` The tools of the MCP servers behind this folder, as they were accepted. A tool that says something else is turned off.
 Made by \`checkrein lock\`; \`checkrein lock --accept\` takes what has changed. Read the difference: agents read these texts.`;

export const writeLock = (lock: Lock): string => {
  const backends = sorted(lock).map(
    ([name, tools]) => [name, new Map(sorted(tools).map(([tool, definition]) => [tool, entryOf(definition)]))] as const,
  );
  const document = new Document(
    { version: LOCK_VERSION, backends: new Map(backends) },
    { aliasDuplicateObjects: false },
  );
  document.commentBefore = HEAD;
  visit(document, { Scalar: (role, scalar) => void chooseForm(scalar, role === "key") });
  return escapeHidden(document.toString({ lineWidth: 0, doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER }));
};

const sorted = <T>(map: ReadonlyMap<string, T>): readonly (readonly [string, T])[] =>
  [...map].sort(([left], [right]) => (left < right ? -1 : 1));

/** The name is the key. */
const entryOf = (definition: ToolDefinition): object => {
  const { description, inputSchema, outputSchema } = definition;
  return {
    hash: hashOf(definition),
    ...(description === undefined ? {} : { description }),
    inputSchema,
    ...(outputSchema === undefined ? {} : { outputSchema }),
  };
};

/** A block of lines is told apart from its indentation by letters: one that begins, or ends, with blanks is not always
 * written as it is read. */
const isPlainBlock = (text: string): boolean => /^[^\s]/u.test(text) && /[^\s]\n*$/u.test(text);

/** Keys stand on one line. */
const chooseForm = (scalar: Scalar, isKey: boolean): void => {
  if (scalar.value === 0) scalar.value = 0; // JSON has one zero: the hash does not tell -0 from it
  if (typeof scalar.value !== "string") return;
  const isLong = scalar.value.includes("\n");
  if (hiddenLetters(scalar.value).length > 0 || (isLong && (isKey || !isPlainBlock(scalar.value))))
    scalar.type = Scalar.QUOTE_DOUBLE;
  else if (isLong) scalar.type = Scalar.BLOCK_LITERAL;
};

/** Hidden letters are in double quotes by now, where YAML 1.2 takes a letter and its escape (5.7) for the same. */
const escapeHidden = (text: string): string =>
  replaceHidden(text, (code) =>
    code > 0xffff ? `\\U${code.toString(16).padStart(8, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`,
  );
